import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isCalendarTier, TIERS } from '../../../src/backups/tier.ts';
import { chooseTier } from '../../../src/retention/due.ts';
import type { Candidate } from '../../../src/retention/plan.ts';
import { planPrune } from '../../../src/retention/plan-prune.ts';
import type { Policy, Rule } from '../../../src/retention/policy.ts';
import { referenceDeletions } from './reference.ts';
import { backup, DAY, deleted, kept, NOW, OPTIONS, policy } from './sample.ts';

const ZONES = ['UTC', 'Europe/Vienna', 'America/New_York', 'Australia/Lord_Howe'];
/** Around clock changes, year ends, ISO week 53 and leap days, and anywhere else. */
const EVENTFUL = [
  '2026-10-25',
  '2026-03-29',
  '2026-11-01',
  '2026-04-05',
  '2025-12-31',
  '2024-02-29',
  '2021-01-02',
];

const stamp = fc.oneof(
  fc
    .tuple(fc.constantFrom(...EVENTFUL), fc.integer({ min: -48 * 4, max: 48 * 4 }))
    .map(([day, quarters]) => Date.parse(`${day}T00:00:00Z`) + quarters * 900_000),
  // The same moment twice: then the id decides.
  fc.constantFrom(NOW, NOW - DAY),
  fc.integer({ min: 0, max: 24 * 400 }).map(hours => NOW - hours * 3_600_000),
);
const candidate = fc
  .record({
    stamp,
    tier: fc.constantFrom(...TIERS),
    standing: fc.oneof(
      { weight: 8, arbitrary: fc.constant('good' as const) },
      { weight: 1, arbitrary: fc.constant({ not: 'a doubt' }) },
    ),
    ours: fc.integer({ min: 0, max: 9 }).map(dice => dice > 0),
    restoreTested: fc.integer({ min: 0, max: 3 }).map(dice => dice === 0),
    held: fc.integer({ min: 0, max: 9 }).map(dice => dice === 0),
    lockedUntil: fc.constantFrom(undefined, undefined, undefined, NOW - DAY, NOW + DAY),
  })
  .map(({ tier, stamp: at, ...change }) => backup(tier, at, change));
const candidates = fc
  .array(candidate, { maxLength: 14 })
  .map(list =>
    list.map((one, index): Candidate => ({ ...one, id: `b${index.toString().padStart(2, '0')}` })),
  );

const rule: fc.Arbitrary<Rule> = fc.oneof(
  fc.integer({ min: 1, max: 4 }).map(count => ({ keep: 'count' as const, count })),
  fc
    .tuple(
      fc.integer({ min: 1, max: 40 }),
      fc.constantFrom('h' as const, 'd' as const, 'w' as const, 'mo' as const, 'y' as const),
    )
    .map(([amount, unit]) => ({ keep: 'age' as const, age: { amount, unit } })),
);
const rules = fc
  .tuple(rule, fc.array(rule, { maxLength: 1 }))
  .map(([first, rest]) => [first, ...rest] as const);
const anyPolicy: fc.Arbitrary<Policy> = fc.dictionary(fc.constantFrom(...TIERS), rules, { minKeys: 1 });
const options = fc
  .record({ timezone: fc.constantFrom(...ZONES), minKeep: fc.integer({ min: 0, max: 4 }) })
  .map(change => ({ ...OPTIONS, ...change }));
const everything = [candidates, anyPolicy, options] as const;
const RUNS = { numRuns: 1500 };

