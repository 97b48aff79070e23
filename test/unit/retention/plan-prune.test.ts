import { describe, expect, it } from 'vitest';
import type { Candidate } from '../../../src/retention/plan.ts';
import { type PruneOptions, planPrune } from '../../../src/retention/plan-prune.ts';
import { backup, DAY, deleted, kept, NOW, nightly, OPTIONS, policy } from './sample.ts';

const plan = (candidates: readonly Candidate[], text: string, change: Partial<PruneOptions> = {}) =>
  planPrune(candidates, policy(text), { ...OPTIONS, ...change });
const reasons = (candidates: readonly Candidate[], text: string, change: Partial<PruneOptions> = {}) => {
  const { keep, delete: remove } = plan(candidates, text, change);
  return Object.fromEntries([...keep, ...remove].map(one => [one.id, one.reasons.join('; ')]));
};

describe('rules', () => {
  it('of age count from the newest good backup, to the second', () => {
    const candidates = [
      backup('daily', '2026-11-21T03:00:00Z'),
      backup('daily', '2026-10-22T03:00:00Z'),
      backup('daily', '2026-10-22T02:59:59Z'),
    ];
    expect(deleted(plan(candidates, 'daily: 30d'))).toEqual(['2026-10-22T02:59:59Z']);
  });

  it.each(['aaaaaaaa', 'zzzzzzzz'])(
    'keep the backup just taken, %s, before another of the same second',
    id => {
      const candidates = [
        backup('daily', '2026-11-21', { id }),
        backup('daily', '2026-11-21', { id: 'mmmmmmmm' }),
      ];
      expect(deleted(plan(candidates, 'daily: 1', { taken: id }))).toEqual(['mmmmmmmm']);
    },
  );

  it('of number count periods that hold a backup, so missed runs use up nothing', () => {
    const candidates = ['2026-11-21', '2026-11-02', '2026-09-15', '2026-03-01'].map(day =>
      backup('daily', day),
    );
    expect(deleted(plan(candidates, 'daily: 3'))).toEqual(['2026-03-01']);
  });

  it('of number let one backup of a period win: a restore-tested one, else the newest', () => {
    const candidates = [
      backup('daily', '2026-11-21'),
      backup('daily', '2026-11-20T22:00:00Z'),
      backup('daily', '2026-11-20T12:00:00Z'),
      backup('daily', '2026-11-19T22:00:00Z'),
      backup('daily', '2026-11-19T12:00:00Z', { restoreTested: true }),
      backup('daily', '2026-11-19T02:00:00Z', { restoreTested: true }),
    ];
    expect(reasons(candidates, 'daily: 3')).toEqual({
      '2026-11-21':
        'the newest good backup; one of the 1 newest good backups (`min-keep`); newest of day 2026-11-21',
      '2026-11-20T22:00:00Z': 'newest of day 2026-11-20',
      '2026-11-20T12:00:00Z': 'not among the 3 that `daily` keeps',
      '2026-11-19T22:00:00Z': 'not among the 3 that `daily` keeps',
      '2026-11-19T12:00:00Z':
        'the newest that passed a restore test; newest restore-tested one of day 2026-11-19',
      '2026-11-19T02:00:00Z': 'not among the 3 that `daily` keeps',
    });
  });

  it('stand side by side: either keeps', () => {
    const candidates = nightly(60);
    const byAge = kept(plan(candidates, 'daily: 30d'));
    expect(byAge).toHaveLength(31);
    expect(kept(plan(candidates, 'daily: 7, 30d'))).toEqual(byAge);
    expect(kept(plan(candidates, 'daily: 40, 30d'))).toHaveLength(40);
  });

  it('of a number on an event tier keep the newest, whatever their periods', () => {
    const events = ['2026-11-21T01:00:00Z', '2026-11-21T01:01:00Z', '2026-11-21T01:02:00Z'].map(stamp =>
      backup('pre-migration', stamp),
    );
    const result = plan([backup('daily', '2026-11-21'), ...events], 'pre-migration: 2');
    expect(deleted(result)).toEqual(['2026-11-21T01:00:00Z']);
  });

  it('touch no other tier; a tier without any is kept for ever, and that is told', () => {
    const candidates = [...nightly(1), backup('weekly', '2020-01-01'), backup('manual', '2020-01-02')];
    const result = plan(candidates, 'daily: 7');
    expect(result.delete).toEqual([]);
    expect(result.notices).toEqual([
      '`retention` has no rule for `manual`: its 1 backup is kept for ever.',
      '`retention` has no rule for `weekly`: its 1 backup is kept for ever.',
    ]);
  });

  it('say why in words', () => {
    const candidates = [
      backup('weekly', '2026-11-21'),
      backup('weekly', '2026-11-01'),
      backup('yearly', '2020-01-01'),
      backup('weekly', '2026-01-01'),
    ];
    expect(reasons(candidates, 'weekly: 2, 12w\nyearly: forever', { minKeep: 0 })).toEqual({
      '2026-11-21': 'the newest good backup; newest of week 2026-W47; within 12w of the newest good backup',
      '2026-11-01': 'newest of week 2026-W44; within 12w of the newest good backup',
      '2026-01-01': 'not among the 2 that `weekly` keeps; more than 12w older than the newest good backup',
      '2020-01-01': '`yearly` is kept for ever',
    });
  });
});

