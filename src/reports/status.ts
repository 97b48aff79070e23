// How the backups of one name stand, as plain data: what `pg-backup status` prints, and what pages and metrics are made of.
import type { Instant } from '../backups/instant.ts';
import type { Tier } from '../backups/tier.ts';
import type { Warning } from '../problems/problem.ts';
import type { PrunePlan } from '../retention/plan.ts';
import type { BackupLine } from './outcome.ts';
import type { EarlierTest } from './restore-test-outcome.ts';
import type { Comparison } from './shrink.ts';

export interface TierStatus {
  readonly tier: Tier;
  /** Good ones or not. */
  readonly count: number;
  readonly bytes: number;
  /** Of the good ones; null where there is none. */
  readonly newest: Instant | null;
  /** When the tier is due next: not after `now` = due. null for event tiers and those that no schedule fills. */
  readonly due: Instant | null;
}

export interface NameStatus {
  readonly name: string;
  /** What `latest` would choose; null: nothing, and `why` says it. */
  readonly latest: BackupLine | null;
  readonly why: Warning | null;
  /** The moment that `latest` speaks for, as the gate counts its age; null: none, or a standby that could not tell. */
  readonly freshFrom: Instant | null;
  /** In the order of the tiers; those that hold something or are due. */
  readonly tiers: readonly TierStatus[];
  /** The newest restore test of any backup. */
  readonly lastTest: {
    readonly backup: string;
    readonly result: 'passed' | 'failed';
    readonly at: Instant;
  } | null;
  /** The latest against those before it; null where there are none. */
  readonly trend: Comparison | null;
  /** SHRUNK and GROWN, by the guard given; null: nothing to compare with, or no guard. */
  readonly sizeWarnings: readonly Warning[] | null;
  /** Stored bytes of the last good backups, oldest first. */
  readonly sizes: readonly { readonly id: string; readonly stamp: Instant; readonly bytes: number }[];
  /** Ids. */
  readonly held: readonly string[];
  /** What a prune by the given retention would do, object locks not looked at; null: no retention was given. */
  readonly prune: PrunePlan | null;
  readonly alarms: readonly Warning[];
  /** How many count. */
  readonly good: number;
  /** The newest restore test that passed, of any backup. */
  readonly lastPassed: { readonly backup: string; readonly at: Instant } | null;
  /** When anything of this name was last written: a backup, what a crashed run left, a test's evidence. */
  readonly lastWrite: Instant | null;
  /** All of them, oldest first. */
  readonly backups: readonly BackupLine[];
  /** Restore tests of this name, oldest first. */
  readonly tests: readonly EarlierTest[];
}
