// The packed restore-test action as the runner starts it: a test that passes, one that is cancelled, and one that is
// killed while its server runs, which `post` then clears away.
import { chmodSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generatedFiles } from '../../scripts/generate.ts';
import { need } from '../parts/availability.ts';
import { scratchFolder } from '../parts/backup-places.ts';
import {
  type Bench,
  type BenchOptions,
  type BenchRun,
  distFolder,
  startBench,
} from '../parts/packed-action.ts';

const { missing } = await need('postgres-16');

describe.skipIf(missing)('the packed restore-test action', () => {
  let bench: Bench;
  let prefix: string;
  let actionFolder: string;
  /** Of the actions alone, so that what lies in it was left by them. */
  const temporary = scratchFolder('temporary');
  const sleepy = join(scratchFolder('assertions'), 'sleepy.sql');

  beforeAll(async () => {
    bench = await startBench();
    prefix = bench.freshPrefix();
    chmodSync(temporary, 0o711);
    writeFileSync(sleepy, 'select pg_sleep(600) is not null;');
    const base = scratchFolder('restore-test-action');
    actionFolder = join(base, 'restore-test');
    mkdirSync(actionFolder);
    writeFileSync(join(actionFolder, 'action.yml'), generatedFiles()['restore-test/action.yml'] ?? '');
    symlinkSync(distFolder, join(base, 'dist'));
    const backup = await bench.run({ prefix });
    expect(backup.exitCode, backup.log).toBe(0);
  });
  afterAll(() => bench?.stop());

  const run = (options: Omit<BenchOptions, 'prefix'> = {}): Promise<BenchRun> =>
    bench.run({
      prefix,
      actionFolder,
      environment: { TMPDIR: temporary },
      ...options,
      inputs: { 'database-url': '', ...options.inputs },
    });

  /** Resolves when the server of the test has sat down to sleep. */
  function asleep() {
    const { promise, resolve } = Promise.withResolvers<void>();
    const onLine = (line: string) => {
      if (line.includes('Ask the assertions')) resolve();
    };
    return { promise, onLine };
  }

  const evidence = () => bench.keys(prefix).filter(key => key.includes('.evidence.'));

  it('passes a good backup, and leaves its evidence and nothing else', async () => {
    const done = await run();
    expect([done.exitCode, done.postExitCode, done.conclusion], done.log).toEqual([0, 0, 'success']);
    expect(done.outputs).toMatchObject({ result: 'success' });
    expect(done.summary).toContain('## PostgreSQL restore test');
    expect(done.state.server).toBe('');
    expect(done.leftovers).toEqual({ afterMain: [], afterPost: [], processes: [] });
    expect(readdirSync(temporary)).toEqual([]);
    expect(evidence()).toHaveLength(1);
    expect(done.postLog).not.toContain('Threw the server');
  });

  it('that is cancelled throws its server away and records nothing', async () => {
    const before = evidence();
    const { promise, onLine } = asleep();
    const ended = await run({ inputs: { assertions: sleepy }, cancelAfter: promise, onLine });
    expect([ended.exitCode, ended.conclusion, ended.outputs.result], ended.log).toEqual([
      130,
      'cancelled',
      'cancelled',
    ]);
    expect(ended.leftovers).toEqual({ afterMain: [], afterPost: [], processes: [] });
    expect(readdirSync(temporary)).toEqual([]);
    expect(evidence()).toEqual(before);
  });

  it('that is killed leaves post to throw its server away', async () => {
    const before = evidence();
    const { promise, onLine } = asleep();
    const killed = await run({ inputs: { assertions: sleepy }, killAfter: promise, onLine });
    expect([killed.exitCode, killed.postExitCode, killed.conclusion], killed.log).toEqual([
      137,
      0,
      'failure',
    ]);
    expect(JSON.parse(killed.state.server ?? '')).toMatchObject({
      folder: expect.stringContaining(join(temporary, 'pg-backup-throw-away-')),
    });
    expect(killed.postLog).toContain('Threw the server of the restore test away');
    expect(killed.leftovers.afterMain).not.toEqual([]);
    expect([killed.leftovers.afterPost, killed.leftovers.processes]).toEqual([[], []]);
    expect(readdirSync(temporary)).toEqual([]);
    expect(evidence()).toEqual(before);
  });
});
