// A backup that is good stays good, and the job green, whatever fails after it: the prune, the notice, the report.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { need } from '../parts/availability.ts';
import { type Bench, startBench } from '../parts/packed-action.ts';

const { missing } = await need('postgres-16');

describe.skipIf(missing)('a run of the packed action with a good backup and trouble after it', () => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await startBench();
  });
  afterAll(() => bench.stop());

  const retention = { retention: 'manual: 1', 'min-keep': '1', tier: 'manual' };

  it('is degraded, and ends with 0, when the store lets it delete nothing', async () => {
    const prefix = bench.freshPrefix();
    await bench.run({ prefix, inputs: retention });
    const refusal = bench.s3.faults.add({
      when: ({ operation }) => operation.startsWith('Delete'),
      times: Number.POSITIVE_INFINITY,
      then: { kind: 'answer', status: 403, code: 'AccessDenied' },
    });
    const run = await bench.run({ prefix, inputs: retention });
    refusal.release();
    expect(refusal.hits).toBeGreaterThan(0);
    expect([run.exitCode, run.conclusion, run.outputs.result]).toEqual([0, 'success', 'degraded']);
    expect(run.outputs.pruned).toBe('0');
    expect(run.outputs['backup-id']).not.toBe('');
    expect(run.annotations.map(({ level }) => level)).toEqual(['warning']);
    expect(run.summary).toContain('## PostgreSQL backup, with warnings');
    expect(run.slack).toHaveLength(1);
    expect(run.keys.filter(key => key.endsWith('.manifest.json'))).toHaveLength(2);
  });

  it('prunes what the policy lets go, once it may', async () => {
    const prefix = bench.freshPrefix();
    const first = await bench.run({ prefix, inputs: retention });
    const second = await bench.run({ prefix, inputs: retention });
    expect([second.exitCode, second.outputs.result, second.outputs.pruned]).toEqual([0, 'success', '1']);
    expect(second.keys.some(key => key.includes(first.outputs['backup-id'] ?? ''))).toBe(false);
    expect(second.keys.filter(key => key.endsWith('.manifest.json'))).toEqual([
      second.outputs['manifest-key'],
    ]);
  });

  it.each([
    ['PGB711', [500, 500, 500, 500].map(status => ({ kind: 'answer', status }) as const)],
    ['PGB712', [{ kind: 'answer', status: 429, headers: { 'retry-after': '120' } } as const]],
    ['PGB713', [{ kind: 'answer', status: 410, body: 'channel_is_archived' } as const]],
    ['PGB710', [1, 2, 3, 4].map(() => ({ kind: 'drop' }) as const)],
  ])('warns with %s when Slack does not take the notice', async (code, faults) => {
    bench.slack.failNext(...faults);
    const run = await bench.run();
    expect([run.exitCode, run.conclusion]).toEqual([0, 'success']);
    expect(run.outputs['backup-id']).not.toBe('');
    expect(JSON.parse(run.outputs.warnings ?? '')).toEqual([expect.stringContaining(code)]);
    expect(run.log).toContain(code);
    expect(run.slack).toEqual([]);
    expect(run.durations.main).toBeLessThan(60_000);
  });

  it('keeps the backup when the report artifact has nowhere to go', async () => {
    const run = await bench.run({ inputs: { 'report-artifact': 'true' } });
    expect([run.exitCode, run.outputs.result]).toEqual([0, 'success']);
    expect(run.log).toContain('PGB911');
    expect(run.leftovers).toEqual({ afterMain: [], afterPost: [], processes: [] });
    expect(run.keys).toContain(run.outputs.key);
  });

  it('warns in capitals of a backup that shrank', async () => {
    const prefix = bench.freshPrefix();
    await bench.server.createDatabase('ledger');
    await bench.server.psql(
      'create table entries as select i, md5(i::text) from generate_series(1, 20000) i',
      'ledger',
    );
    for (const _ of [1, 2, 3]) await bench.run({ prefix, database: 'ledger', inputs: { name: 'ledger' } });
    await bench.server.psql('delete from entries where i > 100', 'ledger');
    const run = await bench.run({ prefix, database: 'ledger', inputs: { name: 'ledger', ...retention } });
    expect([run.exitCode, run.outputs.result, run.outputs.pruned]).toEqual([0, 'degraded', '0']);
    expect(run.annotations[0]?.title).toContain('SHRUNK');
    expect(JSON.stringify(run.slack)).toContain('SHRUNK');
  });
});
