// The doctor's round on a store and a server in memory: everything is looked at whatever fails, nothing is written unasked,
// and nothing of a probe stays.
import { describe, expect, it } from 'vitest';
import { doctor } from '../../src/commands/doctor/doctor.ts';
import type { DoctorSettings } from '../../src/commands/doctor/settings.ts';
import type { Bucket, DoctorWorld } from '../../src/commands/doctor/world.ts';
import { roleOutsideActions } from '../../src/problems/aws-role.ts';
import { wrongPassword } from '../../src/problems/postgres.ts';
import { cancelled, ranOutOfTime } from '../../src/problems/run.ts';
import { bucketMissing, forbidden } from '../../src/problems/storage-access.ts';
import { type DoctorOutcome, doctorOutputsOf } from '../../src/reports/doctor-outcome.ts';
import { renderDoctorSummary, renderDoctorText } from '../../src/reports/doctor-report.ts';
import { doctorAnnotation, doctorVerdict } from '../../src/reports/doctor-verdict.ts';
import type { StoreSetup } from '../../src/storage/setup-port.ts';
import {
  type CommandWorld,
  commandWorld,
  HOUR,
  never,
  nights,
  policy,
  settings,
} from '../parts/command-world.ts';

const WORKSHOP: DoctorWorld['workshop'] = {
  event: null,
  credentials: 'elsewhere',
  cores: 4,
  freeBytes: 1e12,
  messages: ['Slack'],
  ping: true,
};

function look(
  { world }: CommandWorld,
  change: Partial<DoctorSettings> = {},
  { signal = never, ...outside }: Partial<DoctorWorld> & { signal?: AbortSignal; setup?: StoreSetup } = {},
): Promise<DoctorOutcome> {
  const bucket: Bucket = { store: world.store, setup: outside.setup ?? null };
  return doctor(
    { ...world, bucket: { ok: bucket }, workshop: WORKSHOP, ...outside },
    { ...settings(), probe: false, ...change },
    signal,
  );
}

const told = ({ checks }: DoctorOutcome, state: string) =>
  checks
    .filter(check => check.state === state)
    .map(({ check, code }) => (code === null ? check : `${check} ${code}`));

describe('doctor', () => {
  it('finds a good place good, locks nothing and writes nothing', async () => {
    const test = commandWorld();
    const outcome = await look(test);
    expect(outcome).toMatchObject({ result: 'success', problems: [] });
    expect(told(outcome, 'wrong')).toEqual([]);
    expect(told(outcome, 'advice')).toEqual(['writes', 'encryption', 'signing']);
    expect(test.store.effects).toEqual([]);
    expect(test.postgres.steps).toEqual(['connect', 'facts', 'clientFor']);
    expect(test.postgres.running).toEqual([]);
  });

  it('tells of the backups that lie there, and what a prune would do', async () => {
    const test = commandWorld();
    await nights(test, 10, { policy: null });
    test.clock.now -= 20 * HOUR;
    const outcome = await look(test, { policy: policy('weekly: 4') });
    expect(told(outcome, 'advice')).toContain('tiers');
    expect(outcome.checks.find(({ check }) => check === 'plan')?.words).toMatch(
      /^A prune now would keep 10 backups/,
    );
    expect(outcome.checks.find(({ check }) => check === 'newest')?.words).toContain(
      'proven to `stored`; 10 good backups',
    );
  });

  it('backups in doubt are wrong', async () => {
    const test = commandWorld();
    await nights(test, 2);
    for (const key of test.store.objects.keys()) if (key.endsWith('.dump')) test.store.objects.delete(key);
    const outcome = await look(test);
    expect(told(outcome, 'wrong')).toContain('alarms PGB683');
    expect(outcome.result).toBe('failed');
  });

  it('looks at the store though the database is out of reach, and the other way round', async () => {
    const test = commandWorld();
    test.postgres.faults.before = step => {
      if (step === 'connect') throw wrongPassword('backup', '');
    };
    const noDatabase = await look(test);
    expect(told(noDatabase, 'wrong')).toEqual(['connection PGB210']);
    expect(told(noDatabase, 'advice')).toContain('newest');
    expect(told(noDatabase, 'good')).toEqual(expect.arrayContaining(['access', 'clock']));

    const other = commandWorld();
    other.store.refuse = () => bucketMissing('b', {});
    const noStore = await look(other, { probe: true });
    expect(told(noStore, 'wrong')).toEqual(['access PGB300']);
    expect(told(noStore, 'good')).toEqual(expect.arrayContaining(['connection', 'rights', 'client']));

    const noRole = await look(commandWorld(), {}, { bucket: { not: [roleOutsideActions()] } });
    expect(told(noRole, 'wrong')).toEqual(['credentials PGB160']);
    expect(told(noRole, 'good')).toContain('connection');
  });

  it('what ends the round is a finding too: the time ran out, or a fault of ours', async () => {
    const late = new AbortController();
    late.abort(ranOutOfTime(1_000));
    const cut = await look(commandWorld(), {}, { signal: late.signal });
    expect(told(cut, 'wrong')).toEqual(['doctor PGB901']);
    const test = commandWorld();
    test.store.space = () => Promise.reject(new TypeError('a fault'));
    const broken = await look(test);
    expect([told(broken, 'wrong'), broken.result]).toEqual([['doctor PGB999'], 'failed']);
    expect(renderDoctorText(broken)).toContain('a fault');
  });

  it('the clocks are compared', async () => {
    const test = commandWorld();
    const now = test.world.now;
    const outcome = await look(test, {}, { now: () => now() - HOUR });
    expect(told(outcome, 'wrong')).toEqual(['clock PGB900']);
  });
});

