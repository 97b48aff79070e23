// Every way in which the gate may let a migration through, and every way in which it must not.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeCatalog } from '../../../../src/backups/catalog.ts';
import type { Holdings } from '../../../../src/backups/holdings.ts';
import { formatInstant } from '../../../../src/backups/instant.ts';
import type { Manifest } from '../../../../src/backups/manifest.ts';
import { printManifest } from '../../../../src/backups/parse-manifest.ts';
import type { GateRules } from '../../../../src/commands/gate/settings.ts';
import { judgeBackups, judgeDumps } from '../../../../src/commands/gate/verdict.ts';
import { DAY, holdingsOf, NOW, nights, type SampleBackup, sampleManifest } from '../../backups/sample.ts';

const HOUR = 3_600_000;
/** Of the sample: 03:17 to 04:00. */
const AGE = 43 * 60;

const RULES: GateRules = { maxAgeMs: 26 * HOUR, require: 'stored', restoredWithinMs: undefined };

interface Case {
  readonly backups?: readonly SampleBackup[];
  readonly rules?: Partial<GateRules>;
  readonly holdings?: Partial<Holdings>;
  readonly now?: number;
  readonly store?: number;
}

function judge({ backups = [{}], rules = {}, holdings = {}, now = NOW, store = now }: Case) {
  const catalog = makeCatalog(holdingsOf(backups, { now: Math.max(now, store), ...holdings }));
  return judgeBackups(catalog, { ...RULES, ...rules }, { machine: now, store });
}

const reasonOf = (one: Case) => judge(one).failed?.reason ?? 'pass';
const server = (change: Partial<Manifest['server']>) => ({ ...sampleManifest().server, ...change });
const without = (level: string) => ({ levels: sampleManifest().levels.filter(one => one.level !== level) });
const passed = (daysAgo: number, signature?: 'valid' | 'unsigned') => ({
  result: 'passed' as const,
  at: formatInstant(NOW - daysAgo * DAY),
  ...(signature && { signature }),
});
const failedTest = (daysAgo: number) => ({
  result: 'failed' as const,
  at: formatInstant(NOW - daysAgo * DAY),
});
const text = printManifest(sampleManifest()).toString();

describe('passes', () => {
  it.each<[string, Case, string]>([
    ['a good backup younger than max-age', {}, 'stored'],
    ['one that is exactly as old as allowed', { rules: { maxAgeMs: AGE * 1000 } }, 'stored'],
    ['without counts, where stored is enough', { backups: [{ change: without('counted') }] }, 'stored'],
    [
      'restored, with a test of this very backup',
      { backups: [{ tests: [passed(0.01)] }], rules: { require: 'restored' } },
      'restored',
    ],
    [
      'restored, with a test of an earlier one that is young enough',
      {
        backups: [{}, { ...nights(9)[8], tests: [passed(5)] }],
        rules: { require: 'restored', restoredWithinMs: 35 * DAY },
      },
      'stored',
    ],
    ['a signed one where keys are set', { backups: [{ signature: 'valid' }] }, 'stored'],
    [
      'an older one that is restored, where the newest is not',
      {
        backups: [{ change: { id: 'aaaaaaaa' } }, { ...nights(2)[1], tests: [passed(0.5)] }],
        rules: { require: 'restored' },
      },
      'restored',
    ],
    [
      'a good one beside backups of the future, of no manifest, of strangers',
      {
        backups: [
          {},
          { change: { id: 'aaaaaaaa', stamp: '2026-11-21T09:00:00Z' } },
          { change: { id: 'bbbbbbbb', stamp: '2026-11-21T03:50:00Z' }, drop: ['manifest'] },
        ],
      },
      'stored',
    ],
  ])('%s', (_, one, level) => {
    const { failed, backup } = judge(one);
    expect(failed).toBeUndefined();
    expect(backup?.level).toBe(level);
  });

  it('a backup whose identity is accepted now', () => {
    const other = { identity: { system: '1', host: 'new', database: 'shop' }, identityAccepted: false };
    const backups = [{ change: { ...other, id: 'aaaaaaaa' } }, ...nights(2).slice(1)];
    const problem = judge({ backups }).failed?.problem;
    const fingerprint = /accept-identity: ([0-9a-f]{12})/.exec(problem?.hint ?? '')?.[1] ?? '';
    expect(reasonOf({ backups })).toBe('identity-changed');
    expect(reasonOf({ backups, holdings: { accepted: [fingerprint] } })).toBe('pass');
  });
});

