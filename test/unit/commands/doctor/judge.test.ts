// What the doctor makes of facts, by table: each in order, each with its trouble.
import { describe, expect, it } from 'vitest';
import { judgeBucket } from '../../../../src/commands/doctor/judge-bucket.ts';
import { judgeClient, judgeDatabase } from '../../../../src/commands/doctor/judge-database.ts';
import { judgeProbe } from '../../../../src/commands/doctor/judge-probe.ts';
import {
  judgeJob,
  judgeKeys,
  judgeRetention,
  judgeTelling,
} from '../../../../src/commands/doctor/judge-safekeeping.ts';
import type { SourceFacts } from '../../../../src/postgres/port.ts';
import { wrongPassword } from '../../../../src/problems/postgres.ts';
import { forbidden } from '../../../../src/problems/storage-access.ts';
import type { DoctorCheck } from '../../../../src/reports/doctor-outcome.ts';
import type { LifecycleRule } from '../../../../src/storage/setup-port.ts';
import { policy } from '../../../parts/command-world.ts';

const NOW = Date.parse('2026-11-21T03:17:00Z');
const MINUTE = 60_000;
const RULES = { allowEmpty: false, counts: true, encrypted: true };
const REFUSED = forbidden({ doing: 'upload', action: 's3:PutObject', place: 's3://b/p' }, {});

const SOURCE: SourceFacts = {
  database: 'app',
  host: 'db',
  port: 5432,
  user: 'backup',
  systemIdentifier: '1',
  serverVersion: '16.15',
  serverMajor: 16,
  encoding: 'UTF8',
  collate: 'C',
  ctype: 'C',
  standby: false,
  replayedAt: null,
  tls: true,
  databaseBytes: 1,
  superuser: false,
  extensions: [{ name: 'plpgsql', version: '1.0' }],
  textSettings: {},
  tables: [],
  unreadablePartitionRoots: [],
  unloggedOnStandby: [],
  unreadableSequences: [],
  unusableSchemas: [],
  unreadableLargeObjects: 0,
  subscriptions: [],
  invalidIndexes: [],
  notValidConstraints: [],
  disabledTriggers: [],
  tablesToLock: 100,
  indexes: 200,
  lockCapacity: 6400,
  largeObjects: 0,
  transactionPooler: false,
};

/** Those that are not good: `state check`, with the code where there is one. */
function told(checks: readonly DoctorCheck[]): string[] {
  for (const { words, remedy, state } of checks) {
    expect(words).toMatch(/\.$/);
    if (state === 'good') expect(remedy).toBeNull();
    else expect(remedy).toMatch(/[.;]$/);
  }
  return checks
    .filter(({ state }) => state !== 'good')
    .map(({ state, check, code }) => `${state} ${check}${code === null ? '' : ` ${code}`}`);
}

describe('the database', () => {
  const judged = (change: Partial<SourceFacts>, rules: Partial<typeof RULES> = {}) =>
    judgeDatabase({ ok: { ...SOURCE, ...change } }, { ...RULES, ...rules }, NOW);

  it.each<[string, Partial<SourceFacts>, string[]]>([
    ['in order', {}, []],
    ['of a superuser', { superuser: true }, []],
    ['too old', { serverMajor: 11 }, ['wrong version PGB236']],
    ['behind a transaction pooler', { transactionPooler: true }, ['wrong pooler PGB220']],
    [
      'that the role may not read',
      { unreadableSequences: ['s'], unusableSchemas: ['x'], unreadableLargeObjects: 2 },
      ['wrong rights PGB223', 'wrong rights PGB224', 'wrong rights PGB225'],
    ],
    ['with too small a lock table', { lockCapacity: 300 }, ['wrong locks PGB226']],
    ['without a table', { tablesToLock: 0 }, ['wrong contents PGB227']],
    ['with an invalid index', { invalidIndexes: ['i'] }, ['advice left-out PGB251']],
    ['on a standby', { standby: true, replayedAt: NOW - MINUTE }, []],
    ['on a standby that lags', { standby: true, replayedAt: NOW - 11 * MINUTE }, ['advice standby']],
    ['on a standby that tells nothing', { standby: true }, ['advice standby']],
  ])('%s', (_, change, expected) => {
    expect(told(judged(change))).toEqual(expected);
  });

  it('has one line for each thing, in trouble or not', () => {
    const names = (change: Partial<SourceFacts>) => new Set(judged(change).map(({ check }) => check));
    expect(names({ serverMajor: 11, transactionPooler: true, lockCapacity: 1 })).toEqual(names({}));
  });

  it('that is out of reach is one line, and no client is asked for', () => {
    const findings = judgeDatabase({ not: [wrongPassword('backup', '')] }, RULES, NOW);
    expect(told(findings)).toEqual(['wrong connection PGB210']);
    expect(judgeClient(undefined, { compression: 'auto' })).toEqual([]);
  });

  it('names the extensions that a restore needs', () => {
    const extensions = ['plpgsql', 'postgis', 'pg_trgm'].map(name => ({ name, version: '1' }));
    const line = judged({ extensions }).find(({ check }) => check === 'extensions');
    expect(line?.words).toBe('A server that restores it needs 2 extensions: postgis, pg_trgm.');
  });
});

