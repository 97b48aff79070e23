// Which tier a backup taken now belongs to (`tier: auto`). It looks at what is there, not at the weekday, so that a
// schedule that was dropped or late never costs a monthly: the next run takes it.
import type { Instant } from '../backups/instant.ts';
import { CALENDAR_TIERS, type CalendarTier, isCalendarTier, type Tier } from '../backups/tier.ts';
import { PERIOD_NAME, periodKey } from './periods.ts';

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
  const { history, now, timezone } = question;
  const named = CALENDAR_TIERS.filter(tier => question.policyTiers.includes(tier));
  const tiers = named.length > 0 ? named : DEFAULT_CALENDAR_TIERS;
  const past = history.filter(({ stamp }) => stamp <= now);
  for (const tier of tiers.toReversed()) {
    const rank = CALENDAR_TIERS.indexOf(tier);
    const period = periodKey(now, tier, timezone);
    const isFilled = past.some(
      backup =>
        isCalendarTier(backup.tier) &&
        CALENDAR_TIERS.indexOf(backup.tier) >= rank &&
        periodKey(backup.stamp, tier, timezone) === period,
    );
    if (!isFilled) {
      return {
        tier,
        reason: `No good ${tier} backup, or a higher one, in ${PERIOD_NAME[tier]} ${period} yet.`,
      };
    }
  }
  const lowest = tiers[0] ?? 'daily';
  return { tier: lowest, reason: `No tier is due; \`${lowest}\` is the lowest.` };
}
