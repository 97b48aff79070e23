// What may be called a leftover of a crashed run, and swept: nothing for which anything at all speaks.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isOurUpload, planUploads } from '../../../src/retention/left-uploads.ts';
import { type Leftover, planSweep, type SweepOptions } from '../../../src/retention/sweep.ts';
import { DAY, NOW } from './sample.ts';

const OPTIONS: SweepOptions = { now: NOW, graceMs: 7 * DAY, anchorStamp: NOW - DAY, missedStamp: undefined };

function leftover(change: Partial<Leftover> = {}): Leftover {
  return {
    stem: 'app/daily/20261101T031700Z-aaaaaaaa',
    id: 'aaaaaaaa',
    tier: 'daily',
    stamp: NOW - 20 * DAY,
    bytes: 1000,
    objects: 2,
    modifiedAt: NOW - 20 * DAY,
    held: false,
    lockedUntil: undefined,
    manifest: 'never',
    missed: false,
    ...change,
  };
}

const reasonsOf = (one: Leftover, options: Partial<SweepOptions> = {}) =>
  planSweep([one], { ...OPTIONS, ...options }).keep.flatMap(({ reasons }) => reasons);

describe('a leftover', () => {
  it('goes once it is older than the grace period and a good backup came after it', () => {
    const plan = planSweep([leftover()], OPTIONS);
    expect(plan.delete.map(({ stem, reasons }) => [stem, reasons])).toEqual([
      [leftover().stem, ['without a manifest, untouched since 2026-11-01T04:00:00Z']],
    ]);
    expect(plan.keep).toEqual([]);
  });

  it.each<[string, Partial<Leftover>, Partial<SweepOptions>, string]>([
    ['just stored', { modifiedAt: NOW - 7 * DAY }, {}, 'younger than `grace`'],
    ['of no known moment', { modifiedAt: Number.NaN }, {}, 'younger than `grace`'],
    ['while there is no good backup', {}, { anchorStamp: undefined }, 'there is no good backup'],
    ['newer than the newest good one', { stamp: NOW - DAY }, {}, 'no good backup is newer'],
    ['held', { held: true }, {}, 'held until it is released'],
    ['locked', { lockedUntil: NOW + 1000 }, {}, 'locked until 2026-11-21T04:00:01Z'],
    ['under a legal hold', { lockedUntil: Number.POSITIVE_INFINITY }, {}, 'under a legal hold'],
    ['whose manifest was deleted', { manifest: 'once' }, {}, 'its manifest was there and was deleted'],
    ['of which that may not be asked', { manifest: 'unknown' }, {}, 'may not be asked'],
    ['that a later backup misses', { missed: true }, {}, 'a later backup names it'],
    [
      'older than one that is missed',
      {},
      { missedStamp: NOW - 19 * DAY },
      'a backup after it was taken away',
    ],
    ['of the same moment as one', {}, { missedStamp: NOW - 20 * DAY }, 'a backup after it was taken away'],
  ])('%s, it stays', (_, change, options, reason) => {
    expect(reasonsOf(leftover(change), options)).toEqual([expect.stringContaining(reason)]);
  });

  it('one that is missed does not keep what came after it', () => {
    expect(planSweep([leftover()], { ...OPTIONS, missedStamp: NOW - 21 * DAY }).delete).toHaveLength(1);
  });

  it('a lock that has run out does not keep it', () => {
    expect(planSweep([leftover({ lockedUntil: NOW })], OPTIONS).delete).toHaveLength(1);
  });
});

const anyLeftover: fc.Arbitrary<Leftover> = fc
  .record({
    age: fc.integer({ min: -3, max: 40 }),
    touched: fc.integer({ min: -3, max: 40 }),
    held: fc.boolean(),
    missed: fc.boolean(),
    manifest: fc.constantFrom('never' as const, 'once' as const, 'unknown' as const),
    lock: fc.option(fc.integer({ min: -3, max: 3 }), { nil: undefined }),
    id: fc.integer({ min: 0, max: 1_000_000 }),
  })
  .map(({ age, touched, lock, id, ...rest }) =>
    leftover({
      ...rest,
      stem: `app/daily/${id}`,
      stamp: NOW - age * DAY,
      modifiedAt: NOW - touched * DAY,
      lockedUntil: lock === undefined ? undefined : NOW + lock * DAY,
    }),
  );

describe('of any leftovers', () => {
  it('each is decided once, and what goes is old, free, unmissed and followed by a good backup', () => {
    fc.assert(
      fc.property(fc.array(anyLeftover), fc.integer({ min: 0, max: 30 }), (all, anchorAge) => {
        const options = { ...OPTIONS, anchorStamp: NOW - anchorAge * DAY };
        const plan = planSweep(all, options);
        expect([...plan.keep, ...plan.delete].map(({ stem }) => stem).sort()).toEqual(
          all.map(({ stem }) => stem).sort(),
        );
        const gone = new Set(plan.delete.map(({ stem }) => stem));
        for (const one of all.filter(({ stem }) => gone.has(stem))) {
          const twins = all.filter(({ stem }) => stem === one.stem);
          const free = twins.some(
            twin =>
              twin.modifiedAt < NOW - 7 * DAY &&
              twin.stamp < options.anchorStamp &&
              !twin.held &&
              !twin.missed &&
              twin.manifest === 'never' &&
              (twin.lockedUntil ?? 0) <= NOW,
          );
          expect(free).toBe(true);
        }
        expect(plan.keep.every(({ reasons }) => reasons.length > 0)).toBe(true);
      }),
    );
  });

  it('a longer grace period never sweeps more', () => {
    fc.assert(
      fc.property(fc.array(anyLeftover), fc.integer({ min: 0, max: 20 }), (all, more) => {
        const stems = (days: number) =>
          planSweep(all, { ...OPTIONS, graceMs: days * DAY }).delete.map(({ stem }) => stem);
        const before = stems(7);
        expect(stems(7 + more).every(stem => before.includes(stem))).toBe(true);
      }),
    );
  });
});

describe('an unfinished upload', () => {
  const key = 'app/daily/20261101T031700Z-aaaaaaaa.dump';
  const grace = { now: NOW, graceMs: 7 * DAY };

  it('is dropped once no running backup can be its own', () => {
    const at = (touchedAt: number) => planUploads([{ reference: 'r', key, touchedAt }], grace);
    expect(at(NOW - 8 * DAY).drop.map(({ reasons }) => reasons)).toEqual([
      ['unfinished since 2026-11-13T04:00:00Z'],
    ]);
    expect(at(NOW - 7 * DAY)).toMatchObject({ drop: [], keep: [{ reasons: ['younger than `grace`'] }] });
  });

  it.each([
    [key, undefined, true],
    [key, 'app', true],
    [key, 'ap', false],
    [null, 'app', true],
    ['app/daily/notes.txt', undefined, false],
    ['somebody/elses.bin', 'somebody', false],
  ])('to %j, asked for %j: ours is %j', (at, name, ours) => {
    expect(isOurUpload({ reference: 'r', key: at, touchedAt: 0 }, name)).toBe(ours);
  });
});
