// The nightly backup as people copy it, from the schedule's event to what lies in the bucket.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { handedOn, startWorkflowBench, type WorkflowBench, whatRan } from '../parts/act/bench.ts';
import { need } from '../parts/availability.ts';

const parts = await need('act', 'versitygw', 'postgres-17');

describe.skipIf(parts.missing)('the nightly backup', () => {
  let bench: WorkflowBench;
  beforeAll(async () => {
    bench = await startWorkflowBench();
  });
  afterAll(() => bench?.stop());

  it('backs up, shows it, and hands on the id alone', async () => {
    const run = await bench.run({ workflow: bench.addExample('backup.yml'), event: 'schedule' });
    expect(whatRan(run)).toEqual(['backup: Back up success']);
    const { outputs, summary, log } = run.job('backup');
    expect(outputs).toMatchObject({ 'backup.result': 'success', 'backup.level': 'stored' });
    expect(handedOn(run)).toEqual({ 'backup-id': outputs['backup.backup-id'] });
    expect(summary).toContain('1,040 rows in 3 tables');
    expect(await bench.keys()).toContain(`pg/${outputs['backup.manifest-key']}`);
    expect(log).not.toContain(bench.postgres.password);
    expect(run.exitCode).toBe(0);
  });

  it('fails where the database does not answer, and the caller with it', async () => {
    const before = await bench.keys();
    const run = await bench.run({
      workflow: bench.addExample('backup.yml'),
      event: 'schedule',
      secrets: { DATABASE_URL: 'postgresql://nobody:wrong@127.0.0.1:1/shop' },
    });
    expect(whatRan(run)).toEqual(['backup: Back up failure']);
    expect(run.job('backup').annotations).toEqual([expect.stringMatching(/^error: PGB213/)]);
    expect(await bench.keys()).toEqual(before);
    expect(run.exitCode).not.toBe(0);
  });
});
