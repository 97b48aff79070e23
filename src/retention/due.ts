// Which tier a backup taken now belongs to (`tier: auto`). It looks at what is there, not at the weekday, so that a
// schedule that was dropped or late never costs a monthly: the next run takes it.
import type { Instant } from '../backups/instant.ts';
import { CALENDAR_TIERS, type CalendarTier, isCalendarTier, type Tier } from '../backups/tier.ts';
import { PERIOD_NAME, periodKey, startOfNextPeriod } from './periods.ts';

export const DEFAULT_CALENDAR_TIERS: readonly CalendarTier[] = ['daily', 'weekly', 'monthly'];

export interface DueQuestion {
  /** The tiers that `retention` names, in any order; event tiers are passed over. None: the default ones. */
  readonly policyTiers: readonly Tier[];
  /** Good backups only. */
  readonly history: readonly { readonly tier: Tier; readonly stamp: Instant }[];
  readonly now: Instant;
  readonly timezone: string;
}

/** The highest tier that is due, with a sentence that says why; where none is, the lowest. */
export function chooseTier(question: DueQuestion): { readonly tier: CalendarTier; readonly reason: string } {
  const { now, timezone } = question;
  const tiers = tiersOf(question);
  const tier = tiers.findLast(one => !isFilled(question, one));
  if (tier === undefined) {
    const lowest = tiers[0] ?? 'daily';
    return { tier: lowest, reason: `No tier is due; \`${lowest}\` is the lowest.` };
  }
  const period = `${PERIOD_NAME[tier]} ${periodKey(now, tier, timezone)}`;
  return { tier, reason: `No good ${tier} backup, or a higher one, in ${period} yet.` };
}

/** When each of the tiers is due next; `now` itself where its period has no backup yet. Lowest tier first. */
export function whenDue(
  question: DueQuestion,
): readonly { readonly tier: CalendarTier; readonly due: Instant }[] {
  const { now, timezone } = question;
  return tiersOf(question).map(tier => ({
    tier,
    due: isFilled(question, tier) ? startOfNextPeriod(now, tier, timezone) : now,
  }));
}

/** Lowest first. */
function tiersOf({ policyTiers }: DueQuestion): readonly CalendarTier[] {
  const named = CALENDAR_TIERS.filter(tier => policyTiers.includes(tier));
  return named.length > 0 ? named : DEFAULT_CALENDAR_TIERS;
}

/** Whether a backup of this tier, or of a higher one, lies in its current period. */
function isFilled({ history, now, timezone }: DueQuestion, tier: CalendarTier): boolean {
  const rank = CALENDAR_TIERS.indexOf(tier);
  const period = periodKey(now, tier, timezone);
  return history.some(
    backup =>
      backup.stamp <= now &&
      isCalendarTier(backup.tier) &&
      CALENDAR_TIERS.indexOf(backup.tier) >= rank &&
      periodKey(backup.stamp, tier, timezone) === period,
  );
}
