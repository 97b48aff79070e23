// Candidates and policies for the tests of this room.
import type { Tier } from '../../../src/backups/tier.ts';
import type { Candidate, PrunePlan } from '../../../src/retention/plan.ts';
import type { PruneOptions } from '../../../src/retention/plan-prune.ts';
import { type Policy, parsePolicy } from '../../../src/retention/policy.ts';

export const DAY = 86_400_000;
export const NOW = Date.parse('2026-11-21T04:00:00Z');

export const OPTIONS: PruneOptions = { now: NOW, timezone: 'UTC', minKeep: 1, maxDelete: 1000 };

/** Good, ours, plain. Its id is its stamp unless another is given. */
export function backup(tier: Tier, stamp: string | number, change: Partial<Candidate> = {}): Candidate {
  const instant =
    typeof stamp === 'number' ? stamp : Date.parse(stamp.length === 10 ? `${stamp}T03:00:00Z` : stamp);
  return {
    id: typeof stamp === 'number' ? new Date(stamp).toISOString() : stamp,
    stamp: instant,
    tier,
    bytes: 1000,
    standing: 'good',
    ours: true,
    restoreTested: false,
    held: false,
    lockedUntil: undefined,
    ...change,
  };
}

/** Backups of so many nights up to the night of NOW, newest first. */
export function nightly(count: number, tier: Tier = 'daily'): Candidate[] {
  return Array.from({ length: count }, (_, night) =>
    backup(tier, Date.parse('2026-11-21T03:00:00Z') - night * DAY),
  );
}

export function policy(text: string): Policy {
  const parsed = parsePolicy(text);
  if ('not' in parsed) throw parsed.not[0];
  return parsed.ok;
}

export function deleted(plan: PrunePlan): string[] {
  return plan.delete.map(({ id }) => id).sort();
}

export function kept(plan: PrunePlan): string[] {
  return plan.keep.map(({ id }) => id).sort();
}