describe('fails', () => {
  it.each<[string, Case, string, string]>([
    ['no backup at all', { backups: [] }, 'none', 'PGB651'],
    ['a second too old', { rules: { maxAgeMs: AGE * 1000 - 1 } }, 'stale', 'PGB650'],
    ['only a safety backup', { backups: [{ change: { tier: 'safety' } }] }, 'none', 'PGB651'],
    [
      'only one of the future',
      { backups: [{ change: { stamp: '2026-11-21T04:00:01Z' } }] },
      'none',
      'PGB651',
    ],
    ['only one that failed its test', { backups: [{ tests: [failedTest(0.01)] }] }, 'none', 'PGB651'],
    ['only one far from when it was stored', { backups: [{ modifiedAt: NOW - 3 * DAY }] }, 'none', 'PGB651'],
    ['restored wanted, never tested', { rules: { require: 'restored' } }, 'unproven', 'PGB652'],
    [
      'restored wanted, another one tested',
      {
        backups: [{}, { ...nights(2)[1], tests: [passed(0.5)] }],
        rules: { require: 'restored', maxAgeMs: HOUR },
      },
      'stale',
      'PGB650',
    ],
    [
      'no test within the time',
      {
        backups: [{}, { ...nights(50)[49], tests: [passed(36)] }],
        rules: { require: 'restored', restoredWithinMs: 35 * DAY },
      },
      'unproven',
      'PGB653',
    ],
    ['no test at all', { rules: { require: 'restored', restoredWithinMs: 35 * DAY } }, 'unproven', 'PGB653'],
    [
      'a test that failed after the last that passed',
      {
        backups: [{}, { ...nights(9)[8], tests: [passed(5)] }, { ...nights(8)[7], tests: [failedTest(2)] }],
        rules: { require: 'restored', restoredWithinMs: 35 * DAY },
      },
      'unproven',
      'PGB654',
    ],
    [
      'a passed test that nobody signed, where keys are set',
      {
        backups: [{ signature: 'valid', tests: [passed(0.01, 'unsigned')] }],
        rules: { require: 'restored', restoredWithinMs: 35 * DAY },
      },
      'unproven',
      'PGB653',
    ],
    ['a newest that can not be read', { backups: [{ bytes: Buffer.from('{') }] }, 'in-doubt', 'PGB527'],
    [
      'a newest of a newer format',
      {
        backups: [{ bytes: Buffer.from(text.replace('"format":1,', '"format":2,')) }, ...nights(2).slice(1)],
      },
      'in-doubt',
      'PGB528',
    ],
    [
      'a newest with a bad signature',
      { backups: [{ signature: 'invalid' }, ...nights(2).slice(1)] },
      'in-doubt',
      'PGB513',
    ],
    ['a newest signed by a stranger', { backups: [{ signature: 'unknown-key' }] }, 'in-doubt', 'PGB514'],
    ['an unsigned newest where keys are set', { backups: [{ signature: 'unsigned' }] }, 'in-doubt', 'PGB515'],
    [
      'a newest without its archive',
      { backups: [{ drop: ['archive'] }, ...nights(2).slice(1)] },
      'in-doubt',
      'PGB517',
    ],
    ['an archive of another size', { backups: [{ archiveBytes: 7 }] }, 'in-doubt', 'PGB517'],
    [
      'an archive with another ETag',
      { backups: [{ archiveEtag: 'f' }, ...nights(2).slice(1)] },
      'in-doubt',
      'PGB660',
    ],
    [
      'a level missing that every backup has',
      { backups: [{ change: without('stored') }] },
      'in-doubt',
      'PGB518',
    ],
    [
      'a newest with another ETag, though an older one would pass',
      {
        backups: [
          { change: { id: 'aaaaaaaa' }, archiveEtag: 'f' },
          { ...nights(2)[1], tests: [passed(0.5)] },
        ],
        rules: { require: 'restored' },
      },
      'in-doubt',
      'PGB660',
    ],
    [
      'one that would pass, with another ETag, under a newest that is fine',
      {
        backups: [
          { change: { id: 'aaaaaaaa' } },
          { ...nights(2)[1], archiveEtag: 'f', tests: [passed(0.5)] },
        ],
        rules: { require: 'restored' },
      },
      'in-doubt',
      'PGB660',
    ],
    [
      'an older one that would pass, of the database before',
      {
        backups: [
          { change: { id: 'aaaaaaaa', identity: { system: '1', host: null, database: 'shop' } } },
          { ...nights(2)[1], tests: [passed(0.5)] },
        ],
        rules: { require: 'restored' },
      },
      'unproven',
      'PGB652',
    ],
    ['clocks apart', { store: NOW + 11 * 60_000 }, 'clock', 'PGB900'],
    ['clocks apart the other way', { store: NOW - 11 * 60_000 }, 'clock', 'PGB900'],
    [
      'another database under the name',
      {
        backups: [
          {
            change: {
              id: 'aaaaaaaa',
              identity: { system: '1', host: null, database: 'shop' },
              identityAccepted: false,
            },
          },
          ...nights(2).slice(1),
        ],
      },
      'identity-changed',
      'PGB655',
    ],
    [
      'a standby that did not tell',
      { backups: [{ change: { server: server({ standby: true }) } }] },
      'stale',
      'PGB659',
    ],
    [
      'a standby that was behind',
      { backups: [{ change: { server: server({ standby: true, replayedAt: '2026-11-19T00:00:00Z' }) } }] },
      'stale',
      'PGB650',
    ],
  ])('%s', (_, one, reason, code) => {
    const { failed } = judge(one);
    expect({ reason: failed?.reason, code: failed?.problem.code }).toEqual({ reason, code });
  });
});

