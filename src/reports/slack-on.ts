// Whether a run is worth a message. `change` can't ask how the last run ended (a failed one leaves nothing in the
// bucket), so a success counts as news when the bucket shows it to be: the first backup, one after a gap, one above
// the everyday tier, or one with loud warnings or problems.
import { CALENDAR_TIERS, type Tier } from '../backups/tier.ts';
import type { BackupLine, BackupOutcome } from './outcome.ts';

export type SlackOn = 'always' | 'failure' | 'change';

export function shouldSendToSlack(when: SlackOn, outcome: BackupOutcome): boolean {
  switch (when) {
    case 'always':
      return true;
    case 'failure':
      return needsAttention(outcome);
    case 'change':
      return needsAttention(outcome) || isNews(outcome);
  }
}

/** Everything but a plain success: loud warnings too, whatever the result says. */
function needsAttention({ result, problems, warnings }: BackupOutcome): boolean {
  if (result === 'failed' || result === 'cancelled' || result === 'degraded') return true;
  return problems.length > 0 || warnings.some(warning => warning.loud);
}

function isNews({ backup, history }: BackupOutcome): boolean {
  if (!backup) return false;
  const good = history.filter(line => line.notCounted === undefined);
  return good.length === 0 || isAboveEveryday(backup.tier, good) || comesAfterGap(backup, good);
}

/** Above the lowest calendar tier that this name has; event tiers always are. */
function isAboveEveryday(tier: Tier, good: readonly BackupLine[]): boolean {
  const known = new Set<Tier>(good.map(line => line.tier));
  const lowest = CALENDAR_TIERS.find(calendar => calendar === tier || known.has(calendar));
  return lowest !== tier;
}

/** The backup before is older than twice the usual interval: at least one run failed or never started. */
function comesAfterGap(backup: BackupLine, good: readonly BackupLine[]): boolean {
  const stamps = good.map(line => line.stamp);
  const intervals = stamps.slice(1).map((stamp, index) => stamp - (stamps[index] ?? stamp));
  const usual = intervals.sort((a, b) => a - b)[Math.floor(intervals.length / 2)];
  const last = stamps.at(-1);
  return usual !== undefined && last !== undefined && backup.stamp - last > 2 * usual;
}
