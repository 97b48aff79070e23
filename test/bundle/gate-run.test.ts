// The packed gate as the runner starts it: on a pull request, in a merge queue, before a deployment, for a fork.
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generatedFiles } from '../../scripts/generate.ts';
import { need } from '../parts/availability.ts';
import { scratchFolder } from '../parts/backup-places.ts';
import { type GitHubApi, startGitHubApi } from '../parts/github-api.ts';
import { type Bench, type BenchRun, distFolder, startBench } from '../parts/packed-action.ts';

const { missing } = await need('postgres-16');
const [BASE, HEAD] = ['a'.repeat(40), 'b'.repeat(40)];
const MIGRATION = { filename: 'db/migrate/001_orders.rb' };

interface Wish {
  readonly event?: string;
  readonly payload?: Readonly<Record<string, unknown>>;
  readonly private?: boolean;
  readonly inputs?: Readonly<Record<string, string>>;
  readonly environment?: Readonly<Record<string, string>>;
}

describe.skipIf(missing)('the packed gate', () => {
  let bench: Bench;
  let api: GitHubApi;
  let prefix: string;
  let actionFolder: string;
  let takenBefore: number;

  /** Until the backup is older than `max-age: 1s`. */
  const untilStale = () =>
    expect.poll(() => Date.now() - takenBefore, { interval: 20, timeout: 20_000 }).toBeGreaterThan(1_000);

  beforeAll(async () => {
    [bench, api] = await Promise.all([startBench(), startGitHubApi()]);
    prefix = bench.freshPrefix();
    const base = scratchFolder('gate-action');
    actionFolder = join(base, 'gate');
    mkdirSync(actionFolder);
    writeFileSync(join(actionFolder, 'action.yml'), generatedFiles()['gate/action.yml'] ?? '');
    symlinkSync(distFolder, join(base, 'dist'));
  });
  afterAll(async () => {
    await Promise.all([bench?.stop(), api?.stop()]);
  });

  function run(wish: Wish = {}): Promise<BenchRun> {
    const { event = 'push', payload = { before: BASE, after: HEAD } } = wish;
    return bench.run({
      prefix,
      actionFolder,
      event: { name: event, private: wish.private ?? true, payload },
      inputs: {
        'database-url': '',
        'slack-webhook-url': '',
        'postgres-bin': bench.server.binFolder,
        name: 'shop',
        'github-token': api.token,
        ...wish.inputs,
      },
      environment: { GITHUB_API_URL: api.url, ...wish.environment },
    });
  }
  const pull = (full_name = 'acme/shop') => ({
    pull_request: {
      number: 12,
      head: { sha: HEAD, repo: { full_name } },
      base: { sha: BASE, repo: { full_name: 'acme/shop' } },
    },
  });
  const onPull = (wish: Wish = {}) =>
    run({ event: 'pull_request', payload: pull(), ...wish, inputs: { comment: 'true', ...wish.inputs } });

  it('is closed, then open after a backup, in one comment that is kept up to date', async () => {
    api.pulls.set(12, { head: HEAD, files: [MIGRATION] });
    const closed = await onPull();
    expect(closed.log).not.toContain('PGB999');
    expect([closed.exitCode, closed.postExitCode, closed.conclusion]).toEqual([3, 0, 'failure']);
    expect(closed.outputs).toEqual({
      verdict: 'fail',
      reason: 'none',
      'backup-id': '',
      'age-seconds': '',
      level: '',
    });
    expect(closed.annotations).toMatchObject([{ level: 'error', title: 'Migration gate closed' }]);
    expect(closed.summary).toContain('Migration gate CLOSED');
    expect(api.comments.get(12)?.map(({ body }) => body)).toEqual([expect.stringContaining('CLOSED')]);

    const backup = await bench.run({ prefix });
    expect(backup.exitCode, backup.log).toBe(0);
    takenBefore = Date.now();
    const open = await onPull();
    expect([open.exitCode, open.conclusion], open.log).toEqual([0, 'success']);
    expect(open.outputs).toEqual({
      verdict: 'pass',
      reason: 'fresh',
      'backup-id': backup.outputs['backup-id'],
      'age-seconds': expect.stringMatching(/^\d+$/),
      level: 'stored',
    });
    expect(open.annotations).toEqual([]);
    expect(api.comments.get(12)?.map(({ body }) => body)).toEqual([expect.stringContaining('passed')]);
    expect(open.leftovers.afterPost).toEqual([]);
    for (const [where, text] of Object.entries(open.traces))
      for (const secret of [api.token, bench.s3.secretAccessKey]) expect(text, where).not.toContain(secret);
  });

  it('touches no database on a pull request, whatever it is given', async () => {
    api.pulls.set(12, { head: HEAD, files: [MIGRATION] });
    const tracer = bench.falseClient(['psql', 'pg_dump'], 'echo touched >&2; exit 1');
    const given = { 'database-url': bench.server.url('shop'), 'on-stale': 'backup', 'postgres-bin': tracer };
    const fresh = await onPull({ inputs: given });
    expect([fresh.exitCode, fresh.outputs.reason], fresh.log).toEqual([0, 'fresh']);
    await untilStale();
    const stale = await onPull({ inputs: { ...given, 'max-age': '1s' } });
    expect([stale.exitCode, stale.outputs.reason], stale.log).toEqual([3, 'stale']);
    expect(stale.log).toContain('PGB666');
    expect(fresh.log + stale.log).not.toContain('touched');
  });

  it('needs nothing of the bucket without a migration, in a merge queue as well', async () => {
    api.comparisons.set(`${BASE}...${HEAD}`, { status: 'ahead', files: [{ filename: 'README.md' }] });
    const nowhere = { destination: 's3://no-such-bucket/x' };
    const group = { merge_group: { base_sha: BASE, head_sha: HEAD } };
    for (const wish of [{}, { event: 'merge_group', payload: group }]) {
      const passed = await run({ ...wish, inputs: nowhere });
      expect([passed.exitCode, passed.outputs.reason], passed.log).toEqual([0, 'no-migration']);
    }
    api.comparisons.set(`${BASE}...${HEAD}`, {
      status: 'ahead',
      files: [{ filename: 'docs/x.md', previous_filename: 'db/migrate/001_orders.rb' }],
    });
    const renamed = await run({ event: 'merge_group', payload: group, inputs: nowhere });
    expect([renamed.exitCode, renamed.outputs.reason], renamed.log).not.toEqual([0, 'no-migration']);
  });

  it('takes a pre-migration backup before a deployment', async () => {
    const inputs = { 'database-url': bench.server.url('shop'), 'on-stale': 'backup', name: 'fresh-name' };
    const passed = await run({ event: 'workflow_dispatch', payload: {}, inputs });
    expect([passed.exitCode, passed.outputs.reason], passed.log).toEqual([0, 'backed-up']);
    expect(passed.keys.some(key => key.startsWith('fresh-name/pre-migration/'))).toBe(true);
    expect(passed.leftovers).toMatchObject({ afterPost: [], processes: [] });
  });

  it('tells a fork’s maintainer what to do, with nothing but a token', async () => {
    api.pulls.set(12, { head: HEAD, files: [MIGRATION] });
    const fork = {
      event: 'pull_request',
      payload: pull('octocat/shop'),
      environment: { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' },
    };
    const bare = { destination: '', 's3-endpoint': '', 's3-region': '', 's3-force-path-style': '' };
    const closed = await run({ ...fork, inputs: bare });
    expect([closed.exitCode, closed.outputs.reason], closed.log).toEqual([3, 'fork']);
    expect(closed.annotations[0]?.message).toContain('A maintainer reads the migration');
    const open = await run({ ...fork, inputs: { ...bare, 'on-fork': 'pass' } });
    expect([open.exitCode, open.outputs.verdict], open.log).toEqual([0, 'pass']);
    expect(open.annotations).toMatchObject([{ level: 'warning' }]);
  });

  it('names nothing of the database where everybody can read it', async () => {
    api.pulls.set(12, { head: HEAD, files: [MIGRATION] });
    await untilStale();
    const seen = await onPull({ private: false, inputs: { 'max-age': '1s' } });
    expect(seen.exitCode, seen.log).toBe(3);
    for (const text of [seen.summary, seen.annotations[0]?.message, api.comments.get(12)?.at(-1)?.body]) {
      expect(text).toContain('PGB650');
      expect(text).not.toMatch(/of `shop`|"shop"|001_orders/);
    }
  });

  it('fails closed on inputs that are wrong, and on a comment that is refused it only warns', async () => {
    const wrong = await run({ inputs: { name: '', 'max-age': '26' } });
    expect([wrong.exitCode, wrong.outputs.verdict, wrong.outputs.reason]).toEqual([2, 'fail', 'error']);
    expect(wrong.log).toMatch(/PGB104[\s\S]*PGB663|PGB663[\s\S]*PGB104/);
    api.pulls.set(12, { head: HEAD, files: [MIGRATION] });
    api.refuse = line => (line.includes('/issues/') ? 403 : undefined);
    const seen = await onPull();
    api.refuse = undefined;
    expect([seen.exitCode, seen.outputs.reason], seen.log).toEqual([0, 'fresh']);
    expect(seen.log).toContain('PGB662');
  });
});