describe('its probe', () => {
  it('is written, looked at, not overwritten, and removed', async () => {
    const test = commandWorld();
    const outcome = await look(test, { probe: true });
    expect(told(outcome, 'good')).toEqual(
      expect.arrayContaining(['writes', 'checksums', 'overwriting', 'removal']),
    );
    expect(test.store.effects.map(({ effect }) => effect)).toEqual(['startUpload', 'complete', 'delete']);
    expect([test.store.objects.size, test.store.unfinished.size, test.journal.size]).toEqual([0, 0, 0]);
  });

  it('stays where the role may not delete, and says where', async () => {
    const test = commandWorld();
    const refused = forbidden({ doing: 'delete', action: 's3:DeleteObject', place: 'p' }, {});
    test.store.refuse = call => (call === 'delete' ? refused : undefined);
    const outcome = await look(test, { probe: true });
    expect(outcome.result).toBe('success');
    const [key = ''] = test.store.objects.keys();
    expect(key).toMatch(/^pg-backup-doctor\/[0-9a-z]{8}\.txt$/);
    expect(outcome.checks.find(({ check }) => check === 'removal')).toMatchObject({
      state: 'advice',
      words: expect.stringContaining(key),
    });
    expect(await test.run()).toMatchObject({ result: 'success', warnings: [] });
  });

  it('leaves no part of itself where it may not be written', async () => {
    const test = commandWorld();
    const refused = forbidden({ doing: 'complete', action: 's3:PutObject', place: 'p' }, {});
    test.store.refuse = call => (call === 'complete' ? refused : undefined);
    const outcome = await look(test, { probe: true });
    expect(told(outcome, 'wrong')).toEqual(['writes PGB301']);
    expect([test.store.unfinished.size, test.journal.size]).toEqual([0, 0]);
  });

  it('is removed after a cancel as well', async () => {
    const test = commandWorld();
    const cancel = new AbortController();
    test.store.refuse = call => {
      if (call === 'create') cancel.abort(cancelled('SIGTERM'));
      return undefined;
    };
    const outcome = await look(test, { probe: true }, { signal: cancel.signal });
    expect(outcome.result).toBe('cancelled');
    expect(test.store.objects.size).toBe(0);
  });
});

describe('its report', () => {
  it('is a table with a remedy for each thing that is not good', async () => {
    const text = renderDoctorText(await look(commandWorld()));
    expect(text).toMatch(/^Inputs\n {2}good {4}inputs /);
    expect(text).toMatch(/\n {2}advice {2}encryption .*\n {2,}→ Set `age-recipients`/);
  });

  it('names nobody where strangers read', async () => {
    const test = commandWorld();
    await nights(test, 1);
    test.postgres.facts = { transactionPooler: true };
    const outcome = await look(test, { detail: 'minimal' });
    const shown = [
      renderDoctorSummary(outcome),
      doctorVerdict(outcome),
      doctorAnnotation(outcome)?.message,
      ...Object.values(doctorOutputsOf(outcome)),
    ].join('\n');
    expect(shown).toContain('PGB220');
    expect(shown).toContain('Set `age-recipients`');
    expect(shown).toContain('| Store | writes | Run it once with `probe: true`');
    expect(shown).not.toMatch(/memory:|\bapp\b|db\.|public\./);
    const full = renderDoctorSummary({ ...outcome, detail: 'full' });
    expect(full).toContain('memory');
    expect(doctorOutputsOf(outcome)).toMatchObject({ status: 'wrong', wrong: '1', result: 'failed' });
  });
});