describe('never deleted', () => {
  const old = (change: Partial<Candidate>) => backup('daily', '2020-01-01', change);
  it.each<[string, Candidate]>([
    ['held', old({ held: true })],
    ['locked', old({ lockedUntil: NOW + 1 })],
    ['under a legal hold', old({ lockedUntil: Number.POSITIVE_INFINITY })],
    ['the newest restore-tested one', old({ restoreTested: true })],
    ['not good', old({ standing: { not: 'the archive is missing' } })],
    ['not provably ours', old({ ours: false })],
  ])('%s', (_, candidate) => {
    expect(plan([...nightly(3), candidate], 'daily: 1d').delete.map(({ id }) => id)).not.toContain(
      '2020-01-01',
    );
    const bare = plan([...nightly(3), old({})], 'daily: 1d');
    expect(bare.delete.map(({ id }) => id)).toContain('2020-01-01');
  });

  it('once its lock has ended, it may be', () => {
    expect(deleted(plan([...nightly(1), old({ lockedUntil: NOW })], 'daily: 1d'))).toEqual(['2020-01-01']);
  });

  it('the newest good backup, though it be years old', () => {
    const result = plan([backup('daily', '2020-01-01'), backup('daily', '2019-01-01')], 'daily: 1h', {
      minKeep: 0,
    });
    expect(deleted(result)).toEqual(['2019-01-01']);
    expect(result.anchor).toBe('2020-01-01');
  });

  it('one of the newest `min-keep`, to which event tiers do not count', () => {
    const events = nightly(5, 'manual').map(one => ({ ...one, id: `m${one.id}`, stamp: one.stamp + 1 }));
    const result = plan([...events, ...nightly(9)], 'daily: 1h\nmanual: 1h', { minKeep: 4 });
    expect(result.keep.filter(({ tier }) => tier === 'daily')).toHaveLength(4);
    expect(result.keep.filter(({ tier }) => tier === 'manual')).toHaveLength(1);
  });

  it('anything, where no backup is good to count from', () => {
    const bad = nightly(9).map(one => ({ ...one, standing: { not: 'x' } }));
    expect(plan(bad, 'daily: 1h')).toMatchObject({ anchor: null, delete: [] });
    const safety = nightly(9, 'safety');
    expect(plan(safety, 'safety: 1h')).toMatchObject({ anchor: null, delete: [] });
  });
});

