// The watchdog as people copy it: red and loud while there is no backup or a schedule is off, green once both are there.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { handedOn, PATIENCE, startWorkflowBench, type WorkflowBench, whatRan } from '../parts/act/bench.ts';
import { need } from '../parts/availability.ts';
import { type GitHubApi, startGitHubApi } from '../parts/github-api.ts';
import { type SlackEndpoint, startSlackEndpoint } from '../parts/slack-endpoint.ts';

const parts = await need('act', 'versitygw', 'postgres-17');

describe.skipIf(parts.missing)('the watchdog', { timeout: PATIENCE }, () => {
  let bench: WorkflowBench;
  let api: GitHubApi;
  let slack: SlackEndpoint;
  beforeAll(async () => {
    [bench, api, slack] = await Promise.all([startWorkflowBench(), startGitHubApi(), startSlackEndpoint()]);
    api.workflows.set('backup.yml', 'active');
    api.workflows.set('restore-test.yml', 'active');
  });
  afterAll(async () => {
    await Promise.all([bench?.stop(), api?.stop(), slack?.stop()]);
  });

  const watch = (changes: Readonly<Record<string, unknown>> = {}) =>
    bench.run({
      workflow: bench.addExample('watchdog.yml', changes),
      event: 'schedule',
      secrets: { GITHUB_TOKEN: api.token, SLACK_WEBHOOK_URL: slack.url },
      environment: { GITHUB_API_URL: api.url },
    });

  it('is red and tells Slack while there is no backup', async () => {
    const run = await watch();
    expect(whatRan(run)).toEqual([
      'watchdog: Ask whether the schedules are on success, Look at the backups failure',
    ]);
    expect(run.job('watchdog').outputs).toMatchObject({ 'status.status': 'critical' });
    expect(slack.messages).toHaveLength(1);
    expect(run.exitCode).not.toBe(0);
  });

  it('is green once a backup is there and tested', async () => {
    await bench.run({ workflow: bench.addExample('backup.yml'), event: 'schedule' });
    await bench.run({
      workflow: bench.addExample('restore-test.yml', { assertions: '' }),
      event: 'schedule',
    });
    const run = await watch({ 'min-backups': 1 });
    expect(whatRan(run), run.job('watchdog').log).toEqual([
      'watchdog: Ask whether the schedules are on success, Look at the backups success',
    ]);
    expect(handedOn(run)).toEqual({ status: 'ok' });
    expect(run.exitCode).toBe(0);
  });

  it('is red and tells Slack where a schedule was switched off, and looks at the backups all the same', async () => {
    api.workflows.set('backup.yml', 'disabled_inactivity');
    const told = slack.messages.length;
    const run = await watch({ 'min-backups': 1 });
    expect(whatRan(run)).toEqual([
      'watchdog: Ask whether the schedules are on failure, Look at the backups success',
    ]);
    expect(run.job('watchdog').annotations.join()).toContain('PGB697');
    expect(slack.messages.slice(told).map(({ text }) => text)).toEqual([
      expect.stringContaining('backup.yml'),
    ]);
    expect(run.exitCode).not.toBe(0);
  });
});
