// What a prune of its own is told, complete and valid.
import type { Instant } from '../../backups/instant.ts';
import type { Warning } from '../../problems/problem.ts';
import type { Policy } from '../../retention/policy.ts';

export interface PruneJobSettings {
  /** undefined: all names at the destination, one after the other. */
  readonly name: string | undefined;
  readonly policy: Policy;
  readonly timezone: string;
  readonly minKeep: number;
  readonly maxDelete: number;
  /** How old leftovers and unfinished uploads must be. */
  readonly graceMs: number;
  /** As in a backup: a newest backup that is so much smaller than the ones before suspends pruning. */
  readonly shrinkGuardPercent: number;
  /** A retired database: ages count from here, and neither the newest nor `minKeep` is spared. */
  readonly asOf: Instant | 'now' | undefined;
  /** Hashes of plans that somebody has looked at. */
  readonly confirm: readonly string[];
  readonly dryRun: boolean;
  readonly detail: 'full' | 'minimal';
  readonly warnings: readonly Warning[];
}
