// What is restored, wherever it comes from: a backup of the destination, or a file on this machine. Modes work with what
// it hands out and know nothing of the difference.
import type { Identity } from '../../backups/manifest.ts';
import type { ClientFacts } from '../../postgres/port.ts';
import type { TargetFacts } from '../../postgres/target-port.ts';
import type { Problem, Warning } from '../../problems/problem.ts';
import type { Proof } from '../../proof/proof.ts';
import type { PlannedBackup, PlannedFile, RestorePlan } from '../../reports/restore-plan.ts';
import type { Obtained } from './obtain.ts';

/** One of the two. */
export type Planned =
  | { readonly backup: PlannedBackup; readonly file?: undefined }
  | { readonly file: PlannedFile; readonly backup?: undefined };

/** What a change of a live database has to know of what it is changed to. */
export interface Contents {
  readonly encrypted: boolean;
  /** null: a file doesn't say. */
  readonly identity: Identity | null;
  /** Under which its backups lie; undefined: nobody knows. */
  readonly name: string | undefined;
  proof(signal: AbortSignal): Promise<Proof>;
}

export interface Described {
  readonly planned: Planned;
  /** null where `problems` say why nothing can be known of them. */
  readonly contents: Contents | null;
  readonly expected: RestorePlan['expected'];
  /** Of itself; what the target has to say comes on top. */
  readonly notes: readonly Warning[];
  readonly problems: readonly Problem[];
}

export interface Source {
  /** For the plan. Nothing is brought here of a backup; a file is decoded whole. */
  describe(facts: TargetFacts, signal: AbortSignal): Promise<Described>;
  /** Everything about it verified before this resolves; talks to no server. */
  obtain(client: ClientFacts, signal: AbortSignal): Promise<Obtained>;
  /** Removes what lies decrypted on this machine's disk. */
  close(): Promise<void>;
}

const ID_DIGITS = 8;

/** In the names of what is made of it: the same for every run with the same backup or file. */
export function sourceIdOf({ backup, file }: Planned | Pick<RestorePlan, 'backup' | 'file'>): string {
  return backup?.id ?? file?.backupId ?? file?.sha256.slice(0, ID_DIGITS) ?? '';
}
