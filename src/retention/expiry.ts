// Looks forward and back from the policy: when it will let a backup go, and whether one that is gone should still be
// there.
import type { Instant } from '../backups/instant.ts';
import type { PreviousLink } from '../backups/manifest.ts';
import type { Tier } from '../backups/tier.ts';
import { backupVanished } from '../problems/backups.ts';
import type { Warning } from '../problems/problem.ts';
import { outgrows } from './age.ts';
import type { Candidate } from './plan.ts';
import { type PruneOptions, planPrune } from './plan-prune.ts';
import type { Policy } from './policy.ts';

/**
 * When a good backup is older than every age that keeps it, counted from newer backups as they come. null where its tier is
 * kept for ever or by number, or isn't named.
 */
export function expiresAt(
  backup: { readonly tier: Tier; readonly stamp: Instant },
  policy: Policy,
): Instant | null {
  const rules = policy[backup.tier];
  if (rules === undefined) return null;
  const ends = rules.map(rule =>
    rule.keep === 'age' ? outgrows(backup.stamp, rule.age) : Number.POSITIVE_INFINITY,
  );
  const last = Math.max(...ends);
  return last === Number.POSITIVE_INFINITY ? null : last;
}

/** How many of its tier the policy keeps, where a number decides; null where none does or all are kept for ever. */
export function keptByCount(tier: Tier, policy: Policy): number | null {
  const rules = policy[tier] ?? [];
  const counts = rules.flatMap(rule => (rule.keep === 'count' ? [rule.count] : []));
  return counts.length === 0 || rules.some(rule => rule.keep === 'forever') ? null : Math.max(...counts);
}

/**
 * Of the backups that others link to and that aren't there: those that the policy as it is now would have kept, had
 * they stood among the others. `missing` is the catalog's `missingLinks`.
 */
export function findMissed(
  candidates: readonly Candidate[],
  missing: readonly PreviousLink[],
  policy: Policy,
  options: PruneOptions,
): readonly PreviousLink[] {
  if (missing.length === 0) return [];
  const ghosts = new Map(missing.map(link => [link.id, link]));
  const plan = planPrune([...candidates, ...Array.from(ghosts.values(), toGhost)], policy, options);
  return plan.keep.flatMap(({ id }) => ghosts.get(id) ?? []);
}

/** The same as alarms. */
export function findVanished(...question: Parameters<typeof findMissed>): readonly Warning[] {
  return findMissed(...question).map(({ id, tier, stamp }) => backupVanished(id, tier, stamp));
}

function toGhost({ id, tier, stamp }: PreviousLink): Candidate {
  return {
    id,
    tier,
    stamp: Date.parse(stamp),
    bytes: 0,
    standing: 'good',
    ours: true,
    restoreTested: false,
    held: false,
    lockedUntil: undefined,
  };
}