describe('an age', () => {
  const ageOf = (one: Case) => judge(one).backup?.ageSeconds;

  it('counts from the snapshot', () => expect(ageOf({})).toBe(AGE));

  it('takes the later of two clocks that are close', () => {
    expect(ageOf({ now: NOW, store: NOW + 60_000 })).toBe(AGE + 60);
    expect(ageOf({ now: NOW, store: NOW - 60_000 })).toBe(AGE);
  });

  it('counts from when it was stored, where that was before its stamp', () => {
    expect(ageOf({ backups: [{ modifiedAt: NOW - 5 * HOUR }] })).toBe(5 * 3600);
  });

  it('counts from what a standby had replayed, and chooses by that', () => {
    const behind = { standby: true, replayedAt: '2026-11-21T01:00:00Z' };
    const standby = { change: { id: 'aaaaaaaa', server: server(behind) } };
    expect(ageOf({ backups: [standby] })).toBe(3 * 3600);
    const primary = { change: { id: 'bbbbbbbb', stamp: '2026-11-21T02:00:00Z' } };
    expect(judge({ backups: [standby, primary] }).backup).toMatchObject({ id: 'bbbbbbbb', ageSeconds: 7200 });
  });
});

it('a dump that runs at this moment closes it', () => {
  expect(judgeDumps([])).toBeUndefined();
  const dump = { pid: 1, application: 'pg_dump', seconds: 12 };
  expect(judgeDumps([dump, dump])).toMatchObject({ reason: 'dump-running', problem: { code: 'PGB656' } });
});