describe('the client', () => {
  const client = {
    folder: '/usr/bin',
    version: '15.9',
    major: 15,
    zstd: false,
    source: 'path',
    warnings: [],
  } as const;

  it.each([
    ['auto', false, ['advice compression']],
    ['auto', true, []],
    ['gzip:6', false, []],
  ] as const)('compresses by %s, with zstd: %s', (compression, zstd, expected) => {
    expect(told(judgeClient({ ok: { ...client, zstd } }, { compression }))).toEqual(expected);
  });
});

describe('the bucket', () => {
  const rule: LifecycleRule = {
    id: 'sweep',
    here: true,
    byTag: false,
    abortsUploads: true,
    expires: false,
    expiresVersions: true,
    movesTo: [],
  };
  const GOOD = {
    versioning: { is: 'on' },
    objectLock: { is: 'off' },
    lifecycle: { is: [rule] },
  } as const;
  const judged = (change: object, oldUploads: Parameters<typeof judgeBucket>[0]['oldUploads'] = { is: 0 }) =>
    told(judgeBucket({ bucket: { ok: { ...GOOD, ...change } }, oldUploads }));

  it.each<[string, object, string[]]>([
    ['in order', {}, []],
    ['without versions', { versioning: { is: 'off' } }, ['advice versioning']],
    ['whose store knows none', { versioning: 'unknown' }, ['advice versioning']],
    ['with Object Lock that locks nothing', { objectLock: { is: 'possible' } }, ['advice object-lock']],
    ['whose store knows no lock', { objectLock: 'unknown' }, []],
    ['without rules', { lifecycle: { is: [] } }, ['advice lifecycle', 'advice lifecycle']],
    [
      'with rules of others',
      { lifecycle: { is: [{ ...rule, here: false }] } },
      ['advice lifecycle', 'advice lifecycle'],
    ],
    ['whose rule deletes', { lifecycle: { is: [{ ...rule, expires: true }] } }, ['advice lifecycle']],
    [
      'whose rule moves all',
      { lifecycle: { is: [{ ...rule, movesTo: ['GLACIER'] }] } },
      ['wrong lifecycle PGB682'],
    ],
    [
      'whose rule moves to a class that answers',
      { lifecycle: { is: [{ ...rule, movesTo: ['GLACIER_IR'] }] } },
      [],
    ],
    [
      'whose rule moves by tag',
      { lifecycle: { is: [{ ...rule, byTag: true, movesTo: ['DEEP_ARCHIVE'] }] } },
      ['advice lifecycle'],
    ],
  ])('%s', (_, change, expected) => {
    expect(judged(change)).toEqual(expected);
  });

  it('that may not be looked at is told in one line, and held against nobody', () => {
    const unseen = { versioning: 'forbidden', objectLock: 'forbidden', lifecycle: 'forbidden' };
    expect(judged(unseen, 'forbidden')).toEqual(['advice not-seen']);
  });

  it('tells old unfinished uploads', () => {
    expect(judged({}, { is: 2 })).toEqual(['advice unfinished-uploads']);
    expect(judged({}, 'unknown')).toEqual([]);
  });

  it('a folder has none of it', () => {
    expect(told(judgeBucket({ bucket: null, oldUploads: { is: 0 } }))).toEqual([]);
  });
});

