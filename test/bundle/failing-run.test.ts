// Runs that must fail, each loudly: exit status, outputs, one annotation, Slack; and with nothing in the bucket that
// could pass for a backup, no file and no process left.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { need } from '../parts/availability.ts';
import { type Bench, type BenchOptions, type BenchRun, startBench } from '../parts/packed-action.ts';

const { missing } = await need('postgres-16');

describe.skipIf(missing)('a run of the packed action that fails', () => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await startBench();
  });
  afterAll(() => bench.stop());

  async function fails(options: BenchOptions, exit: number, ...codes: string[]): Promise<BenchRun> {
    const run = await bench.run(options);
    expect([run.exitCode, run.postExitCode], run.log).toEqual([exit, 0]);
    expect(run.conclusion).toBe('failure');
    expect(run.outputs).toMatchObject({
      result: 'failed',
      'backup-id': '',
      key: '',
      'manifest-key': '',
      sha256: '',
    });
    expect(run.annotations.map(({ level, title }) => [level, title])).toEqual([
      ['error', 'PostgreSQL backup failed'],
    ]);
    expect(run.annotations[0]?.message.match(/^PGB\d+/gm)).toEqual(codes);
    expect(run.summary).toContain('## PostgreSQL backup FAILED');
    for (const code of codes) expect(run.summary).toContain(code);
    expect(run.keys).toEqual([]);
    expect(run.uploads).toEqual([]);
    expect(run.leftovers).toEqual({ afterMain: [], afterPost: [], processes: [] });
    return run;
  }

  function slackSays(run: BenchRun, text: RegExp): void {
    expect(run.slack).toHaveLength(1);
    expect(JSON.stringify(run.slack)).toMatch(text);
  }

  it('says that the server refused the password, after one try', async () => {
    const url = bench.server.url('shop', { user: 'postgres', password: 'not-the-password-at-all' });
    const run = await fails({ inputs: { 'database-url': url } }, 1, 'PGB210');
    slackSays(run, /FAILED.*PGB210/);
    expect(Object.values(run.traces).join('\n')).not.toContain('not-the-password-at-all');
  });

  it('says that the bucket is not there', async () => {
    const run = await fails({ inputs: { destination: 's3://no-such-bucket/pg' } }, 2, 'PGB300');
    slackSays(run, /no-such-bucket/);
  });

  it('lists all that is wrong with the inputs at once, and asks nobody', async () => {
    const requests = bench.s3.requests.length;
    const inputs = {
      destination: 'bucket-without-a-scheme',
      'min-keep': 'three',
      timeout: '90',
      prune: 'perhaps',
      retention: 'daily: 7x',
      'age-recipients': 'age1nonsense',
    };
    const run = await bench.run({ inputs });
    expect([run.exitCode, run.postExitCode, run.postLog]).toEqual([2, 0, '']);
    for (const name of Object.keys(inputs)) expect(run.log).toContain(name);
    expect(run.annotations).toHaveLength(1);
    expect(run.annotations[0]?.message.match(/^PGB\d+/gm)).toHaveLength(6);
    expect(bench.s3.requests).toHaveLength(requests);
    slackSays(run, /FAILED/);
  });

  it('tells what is missing when nothing is given', async () => {
    const run = await bench.run({
      inputs: { 'database-url': '', destination: '', 's3-endpoint': '', 'slack-webhook-url': '' },
    });
    expect(run.exitCode).toBe(2);
    expect(run.annotations[0]?.message).toContain('`destination`');
  });

  it.each(['pull_request', 'pull_request_target', 'issue_comment', 'workflow_run'])(
    'refuses the event %s, whoever asks, unless it is allowed by name',
    async name => {
      const requests = bench.s3.requests.length;
      await fails({ event: { name } }, 2, 'PGB140');
      expect(bench.s3.requests).toHaveLength(requests);
      expect((await bench.run({ event: { name }, inputs: { 'allow-event': name } })).exitCode).toBe(0);
    },
  );

  it('stores nothing when pg_dump is killed in the middle', async () => {
    const bin = bench.falseClient('pg_dump', '"$REAL" "$@" | head -c 4000; kill -KILL $$');
    const run = await fails({ inputs: { 'postgres-bin': bin } }, 1, 'PGB232');
    expect(run.annotations[0]?.message).toContain('SIGKILL');
  });

  it('stores nothing when pg_dump writes a whole archive and then ends badly', async () => {
    const bin = bench.falseClient(
      'pg_dump',
      '"$REAL" "$@"; echo "pg_dump: error: something at the very end" >&2; exit 1',
    );
    const run = await fails({ inputs: { 'postgres-bin': bin } }, 1, 'PGB232');
    expect(run.log).toContain('something at the very end');
  });

  it('stores nothing when pg_dump ends well with half an archive', async () => {
    const bin = bench.falseClient('pg_dump', '"$REAL" "$@" | head -c 6000; exit 0');
    const run = await bench.run({ inputs: { 'postgres-bin': bin } });
    expect([run.exitCode, run.outputs.result, run.keys, run.uploads]).toEqual([1, 'failed', [], []]);
  });

  it('names every table that the role may not read', async () => {
    await bench.server.psql("create role reader login password 'reader-password-1'");
    const url = bench.server.url('shop', { user: 'reader', password: 'reader-password-1' });
    const run = await bench.run({ inputs: { 'database-url': url } });
    expect([run.exitCode, run.keys]).toEqual([1, []]);
    for (const table of ['authors', 'books', 'loans']) expect(run.annotations[0]?.message).toContain(table);
  });

  it('says that it finds no room for its temporary folder', async () => {
    await fails({ environment: { RUNNER_TEMP: '/nonexistent/temp' } }, 1, 'PGB910');
  });

  it('says that the folder of client programs holds none', async () => {
    await fails({ inputs: { 'postgres-bin': '/nonexistent/bin' } }, 1, 'PGB200');
  });

  it('ends at its own time limit, with the upload dropped', async () => {
    const fault = bench.s3.faults.add({
      operation: 'UploadPart',
      times: Number.POSITIVE_INFINITY,
      then: { kind: 'never-answer' },
    });
    const more = bench.s3.faults.add({
      operation: 'PutObject',
      times: Number.POSITIVE_INFINITY,
      then: { kind: 'never-answer' },
    });
    try {
      const run = await fails({ inputs: { timeout: '3s' } }, 1, 'PGB901');
      expect(run.durations.main).toBeLessThan(30_000);
    } finally {
      fault.release();
      more.release();
    }
  });
});
