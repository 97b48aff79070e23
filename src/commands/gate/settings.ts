// What the gate is told to hold a backup to, and what it is told of the event that it judges.
import type { Level } from '../../backups/level.ts';
import type { Change } from '../../github/port.ts';
import type { Warning } from '../../problems/problem.ts';

export type { Change } from '../../github/port.ts';
export { DEFAULT_MIGRATIONS } from './migration-files.ts';

/** Every good backup is `stored`. */
export const GATE_LEVELS = ['stored', 'restored'] as const satisfies readonly Level[];
export type GateLevel = (typeof GATE_LEVELS)[number];

export interface GateEvent {
  /** null on a terminal. */
  readonly name: string | null;
  /** Not one that somebody without rights in the repository can bring about: only then a database may be touched. */
  readonly trusted: boolean;
  /** A pull request from another repository, in an event that gets no secrets. */
  readonly fork: boolean;
  /** null where the event tells of none: then it is taken for a migration. */
  readonly change: Change | null;
  /** The pull request to comment on. */
  readonly pull: number | null;
}

export interface GateRules {
  readonly maxAgeMs: number;
  readonly require: GateLevel;
  /** With `require: restored`: how old the passed test of any backup of this name may be. undefined: this very backup's. */
  readonly restoredWithinMs: number | undefined;
}

export interface GateSettings extends GateRules {
  readonly name: string;
  readonly event: GateEvent;
  readonly onStale: 'fail' | 'backup';
  readonly onFork: 'fail' | 'pass';
  /** Fingerprint. */
  readonly acceptIdentity: string | undefined;
  /** Globs of the files that are migrations. */
  readonly migrations: readonly string[];
  readonly detail: 'full' | 'minimal';
  /** Found while the inputs were read. */
  readonly warnings: readonly Warning[];
}