describe('whatever lies in the bucket', () => {
  const moment = fc.integer({ min: -30 * 24, max: 48 }).map(hours => formatInstant(NOW + hours * HOUR));
  const backup: fc.Arbitrary<SampleBackup> = fc
    .record({
      id: fc.stringMatching(/^[0-9a-h]{8}$/),
      stamp: moment,
      tier: fc.constantFrom('daily', 'safety', 'pre-migration', 'weekly'),
      accepted: fc.boolean(),
      system: fc.constantFrom('1', '2'),
      standby: fc.boolean(),
      replayedAt: fc.option(moment, { nil: undefined }),
      counted: fc.boolean(),
      signature: fc.constantFrom('valid', 'unsigned', 'invalid', 'unknown-key'),
      late: fc.integer({ min: -60, max: 60 }),
      etag: fc.boolean(),
      tests: fc.array(fc.record({ result: fc.constantFrom('passed', 'failed'), at: moment }), {
        maxLength: 2,
      }),
    })
    .map(one => ({
      change: {
        id: one.id,
        stamp: one.stamp,
        tier: one.tier,
        identity: { system: one.system, host: null, database: 'shop' },
        identityAccepted: one.accepted,
        server: server({ standby: one.standby, ...(one.replayedAt && { replayedAt: one.replayedAt }) }),
        ...(one.counted ? {} : without('counted')),
      } as Partial<Manifest>,
      signature: one.signature as 'valid',
      modifiedAt: Date.parse(one.stamp) + one.late * HOUR,
      ...(one.etag ? {} : { archiveEtag: 'f' }),
      tests: one.tests.map(test => ({ ...test, signature: 'valid' as const }) as never),
    }));
  const backups = fc.uniqueArray(backup, { maxLength: 6, selector: ({ change }) => change?.id });
  const rules = fc.record({
    maxAgeMs: fc.integer({ min: 1, max: 40 * 24 }).map(hours => hours * HOUR),
    require: fc.constantFrom('stored' as const, 'restored' as const),
    restoredWithinMs: fc.constant(undefined),
  });

  it('what passes is good, signed, there, of the newest identity, proven enough and young enough', () => {
    fc.assert(
      fc.property(backups, rules, (held, rule) => {
        const catalog = makeCatalog(holdingsOf(held, { now: NOW }));
        const { failed, backup: chosen } = judgeBackups(catalog, rule, { machine: NOW, store: NOW });
        if (failed) return;
        const found = catalog.backups.find(({ ref }) => ref.id === chosen?.id);
        const manifest = found?.manifest;
        expect(found).toMatchObject({ standing: 'good', signature: 'valid', ours: true });
        expect(found?.ref.tier).not.toBe('safety');
        expect(found?.ref.stamp).toBeGreaterThanOrEqual(NOW - rule.maxAgeMs);
        expect(found?.manifestObject.modifiedAt).toBeGreaterThanOrEqual(NOW - rule.maxAgeMs);
        expect(found?.archive?.etag).toBe(manifest?.archive.etag);
        expect(manifest?.identity.system).toBe(catalog.identity?.system);
        if (manifest?.server.standby)
          expect(Date.parse(manifest.server.replayedAt ?? '')).toBeGreaterThanOrEqual(NOW - rule.maxAgeMs);
        if (rule.require === 'restored') expect(found?.tested?.result).toBe('passed');
      }),
      { numRuns: 500 },
    );
  });

  it('what passes goes on passing with more patience, and what fails goes on failing with less', () => {
    fc.assert(
      fc.property(backups, rules, fc.integer({ min: 1, max: 100 }), (held, rule, hours) => {
        const passes = (maxAgeMs: number) =>
          reasonOf({ backups: held, rules: { ...rule, maxAgeMs } }) === 'pass';
        const less = Math.max(1, rule.maxAgeMs - hours * HOUR);
        if (passes(less)) expect(passes(rule.maxAgeMs)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});
