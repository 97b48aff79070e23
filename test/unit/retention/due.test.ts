import { describe, expect, it } from 'vitest';
import { TIERS, type Tier } from '../../../src/backups/tier.ts';
import { chooseTier } from '../../../src/retention/due.ts';

const at = (text: string) => Date.parse(text);
const choose = (
  now: string,
  history: readonly [Tier, string][],
  policyTiers: readonly Tier[] = ['daily', 'weekly', 'monthly'],
  timezone = 'UTC',
) =>
  chooseTier({
    policyTiers,
    history: history.map(([tier, stamp]) => ({ tier, stamp: at(stamp) })),
    now: at(now),
    timezone,
  });

describe('the tier of a backup taken now', () => {
  it('is the highest named one where there is nothing yet', () => {
    expect(choose('2026-11-21T03:00:00Z', [])).toEqual({
      tier: 'monthly',
      reason: 'No good monthly backup, or a higher one, in month 2026-11 yet.',
    });
    expect(choose('2026-11-21T03:00:00Z', [], ['yearly', 'daily']).tier).toBe('yearly');
    expect(choose('2026-11-21T03:00:00Z', [], []).tier).toBe('monthly');
    expect(choose('2026-11-21T03:00:00Z', [], ['manual', 'safety']).tier).toBe('monthly');
  });

  it('is the lowest where none is due', () => {
    const chosen = choose('2026-11-21T15:00:00Z', [['monthly', '2026-11-21T03:00:00Z']]);
    expect(chosen).toEqual({ tier: 'daily', reason: 'No tier is due; `daily` is the lowest.' });
  });

  it('counts a higher backup for the lower tiers, also one of a tier that is not named', () => {
    expect(choose('2026-11-21T03:00:00Z', [['yearly', '2026-11-16T03:00:00Z']]).tier).toBe('daily');
    expect(choose('2026-11-23T03:00:00Z', [['yearly', '2026-11-16T03:00:00Z']]).tier).toBe('weekly');
  });

  it('is not filled by event tiers or by backups dated in the future', () => {
    for (const tier of ['manual', 'pre-migration', 'safety'] as const) {
      expect(choose('2026-11-21T03:00:00Z', [[tier, '2026-11-21T01:00:00Z']]).tier).toBe('monthly');
    }
    expect(choose('2026-11-21T03:00:00Z', [['monthly', '2026-11-22T03:00:00Z']]).tier).toBe('monthly');
  });

  it('goes by the days of the time zone', () => {
    const history: [Tier, string][] = [['monthly', '2026-11-30T10:00:00Z']];
    expect(choose('2026-11-30T23:30:00Z', history).tier).toBe('daily');
    expect(choose('2026-11-30T23:30:00Z', history, undefined, 'Europe/Vienna').tier).toBe('monthly');
    expect(choose('2026-12-01T02:00:00Z', history, undefined, 'America/New_York').tier).toBe('daily');
  });

  it('is a monthly on the 2nd where the run of the 1st was dropped', () => {
    const history: [Tier, string][] = [
      ['monthly', '2026-10-01T03:00:00Z'],
      ['daily', '2026-10-31T03:00:00Z'],
    ];
    expect(choose('2026-11-02T03:00:00Z', history).tier).toBe('monthly');
  });

  it('loses no monthly and no weekly over a year in which every third night is dropped', () => {
    const taken: [Tier, string][] = [];
    for (let night = 0; night < 365; night += 1) {
      if (night % 3 === 0) continue;
      const now = new Date(at('2026-01-01T03:00:00Z') + night * 86_400_000).toISOString();
      taken.push([choose(now, taken).tier, now]);
    }
    const of = (tier: Tier) => taken.filter(([one]) => one === tier).length;
    // Weeks whose first backup is the monthly have no weekly of their own.
    expect(of('monthly')).toBe(12);
    expect(of('weekly') + of('monthly')).toBeGreaterThanOrEqual(53);
    expect(TIERS.filter(tier => of(tier) > 0)).toEqual(['daily', 'weekly', 'monthly']);
  });
});
