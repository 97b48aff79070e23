// The counting rules: which backups win a slot. A calendar tier has one slot for each period that holds a backup, so
// nights without one use up nothing; an event tier has one slot for each backup.
import { type CalendarTier, isCalendarTier, type Tier } from '../backups/tier.ts';
import { PERIOD_NAME, periodKey } from './periods.ts';
import type { Candidate } from './plan.ts';
import type { Policy } from './policy.ts';

/** Why a slot is a backup's, by its id. `counted` are the backups that count, newest first. */
export function fillSlots(
  counted: readonly Candidate[],
  policy: Policy,
  timezone: string,
): ReadonlyMap<string, string> {
  const winners = new Map<string, string>();
  for (const [tier, rules] of Object.entries(policy) as [Tier, Policy[Tier]][]) {
    const count = Math.max(0, ...(rules ?? []).map(rule => (rule.keep === 'count' ? rule.count : 0)));
    if (count === 0) continue;
    const own = counted.filter(candidate => candidate.tier === tier);
    if (isCalendarTier(tier)) fillPeriods(own, tier, count, timezone, winners);
    else
      for (const { id } of own.slice(0, count)) winners.set(id, `among the newest ${count} of \`${tier}\``);
  }
  return winners;
}

function fillPeriods(
  own: readonly Candidate[],
  tier: CalendarTier,
  count: number,
  timezone: string,
  winners: Map<string, string>,
): void {
  const periods = new Map<string, Candidate[]>();
  // Newest first, so that the periods come newest first as well, each in one piece.
  for (const candidate of own) {
    const period = periodKey(candidate.stamp, tier, timezone);
    const members = periods.get(period);
    if (members) members.push(candidate);
    else if (periods.size === count) break;
    else periods.set(period, [candidate]);
  }
  for (const [period, members] of periods) {
    const tested = members.find(({ restoreTested }) => restoreTested);
    const winner = tested ?? members[0];
    const why = winner === members[0] ? 'newest' : 'newest restore-tested one';
    if (winner) winners.set(winner.id, `${why} of ${PERIOD_NAME[tier]} ${period}`);
  }
}
