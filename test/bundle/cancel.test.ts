// What a cancelled, killed or expired run leaves: SIGINT goes to node alone, as the runner sends it, at the moments that
// matter. In the end there is either a whole backup or nothing, in time, and no process and no file.
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { need } from '../parts/availability.ts';
import { type Bench, type BenchRun, startBench } from '../parts/packed-action.ts';
import type { FaultRule } from '../parts/s3-stand-in/start.ts';
import { TcpProxy } from '../parts/tcp-proxy.ts';

const { missing } = await need('postgres-16');

/** Of the 7.5 s until SIGTERM; the rest is for a slower machine. */
const WITHIN_MS = 7_000;

describe.skipIf(missing)('a cancel of the packed action', () => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await startBench();
    await bench.server.createDatabase('large');
    await bench.server.psql(
      `create table noise (bytes bytea);
      insert into noise select string_agg(sha256((i * 1000 + j)::text::bytea), '')
      from generate_series(1, 1000) i, generate_series(1, 1000) j group by i;`,
      'large',
    );
  });
  afterEach(() => bench.s3.faults.clear());
  afterAll(() => bench.stop());

  /** Requests that match are read and never answered. */
  function hang(rule: Omit<FaultRule, 'then' | 'times'>) {
    return bench.s3.faults.add({ ...rule, times: Number.POSITIVE_INFINITY, then: { kind: 'never-answer' } });
  }

  function expectCancelled(run: BenchRun): void {
    expect([run.exitCode, run.conclusion, run.outputs.result], run.log).toEqual([
      130,
      'cancelled',
      'cancelled',
    ]);
    expect(run.durations.cancel).toBeLessThan(WITHIN_MS);
    expect(run.signals).toEqual(['SIGINT']);
    expect(run.leftovers).toEqual({ afterMain: [], afterPost: [], processes: [] });
    expect(run.uploads).toEqual([]);
    expect(run.summary).toContain('## PostgreSQL backup cancelled');
    expect(run.annotations.filter(({ level }) => level === 'error')).toEqual([]);
    expect(run.slack).toHaveLength(1);
    expect(JSON.stringify(run.slack)).toContain('cancelled');
  }

  function expectNothingStored(run: BenchRun): void {
    expectCancelled(run);
    expect(run.keys).toEqual([]);
    expect(run.outputs['backup-id']).toBe('');
  }

  /** No session of the run is left at the server: nothing holds a lock or a snapshot. */
  async function expectNoSession(): Promise<void> {
    await vi.waitFor(
      async () =>
        expect(
          await bench.server.psql(
            "select count(*) from pg_stat_activity where application_name in ('pg_dump', 'pg_backup', 'pg-backup-action')",
          ),
        ).toBe('0'),
      { timeout: 20_000 },
    );
  }

  it('while the server does not answer', async () => {
    const proxy = await TcpProxy.start(bench.server);
    proxy.fallSilent();
    const url = bench.server.url('shop').replace(`:${bench.server.port}/`, `:${proxy.port}/`);
    const connecting = vi.waitFor(() => expect(proxy.connections).toBeGreaterThan(0), { timeout: 20_000 });
    const run = await bench.run({ inputs: { 'database-url': url }, cancelAfter: connecting });
    await proxy.stop();
    expectNothingStored(run);
  });

  it('while a table is locked by somebody else', async () => {
    const locker = bench.server
      .psql('begin; lock table books in access exclusive mode; select pg_sleep(60);', 'shop')
      .catch(() => {});
    const count = (condition: string) =>
      bench.server.psql(
        `select count(*) from pg_locks where relation = 'books'::regclass and ${condition}`,
        'shop',
      );
    await vi.waitFor(async () => expect(await count("mode = 'AccessExclusiveLock'")).toBe('1'), {
      timeout: 20_000,
    });
    const waiting = vi.waitFor(async () => expect(await count('not granted')).not.toBe('0'), {
      timeout: 20_000,
    });
    const run = await bench.run({ cancelAfter: waiting });
    await bench.server.psql(
      "select pg_terminate_backend(pid) from pg_stat_activity where query like '%pg_sleep(60)%' and pid <> pg_backend_pid()",
    );
    await locker;
    expectNothingStored(run);
    await expectNoSession();
  });

  it.each([
    ['the store is asked for its time', { nth: 1 }],
    ['an upload is begun', { operation: 'CreateMultipartUpload' }],
    ['a part of the dump is sent', { operation: 'UploadPart', nth: 2 }],
    ['the last parts are sent', { operation: 'UploadPart', nth: 4 }],
    ['the upload is completed', { operation: 'CompleteMultipartUpload' }],
  ] as const)('while %s', async (_, rule) => {
    const run = await bench.run({
      database: 'large',
      inputs: { compression: 'none' },
      cancelAfter: hang(rule).struck,
    });
    expectNothingStored(run);
    await expectNoSession();
  });

  it('while a slow store takes the dump', async () => {
    const slow = bench.s3.faults.add({
      operation: 'UploadPart',
      times: Number.POSITIVE_INFINITY,
      then: { kind: 'slow', request: 200_000 },
    });
    const run = await bench.run({
      database: 'large',
      inputs: { compression: 'none' },
      cancelAfter: slow.struck,
    });
    expectNothingStored(run);
    await expectNoSession();
  });

  it.each(['.proof.json', '.globals.sql'])('while %s is put beside the archive', async end => {
    const { struck } = hang({ operation: 'PutObject', when: ({ key }) => key.endsWith(end) });
    expectNothingStored(await bench.run({ cancelAfter: struck }));
  });

  it('while the manifest is written: there is no backup unless the store has it', async () => {
    const { struck } = hang({ operation: 'PutObject', when: ({ key }) => key.endsWith('.manifest.json') });
    const run = await bench.run({ cancelAfter: struck });
    expectCancelled(run);
    expect(run.keys.filter(key => key.endsWith('.manifest.json'))).toEqual([]);
  });

  it('while the manifest is on its way: the backup that the store takes is told', async () => {
    const late = bench.s3.faults.add({
      operation: 'PutObject',
      when: ({ key }) => key.endsWith('.manifest.json'),
      then: { kind: 'delay', ms: 1_500 },
    });
    const run = await bench.run({ cancelAfter: late.struck });
    expectCancelled(run);
    expect(run.outputs['backup-id']).not.toBe('');
    expect(run.keys).toContain(run.outputs.key);
    expect(run.keys).toContain(run.outputs['manifest-key']);
  });

  it('while it prunes: the new backup stays, and an old one is whole or no backup any more', async () => {
    const prefix = bench.freshPrefix();
    const inputs = { tier: 'manual', retention: 'manual: 1', 'min-keep': '1' };
    await bench.run({ prefix, inputs });
    const { struck } = hang({ when: ({ operation }) => operation.startsWith('Delete') });
    const run = await bench.run({ prefix, inputs, cancelAfter: struck });
    expectCancelled(run);
    expect(run.outputs['backup-id']).not.toBe('');
    expect(run.keys).toContain(run.outputs.key);
    expect(run.keys).toContain(run.outputs['manifest-key']);
    expect(run.summary).toContain('the new backup itself is complete');
  });

  it('leaves an upload that could not be dropped to post', async () => {
    const abort = bench.s3.faults.add({
      operation: 'AbortMultipartUpload',
      times: Number.POSITIVE_INFINITY,
      then: { kind: 'answer', status: 503, code: 'SlowDown' },
    });
    const { struck } = hang({ operation: 'UploadPart', nth: 2 });
    const run = await bench.run({
      database: 'large',
      inputs: { compression: 'none' },
      cancelAfter: struck,
      // The store recovers while main says its last words.
      onLine: line => {
        if (line.includes('was cancelled after')) abort.release();
      },
    });
    expect(abort.hits).toBeGreaterThan(0);
    expect([run.exitCode, run.signals]).toEqual([130, ['SIGINT']]);
    expect(run.durations.cancel).toBeLessThan(WITHIN_MS);
    expect(run.postLog).toContain('Dropped the unfinished upload');
    expect([run.uploads, run.leftovers.afterPost]).toEqual([[], []]);
  });

  it('by SIGKILL leaves post to drop the upload and the folder', async () => {
    const { struck } = hang({ operation: 'UploadPart', nth: 2 });
    const run = await bench.run({ database: 'large', inputs: { compression: 'none' }, killAfter: struck });
    expect([run.exitCode, run.postExitCode, run.conclusion]).toEqual([137, 0, 'failure']);
    expect(run.outputs).toMatchObject({ result: 'failed', 'backup-id': '' });
    expect(run.leftovers.afterMain).not.toEqual([]);
    expect(run.leftovers.afterPost).toEqual([]);
    expect(run.leftovers.processes).toEqual([]);
    expect(run.postLog).toContain('Dropped the unfinished upload');
    expect([run.keys, run.uploads]).toEqual([[], []]);
    await expectNoSession();
  });

  it('by its own time limit fails, with everything dropped', async () => {
    hang({ operation: 'UploadPart', nth: 2 });
    const run = await bench.run({ database: 'large', inputs: { compression: 'none', timeout: '3s' } });
    expect([run.exitCode, run.outputs.result, run.postExitCode]).toEqual([1, 'failed', 0]);
    expect(run.annotations[0]?.message).toContain('PGB901');
    expect(run.durations.main).toBeLessThan(3_000 + WITHIN_MS);
    expect([run.keys, run.uploads, run.leftovers.afterMain, run.leftovers.processes]).toEqual([
      [],
      [],
      [],
      [],
    ]);
    await expectNoSession();
  });
});
