// The gate as people copy it: the check on a pull request, red while there is no backup and green once there is; and the
// one right before the migration, which takes a backup by itself.
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { handedOn, PATIENCE, startWorkflowBench, type WorkflowBench, whatRan } from '../parts/act/bench.ts';
import { need } from '../parts/availability.ts';
import { scratchFolder } from '../parts/backup-places.ts';
import { type GitHubApi, startGitHubApi } from '../parts/github-api.ts';

const parts = await need('act', 'versitygw', 'postgres-17');
const [BASE, HEAD] = ['a'.repeat(40), 'b'.repeat(40)];

describe.skipIf(parts.missing)('the gate', { timeout: PATIENCE }, () => {
  let bench: WorkflowBench;
  let api: GitHubApi;
  beforeAll(async () => {
    [bench, api] = await Promise.all([startWorkflowBench(), startGitHubApi()]);
  });
  afterAll(async () => {
    await Promise.all([bench?.stop(), api?.stop()]);
  });

  const onPullRequest = (filename: string) => {
    api.pulls.set(12, { head: HEAD, files: [{ filename }] });
    const repo = { full_name: 'acme/shop' };
    return bench.run({
      workflow: bench.addExample('migration-gate.yml'),
      event: 'pull_request',
      payload: {
        pull_request: {
          number: 12,
          head: { sha: HEAD, ref: 'change', repo },
          base: { sha: BASE, ref: 'main', repo },
        },
      },
      secrets: { GITHUB_TOKEN: api.token },
      environment: { GITHUB_API_URL: api.url },
    });
  };
  const comments = () => api.comments.get(12)?.map(({ body }) => body);

  it('is red on a migration without a backup', async () => {
    const run = await onPullRequest('db/migrate/001_orders.rb');
    expect(whatRan(run)).toEqual(['gate: Look for a fresh backup failure']);
    expect(run.job('gate').outputs).toMatchObject({ 'gate.verdict': 'fail', 'gate.reason': 'none' });
    expect(comments()).toEqual([expect.stringContaining('CLOSED')]);
    expect(run.exitCode).not.toBe(0);
  });

  it('is green where the change holds no migration', async () => {
    const run = await onPullRequest('src/app.ts');
    expect(whatRan(run)).toEqual(['gate: Look for a fresh backup success']);
    expect(run.job('gate').outputs).toMatchObject({ 'gate.reason': 'no-migration' });
  });

  it('is green on a migration once there is a backup, and says so in the same comment', async () => {
    const backup = await bench.run({ workflow: bench.addExample('backup.yml'), event: 'schedule' });
    const run = await onPullRequest('db/migrate/001_orders.rb');
    expect(whatRan(run)).toEqual(['gate: Look for a fresh backup success']);
    expect(handedOn(run)).toEqual({ verdict: 'pass', 'backup-id': handedOn(backup)['backup-id'] });
    expect(comments()).toEqual([expect.stringContaining('passed')]);
    expect(run.exitCode).toBe(0);
  });

  it('right before the migration takes a backup where there is none, then lets it through', async () => {
    const tools = scratchFolder('npx');
    mkdirSync(join(tools, 'bin'));
    writeFileSync(
      join(tools, 'bin', 'npx'),
      '#!/bin/sh\nexec psql "$DATABASE_URL" -c "alter table books add column migrated int"\n',
    );
    chmodSync(join(tools, 'bin', 'npx'), 0o755);
    api.comparisons.set(`${BASE}...${HEAD}`, {
      status: 'ahead',
      // The migration came with an earlier push, whose deployment failed.
      files: [{ filename: 'README.md' }],
    });
    const before = await bench.keys();
    const run = await bench.run({
      workflow: bench.addExample('deploy-with-gate.yml', { name: 'another' }),
      event: 'push',
      payload: { before: BASE, after: HEAD, ref: 'refs/heads/main' },
      secrets: { GITHUB_TOKEN: api.token },
      environment: { GITHUB_API_URL: api.url },
      path: [join(tools, 'bin'), bench.postgres.binFolder],
    });
    expect(whatRan(run)).toEqual([
      'migrate: Check out success, Let a migration through only behind a fresh backup success, Migrate success',
    ]);
    expect(
      (await bench.keys()).filter(key => !before.includes(key) && key.includes('/pre-migration/')),
    ).not.toEqual([]);
    expect(await bench.postgres.psql('select count(migrated) from books', 'shop')).toBe('0');
  });
});
