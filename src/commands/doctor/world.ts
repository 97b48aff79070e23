// The outside as the doctor sees it. A store that can't even be opened is a finding like others, so it comes as an answer.
import type { Problem } from '../../problems/problem.ts';
import type { ObjectStore } from '../../storage/port.ts';
import type { StoreSetup } from '../../storage/setup-port.ts';
import type { World } from '../world.ts';

/** What was asked, or why there is no answer. */
export type Answer<T> = { readonly ok: T } | { readonly not: readonly Problem[] };

export interface Bucket {
  readonly store: ObjectStore;
  /** null: a folder. */
  readonly setup: StoreSetup | null;
}

/** Where the credentials for the store come from; `none`: a folder needs none. */
export type Credentials = 'role' | 'long-lived-keys' | 'elsewhere' | 'none';

/** What the entry alone knows of the machine and the job. */
export interface Workshop {
  /** The event that started the workflow; null on a terminal. */
  readonly event: string | null;
  readonly credentials: Credentials;
  readonly cores: number;
  /** Of the disk that the work folder lies on. */
  readonly freeBytes: number;
  /** Ways in which people are told how a run ended: `Slack`, `e-mail`, … */
  readonly messages: readonly string[];
  readonly ping: boolean;
}

export interface DoctorWorld extends Omit<World, 'store'> {
  readonly bucket: Answer<Bucket>;
  readonly workshop: Workshop;
}
