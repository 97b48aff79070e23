// The policy once more, written for a reader and not for a machine: each backup asks on its own whether anything speaks
// for it, by definitions that share no code with the program (Intl and Date instead of Temporal, no sorting).
import type { Tier } from '../../../src/backups/tier.ts';
import type { Candidate } from '../../../src/retention/plan.ts';
import type { PruneOptions } from '../../../src/retention/plan-prune.ts';
import type { Policy } from '../../../src/retention/policy.ts';

const CALENDAR: readonly Tier[] = ['hourly', 'daily', 'weekly', 'monthly', 'yearly'];
const MS = { h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;

/** Ids that go, in alphabetical order. */
export function referenceDeletions(
  candidates: readonly Candidate[],
  policy: Policy,
  { now, timezone, minKeep }: PruneOptions,
): string[] {
  const fit = candidates.filter(({ standing, ours, stamp }) => standing === 'good' && ours && stamp <= now);
  const newerThan = (one: Candidate) => (other: Candidate) =>
    other.stamp > one.stamp || (other.stamp === one.stamp && other.id < one.id);
  const rankAmong = (one: Candidate, others: readonly Candidate[]) => others.filter(newerThan(one)).length;
  const anchor = fit.find(
    one =>
      one.tier !== 'safety' &&
      rankAmong(
        one,
        fit.filter(({ tier }) => tier !== 'safety'),
      ) === 0,
  );
  if (!anchor) return [];

  const isKept = (one: Candidate): boolean => {
    if (!fit.includes(one) || one.held || (one.lockedUntil ?? 0) > now || one === anchor) return true;
    const tested = fit.filter(({ restoreTested }) => restoreTested);
    if (one.restoreTested && rankAmong(one, tested) === 0) return true;
    const calendar = fit.filter(({ tier }) => CALENDAR.includes(tier));
    if (calendar.includes(one) && rankAmong(one, calendar) < minKeep) return true;
    const rules = policy[one.tier];
    if (!rules) return true;
    const own = fit.filter(({ tier }) => tier === one.tier);
    return rules.some(rule => {
      if (rule.keep === 'forever') return true;
      if (rule.keep === 'age') return ageEnd(one.stamp, rule.age.amount, rule.age.unit) >= anchor.stamp;
      if (!CALENDAR.includes(one.tier)) return rankAmong(one, own) < rule.count;
      const period = (other: Candidate) => periodOf(other.stamp, one.tier, timezone);
      const mine = own.filter(other => period(other) === period(one));
      const better = mine.filter(
        other =>
          (other.restoreTested && !one.restoreTested) ||
          (other.restoreTested === one.restoreTested && newerThan(one)(other)),
      );
      const later = new Set(own.filter(other => mine.every(({ stamp }) => other.stamp > stamp)).map(period));
      later.delete(period(one));
      return better.length === 0 && later.size < rule.count;
    });
  };
  return candidates
    .filter(one => !isKept(one))
    .map(({ id }) => id)
    .sort();
}

function ageEnd(stamp: number, amount: number, unit: 'h' | 'd' | 'w' | 'mo' | 'y'): number {
  if (unit !== 'mo' && unit !== 'y') return stamp + amount * MS[unit];
  const date = new Date(stamp);
  const month = date.getUTCMonth() + (unit === 'mo' ? amount : 12 * amount);
  const lastDay = new Date(Date.UTC(date.getUTCFullYear(), month + 1, 0)).getUTCDate();
  const day = Math.min(date.getUTCDate(), lastDay);
  return Date.UTC(date.getUTCFullYear(), month, day) + (stamp % MS.d);
}

function periodOf(stamp: number, tier: Tier, timeZone: string): string {
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    hourCycle: 'h23',
    timeZoneName: 'longOffset',
  });
  const parts = new Map(format.formatToParts(stamp).map(({ type, value }) => [type, value]));
  const day = `${parts.get('year')}-${parts.get('month')}-${parts.get('day')}`;
  if (tier === 'hourly') return `${day} ${parts.get('hour')} ${parts.get('timeZoneName')}`;
  if (tier === 'daily') return day;
  if (tier === 'monthly') return day.slice(0, 7);
  if (tier === 'yearly') return day.slice(0, 4);
  // A week is named by its Monday.
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() - ((date.getUTCDay() + 6) % 7));
  return date.toISOString().slice(0, 10);
}
