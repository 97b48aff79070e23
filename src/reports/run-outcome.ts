// What every outcome holds, whatever the command: who reports a run needs no more to say how it ended.
import type { Instant } from '../backups/instant.ts';
import type { Problem, Warning } from '../problems/problem.ts';

/**
 * `success`; `degraded`: what was asked for is there, but something after it failed or must be looked at (see
 * warnings); `failed`; `cancelled`; `planned`: a dry run.
 */
export type Result = 'success' | 'degraded' | 'failed' | 'cancelled' | 'planned';

export interface RunOutcome {
  readonly command: string;
  readonly result: Result;
  /** Of the store, e.g. `s3://bucket/prefix`; '' where the run never got to it. */
  readonly place: string;
  readonly startedAt: Instant;
  readonly durationSeconds: number;
  readonly problems: readonly Problem[];
  readonly warnings: readonly Warning[];
  readonly stages: readonly { readonly name: string; readonly seconds: number }[];
  /** null on a terminal. */
  readonly runUrl: string | null;
  /** `minimal`: what is shown leaves out names, hosts and rows. */
  readonly detail: 'full' | 'minimal';
}