describe('the probe', () => {
  const GOOD = { key: 'k', shown: 'checksum', overwriting: 'refused', removal: 'deleted' } as const;

  it.each([
    ['in order', {}, true, []],
    ['read back', { shown: 'read-back' }, true, ['advice checksums']],
    ['overwritten', { overwriting: 'ignored' }, true, ['advice overwriting']],
    ['without conditions', { overwriting: 'unknown' }, true, ['advice overwriting']],
    ['left by a role that prunes elsewhere', { removal: 'forbidden' }, false, []],
    ['left by a role that should prune', { removal: 'forbidden' }, true, ['advice removal']],
    ['locked', { removal: 'locked' }, true, []],
    ['changed meanwhile', { removal: 'changed' }, true, ['advice removal']],
  ] as const)('%s', (_, change, prunes, expected) => {
    expect(told(judgeProbe({ ok: { ...GOOD, ...change } }, { prunes, place: 's3://b/p' }))).toEqual(expected);
  });

  it('not tried is a piece of advice, refused is wrong', () => {
    const context = { prunes: false, place: 's3://b/p' };
    expect(told(judgeProbe(null, context))).toEqual(['advice writes']);
    expect(told(judgeProbe({ not: [REFUSED] }, context))).toEqual(['wrong writes PGB301']);
  });
});

describe('safekeeping', () => {
  const encryption = (recipients: number) => ({
    recipients,
    sealer: () => Promise.reject(new Error('unused')),
  });
  const signer = { sign: () => ({ key: 'k', value: 'v' }) as never };
  const verifier = (answer: 'valid' | 'unknown-key') => ({ verify: () => answer });

  it.each<[string, Parameters<typeof judgeKeys>[0], string[]]>([
    ['none', { encryption: null, signer: null, verifier: null }, ['advice encryption', 'advice signing']],
    ['one key', { encryption: encryption(1), signer, verifier: verifier('valid') }, ['advice encryption']],
    ['all', { encryption: encryption(2), signer, verifier: verifier('valid') }, []],
    [
      'a key that nobody trusts',
      { encryption: encryption(2), signer, verifier: verifier('unknown-key') },
      ['wrong signing PGB680'],
    ],
    [
      'verify keys alone',
      { encryption: encryption(2), signer: null, verifier: verifier('valid') },
      ['wrong signing PGB681'],
    ],
  ])('keys: %s', (_, world, expected) => {
    expect(told(judgeKeys(world))).toEqual(expected);
  });

  it('retention: none is a piece of advice, a policy is printed as it was written', () => {
    const settings = { policy: null, prune: true, minKeep: 3, maxDelete: 10 };
    expect(told(judgeRetention(settings, undefined))).toEqual(['advice policy']);
    const [line, ...others] = judgeRetention(
      { ...settings, policy: policy('daily: 7, 30d; monthly: 12') },
      undefined,
    );
    expect(others).toEqual([]);
    expect(line).toMatchObject({
      state: 'good',
      words: 'Kept are `daily: 7, 30d`, `monthly: 12`, and always the newest 3 good ones.',
    });
  });

  const WORKSHOP = {
    event: 'schedule',
    credentials: 'role',
    cores: 4,
    freeBytes: 10_000,
    messages: ['Slack'],
    ping: true,
  } as const;

  it('who is told, and the job', () => {
    expect(told([...judgeTelling(WORKSHOP), ...judgeJob(WORKSHOP, 5_000)])).toEqual([]);
    expect(told(judgeTelling({ ...WORKSHOP, messages: [], ping: false }))).toEqual([
      'advice messages',
      'advice ping',
    ]);
    expect(told(judgeJob({ ...WORKSHOP, credentials: 'long-lived-keys' }, 5_001))).toEqual([
      'advice credentials',
      'advice machine',
    ]);
    expect(
      judgeJob({ ...WORKSHOP, event: null, credentials: 'none' }, null).map(({ check }) => check),
    ).toEqual(['machine']);
  });
});