describe('a prune plan', () => {
  it('is what the reference says', () => {
    fc.assert(
      fc.property(...everything, (list, text, given) => {
        expect(deleted(planPrune(list, text, given))).toEqual(referenceDeletions(list, text, given));
      }),
      { numRuns: 4000 },
    );
  });

  it('names every backup once, with a reason', () => {
    fc.assert(
      fc.property(...everything, (list, text, given) => {
        const plan = planPrune(list, text, given);
        expect([...kept(plan), ...deleted(plan)].sort()).toEqual(list.map(({ id }) => id).sort());
        for (const { reasons } of [...plan.keep, ...plan.delete]) expect(reasons.length).toBeGreaterThan(0);
      }),
      RUNS,
    );
  });

  it('deletes only what is good, ours, free, and not the last of its kind', () => {
    fc.assert(
      fc.property(...everything, (list, text, given) => {
        const plan = planPrune(list, text, given);
        const gone = new Set(deleted(plan));
        const isFit = ({ standing, ours }: Candidate) => standing === 'good' && ours;
        for (const one of list.filter(({ id }) => gone.has(id))) {
          expect(isFit(one) && !one.held && !(one.lockedUntil && one.lockedUntil > NOW)).toBe(true);
        }
        const stays = list.filter(({ id }) => !gone.has(id));
        const calendar = (from: Candidate[]) => from.filter(one => isFit(one) && isCalendarTier(one.tier));
        expect(calendar(stays).length).toBeGreaterThanOrEqual(Math.min(given.minKeep, calendar(list).length));
        if (plan.anchor !== null) expect(kept(plan)).toContain(plan.anchor);
        const isTested = (one: Candidate) => isFit(one) && one.restoreTested;
        expect(stays.some(isTested)).toBe(list.some(isTested));
      }),
      RUNS,
    );
  });

  it('done once leaves nothing to do', () => {
    fc.assert(
      fc.property(...everything, (list, text, given) => {
        const gone = new Set(deleted(planPrune(list, text, given)));
        const survivors = list.filter(({ id }) => !gone.has(id));
        expect(planPrune(survivors, text, given).delete).toEqual([]);
      }),
      RUNS,
    );
  });

  it('cut short anywhere and done again ends in the same place', () => {
    fc.assert(
      fc.property(...everything, fc.nat(20), (list, text, given, cut) => {
        const whole = planPrune(list, text, given);
        const done = new Set(deleted(whole).slice(0, cut));
        const again = planPrune(
          list.filter(({ id }) => !done.has(id)),
          text,
          given,
        );
        expect(kept(again)).toEqual(kept(whole));
      }),
      RUNS,
    );
  });

  it('does not depend on the order in which the store lists', () => {
    fc.assert(
      fc.property(...everything, fc.infiniteStream(fc.nat()), (list, text, given, dice) => {
        const shuffled = list
          .map(one => ({ one, by: dice.next().value ?? 0 }))
          .sort((a, b) => a.by - b.by)
          .map(({ one }) => one);
        expect(planPrune(shuffled, text, given)).toEqual(planPrune(list, text, given));
      }),
      RUNS,
    );
  });

  it('deletes no more for time passing, a wider policy, or a higher floor', () => {
    fc.assert(
      fc.property(...everything, rule, fc.constantFrom(...TIERS), (list, text, given, extra, tier) => {
        const unlocked = list.map(one => ({ ...one, lockedUntil: undefined }));
        const gone = deleted(planPrune(unlocked, text, given));
        expect(deleted(planPrune(unlocked, text, { ...given, now: NOW + 9999 * DAY }))).toEqual(gone);
        const own = text[tier];
        const wider = own ? { ...text, [tier]: [...own, extra] } : text;
        expect(gone).toEqual(expect.arrayContaining(deleted(planPrune(unlocked, wider, given))));
        const higher = { ...given, minKeep: given.minKeep + 1 };
        expect(gone).toEqual(expect.arrayContaining(deleted(planPrune(unlocked, text, higher))));
      }),
      RUNS,
    );
  });

  it('is not moved by anything that others put into the bucket', () => {
    const garbage = fc.array(candidate, { maxLength: 5 }).map(list =>
      list.map((one, index) => ({
        ...one,
        id: `z${index}`,
        stamp: one.stamp + index * 400 * DAY,
        ours: false,
      })),
    );
    fc.assert(
      fc.property(...everything, garbage, (list, text, given, strange) => {
        const plan = planPrune([...list, ...strange], text, given);
        expect(deleted(plan)).toEqual(deleted(planPrune(list, text, given)));
        if (strange.some(({ stamp: at }) => at > NOW)) expect(plan.stopped).toContain('future');
      }),
      RUNS,
    );
  });
});

describe('four years of nights', () => {
  const text = policy('daily: 30d\nweekly: 12w\nmonthly: 12mo\nyearly: forever');
  it.each(ZONES)(
    'in %s keep what the policy promises, though one in five fails',
    timezone => {
      let held: Candidate[] = [];
      let dice = 7;
      const start = Date.parse('2020-01-01T12:30:00Z');
      for (let night = 0; night < 1461; night += 1) {
        dice = (dice * 1_103_515_245 + 12_345) % 2_147_483_648;
        if (dice % 5 === 0) continue;
        const now = start + night * DAY;
        const { tier } = chooseTier({
          policyTiers: ['daily', 'weekly', 'monthly', 'yearly'],
          history: held,
          now,
          timezone,
        });
        held.push(backup(tier, now));
        const plan = planPrune(held, text, { ...OPTIONS, now, timezone, minKeep: 3 });
        expect(plan.stopped).toBeNull();
        // Nights that failed pile up what the next good one lets go, but never beyond the usual `max-delete`.
        expect(plan.delete.length).toBeLessThanOrEqual(10);
        const gone = new Set(deleted(plan));
        held = held.filter(({ id }) => !gone.has(id));
      }
      const count = Object.fromEntries(
        TIERS.map(tier => [tier, held.filter(one => one.tier === tier).length]),
      );
      expect(count.yearly).toBe(4);
      expect(count.monthly).toBeGreaterThanOrEqual(11);
      expect(count.monthly).toBeLessThanOrEqual(13);
      expect(count.weekly).toBeGreaterThanOrEqual(8);
      expect(count.daily).toBeGreaterThan(15);
      expect(held.length).toBeLessThan(70);
    },
    60_000,
  );
});
