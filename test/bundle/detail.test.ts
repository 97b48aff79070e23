// What a run tells to whom: in a public repository nothing that describes the database, in the report artifact never
// the archive.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { need } from '../parts/availability.ts';
import { type Bench, type BenchRun, startBench } from '../parts/packed-action.ts';
import { type ArtifactService, startArtifactService } from '../parts/runner-services/artifacts.ts';

const { missing } = await need('postgres-16');

describe.skipIf(missing)('how much the packed action tells', () => {
  let bench: Bench;
  let service: ArtifactService;
  beforeAll(async () => {
    bench = await startBench();
    service = await startArtifactService();
    await bench.server.createDatabase('payroll');
    await bench.server.psql(
      'create table salaries as select i, md5(i::text) from generate_series(1, 4321) i; create role nosy login password $$nosy-password-1$$',
      'payroll',
    );
  });
  afterAll(async () => {
    await bench.stop();
    await service.stop();
  });

  const publicly = { event: { private: false } };

  /** Where anybody can read. */
  function shown(run: BenchRun): string {
    return [run.rawLog, run.rawSummary, JSON.stringify(run.annotations)].join('\n');
  }

  function expectNothingShown(run: BenchRun, prefix: string): void {
    for (const word of ['payroll', 'salaries', '127.0.0.1', 'localhost', '4,321', '4321', prefix, 'backups/'])
      expect(shown(run)).not.toContain(word);
  }

  it('leaves names, hosts and rows out of log and summary in a public repository', async () => {
    const run = await bench.run({ prefix: 'hidden-place', database: 'payroll', ...publicly });
    expect([run.exitCode, run.outputs.result]).toEqual([0, 'success']);
    expectNothingShown(run, 'hidden-place');
    expect(run.summary).toContain('## PostgreSQL backup');
    // The team's own channel gets all of it.
    expect(JSON.stringify(run.slack)).toContain('payroll');
  });

  it.each([
    ['no such database', () => ({ database: 'payroll_x' })],
    ['a role that may not read', () => ({ as: { user: 'nosy', password: 'nosy-password-1' } })],
    ['a wrong password', () => ({ as: { user: 'nosy', password: 'wrong-password-1' } })],
    ['a bucket that is not there', () => ({ inputs: { destination: 's3://hidden-place/payroll' } })],
    ['bad inputs', () => ({ inputs: { destination: 'hidden-place/payroll', tier: 'salaries' } })],
  ] as const)('leaves them out of a failure as well: %s', async (_, make) => {
    const {
      database = 'payroll',
      as,
      inputs = {},
    } = make() as {
      database?: string;
      as?: { user: string; password: string };
      inputs?: Record<string, string>;
    };
    const url = bench.server.url(database, as);
    const run = await bench.run({ ...publicly, inputs: { 'database-url': url, ...inputs } });
    expect(run.exitCode).not.toBe(0);
    expectNothingShown(run, 'hidden-place');
    expect(shown(run)).not.toContain('nosy');
    expect(shown(run)).toMatch(/PGB\d{3}/);
    expect(JSON.stringify(run.slack)).toMatch(/payroll|salaries|nosy/);
  });

  it('leaves them out of what post says of an upload that it cannot drop', async () => {
    const hang = bench.s3.faults.add({
      when: ({ operation }) => /^(UploadPart|PutObject)$/.test(operation),
      times: Number.POSITIVE_INFINITY,
      then: { kind: 'never-answer' },
    });
    const refusal = bench.s3.faults.add({
      operation: 'AbortMultipartUpload',
      times: Number.POSITIVE_INFINITY,
      then: { kind: 'answer', status: 403, code: 'AccessDenied' },
    });
    const run = await bench.run({
      prefix: 'hidden-place',
      database: 'payroll',
      killAfter: hang.struck,
      ...publicly,
    });
    bench.s3.faults.clear();
    expect([run.exitCode, run.postExitCode, refusal.hits > 0]).toEqual([137, 0, true]);
    expect(run.annotations.map(({ level }) => level)).toEqual(['warning']);
    expectNothingShown(run, 'hidden-place');
  });

  it('takes a repository for public when its event does not say', async () => {
    const run = await bench.run({
      database: 'payroll',
      environment: { GITHUB_EVENT_PATH: '/nonexistent/event.json' },
    });
    expect(run.exitCode).toBe(0);
    expectNothingShown(run, 'no-such-prefix');
  });

  it('keeps manifest, contents and outcome as an artifact, never the archive', async () => {
    const run = await bench.run({
      database: 'payroll',
      inputs: { 'report-artifact': 'true' },
      environment: service.environment,
    });
    expect([run.exitCode, run.log.includes('PGB')], run.log).toEqual([0, false]);
    const artifact = service.artifacts.at(-1);
    expect(artifact?.name).toBe(`pg-backup-report-${run.outputs['backup-id']}-1`);
    const files = artifact?.files ?? {};
    expect(Object.keys(files).sort()).toEqual([
      'contents.txt',
      'manifest.json',
      'outcome.json',
      'summary.md',
    ]);
    expect(JSON.parse(files['manifest.json'] ?? '')).toMatchObject({ id: run.outputs['backup-id'] });
    expect(JSON.parse(files['outcome.json'] ?? '')).toMatchObject({ result: 'success' });
    expect(files['contents.txt']).toContain('TABLE DATA public salaries');
    expect(files['summary.md']).toBe(run.summary);
    for (const text of Object.values(files)) expect(text).not.toContain('PGDMP');
    expect(run.leftovers).toEqual({ afterMain: [], afterPost: [], processes: [] });
  });

  it('keeps only what anybody may read as the artifact of a public run', async () => {
    const run = await bench.run({
      prefix: 'hidden-place',
      database: 'payroll',
      inputs: { 'report-artifact': 'true' },
      environment: service.environment,
      ...publicly,
    });
    expect(run.exitCode).toBe(0);
    const files = service.artifacts.at(-1)?.files ?? {};
    expect(Object.keys(files)).toEqual(['summary.md']);
    for (const text of Object.values(files))
      for (const word of ['payroll', 'salaries', '127.0.0.1', '4321', 'hidden-place'])
        expect(text).not.toContain(word);
  });

  it('keeps the outcome of a failure as an artifact', async () => {
    const run = await bench.run({
      inputs: { 'report-artifact': 'true', destination: 's3://no-such-bucket/p' },
      environment: service.environment,
    });
    expect(run.exitCode).toBe(2);
    const files = service.artifacts.at(-1)?.files ?? {};
    expect(JSON.parse(files['outcome.json'] ?? '{}')).toMatchObject({ result: 'failed' });
  });
});
