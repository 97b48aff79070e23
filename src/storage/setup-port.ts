// How a store is set up, as far as anybody may look: what decides whether a backup can be taken away, and by whom. Asked by
// `doctor` alone; no other command depends on an answer.

/** `forbidden`: the role may not look; `unknown`: the store has no such setting. */
export type Seen<T> = { readonly is: T } | 'forbidden' | 'unknown';

export interface LifecycleRule {
  /** As its owner called it; '' where it has no name. */
  readonly id: string;
  /** Whether it touches keys below the destination, whatever their tags. */
  readonly here: boolean;
  /** Limited to objects with some tag. */
  readonly byTag: boolean;
  readonly abortsUploads: boolean;
  /** Deletes the current version of an object, by its age. */
  readonly expires: boolean;
  readonly expiresVersions: boolean;
  /** Storage classes that objects are moved to. */
  readonly movesTo: readonly string[];
}

export interface StoreSetup {
  versioning(signal: AbortSignal): Promise<Seen<'on' | 'off' | 'suspended'>>;
  /** `by-default`: every new object is locked for a time; `possible`: only where somebody asks for it. */
  objectLock(signal: AbortSignal): Promise<Seen<'by-default' | 'possible' | 'off'>>;
  /** Rules in force. */
  lifecycle(signal: AbortSignal): Promise<Seen<readonly LifecycleRule[]>>;
  /**
   * Writes to a key that holds something, on the condition that it holds nothing. `ignored`: it was overwritten;
   * `unknown`: the store says that it knows no such condition.
   */
  overwrite(key: string, bytes: Buffer, signal: AbortSignal): Promise<'refused' | 'ignored' | 'unknown'>;
}
