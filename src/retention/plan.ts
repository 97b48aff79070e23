// Types of the prune plan: which backups stay and which go, each with its reasons. Filled in by plan-prune.ts.
import type { Instant } from '../backups/instant.ts';
import type { Tier } from '../backups/tier.ts';

/** A backup as retention sees it. */
export interface Candidate {
  readonly id: string;
  readonly stamp: Instant;
  readonly tier: Tier;
  readonly bytes: number;
  /** Counts as good: manifest complete, signature valid where keys are set, archive there at its size, identity ours, not back-dated, no failed restore test. Otherwise why not. */
  readonly standing: 'good' | { readonly not: string };
  /** May be deleted at all: its manifest parses, verifies and names exactly this name and identity. */
  readonly ours: boolean;
  readonly restoreTested: boolean;
  readonly held: boolean;
  /** Infinity for a legal hold. */
  readonly lockedUntil: Instant | undefined;
}

export interface Decision {
  readonly id: string;
  readonly tier: Tier;
  readonly stamp: Instant;
  readonly bytes: number;
  readonly reasons: readonly string[];
}

export interface PrunePlan {
  readonly keep: readonly Decision[];
  readonly delete: readonly Decision[];
  /** Id of the newest good, full, non-safety backup; null where there is none (then nothing is deleted). */
  readonly anchor: string | null;
  /** Why nothing may be deleted although `delete` names some: too many, a future stamp, identity changed, empty policy. */
  readonly stopped: string | null;
  /** The stop can be lifted by `confirm` with this plan's hash (too many, `as-of`); every other one cannot. */
  readonly confirmable?: boolean;
  readonly notices: readonly string[];
}
