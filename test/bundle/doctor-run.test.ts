// The packed doctor as the runner starts it: with the backup's own inputs, in a private and in a public repository; and no
// service that waits for backups hears of it.
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generatedFiles } from '../../scripts/generate.ts';
import { need } from '../parts/availability.ts';
import { scratchFolder } from '../parts/backup-places.ts';
import { type HttpReceiver, startHttpReceiver } from '../parts/http-receiver.ts';
import { type Bench, type BenchRun, distFolder, startBench } from '../parts/packed-action.ts';

const { missing } = await need('postgres-16');

describe.skipIf(missing)('the packed doctor', () => {
  let bench: Bench;
  let http: HttpReceiver;
  let actionFolder: string;
  beforeAll(async () => {
    [bench, http] = await Promise.all([startBench(), startHttpReceiver()]);
    const base = scratchFolder('doctor-action');
    actionFolder = join(base, 'doctor');
    mkdirSync(actionFolder);
    writeFileSync(join(actionFolder, 'action.yml'), generatedFiles()['doctor/action.yml'] ?? '');
    symlinkSync(distFolder, join(base, 'dist'));
  });
  afterAll(async () => {
    await Promise.all([bench?.stop(), http?.stop()]);
  });

  const run = (inputs: Readonly<Record<string, string>> = {}, isPrivate = true): Promise<BenchRun> =>
    bench.run({
      actionFolder,
      event: { name: 'workflow_dispatch', private: isPrivate },
      inputs: { 'ping-url': `${http.origin}/ping`, ...inputs },
    });

  it('says all of it in the summary, leaves nothing, and tells nobody', async () => {
    const seen = await run({ probe: 'true' });
    expect([seen.exitCode, seen.conclusion], seen.log).toEqual([0, 'success']);
    expect(seen.outputs).toMatchObject({ status: 'advice', wrong: '0', result: 'success' });
    expect(seen.summary).toContain('PostgreSQL backup doctor: fine, with advice');
    expect(seen.summary).toContain('Connected to');
    expect(JSON.parse(seen.outputs.checks ?? '')).toContainEqual({
      area: 'keys',
      check: 'encryption',
      state: 'advice',
      code: null,
    });
    expect([seen.keys, seen.uploads, seen.slack, http.received]).toEqual([[], [], [], []]);
  });

  it('fails where something is wrong, with one annotation, and names nobody in a public repository', async () => {
    const seen = await run({ destination: 's3://nowhere/p' }, false);
    expect([seen.exitCode, seen.conclusion]).toEqual([2, 'failure']);
    expect(seen.outputs).toMatchObject({ status: 'wrong', wrong: '1', result: 'failed' });
    expect(seen.annotations.map(({ message }) => message).join()).toContain('PGB300');
    for (const text of [seen.summary, seen.annotations.map(({ message }) => message).join()])
      expect(text).not.toMatch(/nowhere|shop/);
    expect(seen.slack).toEqual([]);
  });

  it('with inputs that are none ends with every output set', async () => {
    const seen = await run({ probe: 'perhaps', retention: 'daily' });
    expect(seen.exitCode).toBe(2);
    expect(seen.outputs).toMatchObject({ status: 'wrong', wrong: '2', result: 'failed' });
    expect(seen.summary).toContain('PGB101');
  });
});
