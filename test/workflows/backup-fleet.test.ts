// A fleet of three, all addresses in one secret, one of them wrong: the others are backed up, and the summary, made of what
// each job left, says which one is not.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { handedOn, PATIENCE, startWorkflowBench, type WorkflowBench } from '../parts/act/bench.ts';
import type { WorkflowRun } from '../parts/act/run-workflow.ts';
import { need } from '../parts/availability.ts';
import { seedSmall } from '../parts/databases.ts';
import { type SlackEndpoint, startSlackEndpoint } from '../parts/slack-endpoint.ts';

const parts = await need('act', 'versitygw', 'postgres-17');

const FLEET = JSON.stringify(['shop', 'blog', 'billing'].map(name => ({ name, environment: `pg-${name}` })));

describe.skipIf(parts.missing)('a fleet', { timeout: PATIENCE }, () => {
  let bench: WorkflowBench;
  let slack: SlackEndpoint;
  beforeAll(async () => {
    [bench, slack] = await Promise.all([startWorkflowBench(), startSlackEndpoint()]);
    await seedSmall(bench.postgres, 'blog');
  });
  afterAll(async () => {
    await Promise.all([bench?.stop(), slack?.stop()]);
  });

  const run = (urls: readonly string[]) =>
    bench.run({
      workflow: bench.addExample('backup-fleet.yml', { databases: FLEET }, ['DATABASE_URLS']),
      event: 'schedule',
      secrets: { DATABASE_URL: '', DATABASE_URLS: urls.join('\n'), SLACK_WEBHOOK_URL: slack.url },
    });
  const jobOf = (done: WorkflowRun, database: string) =>
    done.jobs.find(
      job => job.id === 'backup' && (job.matrix.database as { name?: string } | undefined)?.name === database,
    );

  it('backs up the two that answer, and names the one that does not', async () => {
    const done = await run([
      `shop=${bench.postgres.url('shop')}`,
      `blog=${bench.postgres.url('blog')}`,
      'billing=postgresql://backup:Bill1ng-pass@127.0.0.1:1/billing',
    ]);
    expect(jobOf(done, 'shop')).toMatchObject({
      id: 'backup',
      steps: [
        { name: 'Back up', result: 'success' },
        { name: 'Leave a note for the summary', result: 'success' },
      ],
    });
    expect(jobOf(done, 'blog')?.outputs).toMatchObject({ 'backup.result': 'success', 'backup.rows': '1040' });
    expect(jobOf(done, 'billing')?.steps).toEqual([
      { name: 'Back up', result: 'failure' },
      { name: 'Leave a note for the summary', result: 'success' },
    ]);
    // The third has no backup that could be pruned.
    expect(done.jobs.filter(({ id, result }) => id === 'prune' && result === 'success')).toHaveLength(2);
    const summary = done.job('summary');
    expect(summary.steps).toEqual([{ name: 'Sum up', result: 'failure' }]);
    expect(summary.outputs).toMatchObject({ 'summary.backed-up': '2', 'summary.failed': '1' });
    expect(summary.summary).toContain('Backed up 2 of 3 databases');
    expect(summary.summary).toMatch(/\| `billing` \| FAILED \|[\s\S]*\| `shop` \| success/);
    expect(summary.annotations).toEqual([expect.stringMatching(/^error: PGB696.*`billing`/)]);
    expect(slack.messages.map(({ text }) => text)).toEqual([expect.stringContaining('2 of 3 databases')]);
    for (const job of done.jobs)
      for (const secret of ['Bill1ng-pass', bench.postgres.password]) expect(job.log).not.toContain(secret);
    expect(done.exitCode).not.toBe(0);
  });

  it('sums up in one line that all is well', async () => {
    const list = ['shop', 'blog', 'billing'].map(
      name => `${name}=${bench.postgres.url(name === 'billing' ? 'blog' : name)}`,
    );
    const done = await run(list);
    expect(done.job('summary').summary).toContain('Backed up all 3 databases of the fleet');
    expect(handedOn(done)).toEqual({ 'backed-up': '3', failed: '0' });
    expect(done.exitCode).toBe(0);
  });
});
