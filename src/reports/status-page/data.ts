// How the backups stand, as the status page shows them: plain data, everything judged already.
import type { Instant } from '../../backups/instant.ts';
import type { PrunePlan } from '../../retention/plan.ts';
import type { BackupLine } from '../outcome.ts';
import type { EarlierTest } from '../restore-test-outcome.ts';
import type { TierStatus } from '../status.ts';

export type State = 'good' | 'warning' | 'critical';

/** What speaks against a name. */
export interface Finding {
  readonly severity: 'warning' | 'critical';
  /** A sentence. */
  readonly text: string;
}

/** What a GB (10^9 bytes) costs a month. */
export interface StoragePrice {
  readonly amount: number;
  /** `USD`. */
  readonly currency: string;
}

export interface PageName {
  readonly name: string;
  readonly state: State;
  readonly findings: readonly Finding[];
  /** The newest good one. */
  readonly latest: BackupLine | null;
  readonly tiers: readonly TierStatus[];
  /** All of them, oldest first. */
  readonly backups: readonly BackupLine[];
  /** Restore tests, oldest first. */
  readonly tests: readonly EarlierTest[];
  readonly prune: PrunePlan | null;
}

export interface StatusPage {
  readonly state: State;
  readonly place: string;
  readonly now: Instant;
  /** In which days begin. */
  readonly timezone: string;
  /** `pg-backup-action 0.1.0`. */
  readonly tool: string;
  /** The run that made the page; null on a terminal. */
  readonly runUrl: string | null;
  /** null: costs aren't shown. */
  readonly price: StoragePrice | null;
  /** What speaks against the store as a whole. */
  readonly findings: readonly Finding[];
  readonly names: readonly PageName[];
}
