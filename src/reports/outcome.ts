// What a backup run came to, as plain data: everything that summary, Slack, outputs and `--json` are made from.
import type { Instant } from '../backups/instant.ts';
import type { Level } from '../backups/level.ts';
import type { Tier } from '../backups/tier.ts';
import type { PrunePlan } from '../retention/plan.ts';
import type { RunOutcome } from './run-outcome.ts';

/** A backup as lists and charts show it. */
export interface BackupLine {
  readonly id: string;
  readonly tier: Tier;
  readonly stamp: Instant;
  /** Stored bytes of the archive. */
  readonly bytes: number;
  readonly rows: number;
  readonly tables: number;
  readonly level: Level;
  readonly key: string;
  /** undefined = good. */
  readonly notCounted?: string;
  readonly restoreTested: boolean;
  readonly held: boolean;
}

export interface NewBackup extends BackupLine {
  readonly manifestKey: string;
  /** Decoded COPY data. */
  readonly rawBytes: number;
  /** Of the stored bytes. */
  readonly sha256: string;
  /** When policy would let it go by age; null = kept by number, or for ever. */
  readonly expiresAt: Instant | null;
  /** How many of its tier policy keeps, where a number decides (`expiresAt` is null then); null = no number does. */
  readonly keptByCount: number | null;
  readonly compression: string;
  readonly encrypted: boolean;
  readonly signed: boolean;
}

export interface PruneOutcome {
  readonly plan: PrunePlan;
  /** Ids that are gone. */
  readonly deleted: readonly string[];
  /** Ids that should have gone, with why they didn't. */
  readonly failed: readonly { readonly id: string; readonly why: string }[];
  /** Only shown, nothing deleted. */
  readonly dryRun: boolean;
}

export interface BackupOutcome extends RunOutcome {
  readonly command: 'backup';
  readonly name: string;
  readonly tier: Tier | null;
  /** Why `auto` chose it, in a sentence; null where the tier was given. */
  readonly tierReason: string | null;
  readonly source: {
    readonly database: string;
    readonly host: string;
    readonly serverVersion: string;
    readonly clientVersion: string;
  } | null;
  readonly backup: NewBackup | null;
  /** Earlier good backups of this name, oldest first, the new one not among them. */
  readonly history: readonly BackupLine[];
  /** What the destination holds of this name now, calendar tiers first. */
  readonly held: readonly {
    readonly tier: Tier;
    readonly count: number;
    readonly bytes: number;
    readonly newest: Instant;
  }[];
  /** null: no retention is set, pruning is off, or the run ended before. */
  readonly prune: PruneOutcome | null;
}