describe('what peers got wrong', () => {
  it('fifteen failed nights delete nothing', () => {
    const before = nightly(15);
    for (let night = 0; night <= 15; night += 1) {
      const failed = Array.from({ length: night }, (_, index) =>
        backup('daily', NOW + index * DAY + 1, { standing: { not: 'the archive is missing' } }),
      );
      const result = plan([...failed, ...before], 'daily: 14d', { now: NOW + 15 * DAY });
      expect(result.delete).toEqual([]);
    }
  });

  it('a year without a run deletes nothing more than the night before it did', () => {
    const candidates = nightly(60);
    expect(deleted(plan(candidates, 'daily: 30d', { now: NOW + 365 * DAY }))).toEqual(
      deleted(plan(candidates, 'daily: 30d')),
    );
  });

  it('backups dated in the future take no slot, are no anchor, and stop the prune', () => {
    const attack = Array.from({ length: 30 }, (_, index) => backup('daily', NOW + (index + 1) * DAY));
    const result = plan([...attack, ...nightly(10)], 'daily: 7');
    expect(result.anchor).toBe(nightly(1)[0]?.id);
    expect(result.stopped).toContain('30 backups are dated in the future');
    expect(result.confirmable).toBe(false);
    expect(deleted(result)).toEqual(deleted(plan(nightly(10), 'daily: 7')));
  });

  it('a failed backup takes no slot from a good one', () => {
    const [newest, ...rest] = nightly(8);
    const broken = { ...backup('daily', '2026-11-21T03:30:00Z'), standing: { not: 'x' } };
    const result = plan([broken, ...(newest ? [newest] : []), ...rest], 'daily: 8');
    expect(result.delete).toEqual([]);
    expect(result.notices).toEqual(['Not counted, and therefore kept: 1.']);
  });
});

describe('a plan is stopped', () => {
  it.each<[string, string, Partial<PruneOptions>, boolean]>([
    ['by too many deletions', '9 backups would go, and `max-delete` is 8.', { maxDelete: 8 }, true],
    ['by a limit that is no number', '`max-delete` is NaN', { maxDelete: Number.NaN }, true],
    [
      'by another identity',
      'The last backup was of another server',
      { identityChanged: 'another server' },
      false,
    ],
    ['by doubt about the newest', 'in doubt: x.', { latestTrouble: 'x' }, false],
    ['by as-of', '`as-of` needs to be confirmed.', { asOf: NOW }, true],
    ['by an as-of in the future', 'lies in the future', { asOf: NOW + 1 }, false],
    ['finally, where one of several stops is final', 'in doubt', { maxDelete: 8, latestTrouble: 'x' }, false],
  ])('%s', (_, words, change, confirmable) => {
    const result = plan(nightly(10), 'daily: 1', change);
    expect(result.stopped).toContain(words);
    expect(result.confirmable).toBe(confirmable);
    expect(result.delete.length).toBeGreaterThan(0);
  });

  it('by an empty policy, and deletes nothing', () => {
    expect(planPrune(nightly(10), {}, OPTIONS)).toMatchObject({
      delete: [],
      stopped: '`retention` names no tier.',
      confirmable: false,
    });
  });

  it('not at all where nothing is wrong', () => {
    expect(plan(nightly(10), 'daily: 1', { maxDelete: 9 })).toMatchObject({
      stopped: null,
      confirmable: false,
    });
  });
});

describe('a retired database', () => {
  it('is emptied as of now, but for what is held, locked, forever or in doubt', () => {
    const candidates = [
      ...nightly(5),
      backup('daily', '2026-01-01', { held: true }),
      backup('daily', '2026-01-02', { standing: { not: 'x' } }),
      backup('yearly', '2026-01-03'),
    ];
    const result = plan(candidates, 'daily: 30d\nyearly: forever', {
      now: NOW + 90 * DAY,
      asOf: NOW + 90 * DAY,
      minKeep: 3,
    });
    expect(kept(result)).toEqual(['2026-01-01', '2026-01-02', '2026-01-03']);
    expect(result).toMatchObject({ confirmable: true, stopped: '`as-of` needs to be confirmed.' });
  });
});

it('decides on each of ten thousand backups', () => {
  const candidates = Array.from({ length: 10_000 }, (_, index) =>
    backup(
      (['hourly', 'daily', 'weekly', 'monthly'] as const)[index % 4] ?? 'daily',
      NOW - index * 3_600_000,
    ),
  );
  const text = 'hourly: 48, 36h\ndaily: 30, 6mo\nweekly: 12, 12w\nmonthly: 12, 2y';
  const result = plan(candidates, text, { timezone: 'Europe/Vienna', maxDelete: 1e6 });
  expect(result.keep.length + result.delete.length).toBe(10_000);
});
