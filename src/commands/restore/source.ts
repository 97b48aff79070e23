// What is restored, wherever it comes from: a backup of the destination, or a file on this machine. Modes work with what
// it hands out and know nothing of the difference.
import type { ChosenBackup } from '../../backups/choose-backup.ts';
import type { ClientFacts } from '../../postgres/port.ts';
import type { TargetFacts } from '../../postgres/target-port.ts';
import type { Problem, Warning } from '../../problems/problem.ts';
import type { PlannedBackup, PlannedFile, RestorePlan } from '../../reports/restore-plan.ts';
import type { Obtained } from './obtain.ts';

/** One of the two. */
export type Planned =
  | { readonly backup: PlannedBackup; readonly file?: undefined }
  | { readonly file: PlannedFile; readonly backup?: undefined };

export interface Described {
  readonly planned: Planned;
  readonly expected: RestorePlan['expected'];
  /** Of itself; what the target has to say comes on top. */
  readonly notes: readonly Warning[];
  readonly problems: readonly Problem[];
}

export interface Source {
  /** null: it is a file. */
  readonly chosen: ChosenBackup | null;
  /** For the plan. Nothing is brought here of a backup; a file is decoded whole. */
  describe(facts: TargetFacts, signal: AbortSignal): Promise<Described>;
  /** Everything about it verified before this resolves; talks to no server. */
  obtain(client: ClientFacts, signal: AbortSignal): Promise<Obtained>;
  /** Removes what lies decrypted on this machine's disk. */
  close(): Promise<void>;
}
