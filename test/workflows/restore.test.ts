// The restore by hand as people copy it: a plan that changes nothing, a hash that is another plan's, and the plan carried
// out. And the monthly test, whose evidence makes the backup `restored`.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { handedOn, PATIENCE, startWorkflowBench, type WorkflowBench, whatRan } from '../parts/act/bench.ts';
import { need } from '../parts/availability.ts';

const parts = await need('act', 'versitygw', 'postgres-17');

describe.skipIf(parts.missing)('restore and restore test', { timeout: PATIENCE }, () => {
  let bench: WorkflowBench;
  let backupId: string;
  beforeAll(async () => {
    bench = await startWorkflowBench();
    const run = await bench.run({ workflow: bench.addExample('backup.yml'), event: 'schedule' });
    backupId = run.job('backup').outputs['backup.backup-id'] ?? '';
  });
  afterAll(() => bench?.stop());

  const restore = (inputs: Record<string, string>) =>
    bench.run({ workflow: bench.addExample('restore.yml'), event: 'workflow_dispatch', inputs });
  const books = () => bench.postgres.psql('select count(*) from books', 'shop');

  it('shows the plan, and changes nothing', async () => {
    await bench.postgres.psql('delete from books where id > 10', 'shop');
    const run = await restore({ backup: 'latest' });
    expect(whatRan(run)).toEqual(['plan: Plan success']);
    expect(handedOn(run)).toEqual({
      'backup-id': backupId,
      'plan-hash': expect.stringMatching(/^[0-9a-f]{8,}$/),
    });
    expect(run.job('plan').summary).toContain(handedOn(run)['plan-hash']);
    expect(await books()).toBe('10');
  });

  it('refuses the hash of another plan before anyone is asked to approve', async () => {
    const run = await restore({ backup: 'latest', confirm: '0123456789ab' });
    expect(whatRan(run)).toEqual([
      "plan: Plan success, Compare the hash that was given with the plan's failure",
    ]);
    expect(run.job('plan').annotations.join()).toContain('hash of another plan');
    expect(run.exitCode).not.toBe(0);
    expect(await books()).toBe('10');
  });

  it('carries out the plan that was confirmed', async () => {
    const { 'plan-hash': confirm = '' } = handedOn(await restore({ backup: backupId }));
    const run = await restore({ backup: backupId, confirm });
    expect(whatRan(run)).toEqual([
      "plan: Plan success, Compare the hash that was given with the plan's success",
      'restore: Restore success',
    ]);
    expect(run.exitCode).toBe(0);
    expect(await books()).toBe('1000');
  });

  it('fills one table of the live database anew, after a safety backup', async () => {
    await bench.postgres.psql('delete from books where id > 10', 'shop');
    const how = { backup: backupId, mode: 'data-only', tables: 'public.books' };
    const { 'plan-hash': confirm = '' } = handedOn(await restore(how));
    expect(await books()).toBe('10');
    const run = await restore({ ...how, confirm });
    expect(run.exitCode, run.job('restore').annotations.join()).toBe(0);
    expect(await books()).toBe('1000');
    expect((await bench.keys()).filter(key => /\/safety\/.*\.manifest\.json$/.test(key))).toHaveLength(1);
  });

  it('tests a restore with assertions of the repository, and leaves evidence', async () => {
    bench.tree.addFile('.github/restore-assertions.sql', 'select count(*) = 1000 from books;\n');
    const run = await bench.run({ workflow: bench.addExample('restore-test.yml'), event: 'schedule' });
    expect(whatRan(run)).toEqual([
      'restore-test: Get the file of assertions success, Restore, compare, measure success',
    ]);
    expect(handedOn(run)).toEqual({ 'backup-id': backupId, verdict: 'passed' });
    expect((await bench.keys()).filter(key => key.includes('.evidence.'))).toHaveLength(1);
    expect(run.exitCode).toBe(0);
  });

  it('fails with a verdict where an assertion does not hold', async () => {
    bench.tree.addFile('.github/restore-assertions.sql', 'select count(*) = 7 from books;\n');
    const run = await bench.run({
      workflow: bench.addExample('restore-test.yml'),
      event: 'workflow_dispatch',
      inputs: { backup: backupId },
    });
    expect(run.job('restore-test').outputs).toMatchObject({
      'test.verdict': 'failed',
      'test.backup-id': backupId,
    });
    expect(run.exitCode).not.toBe(0);
  });
});
