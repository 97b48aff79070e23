// What the catalog is made from: the store's listing and whatever was read and checked of it, as plain data.
import type { ParsedEvidence } from './evidence.ts';
import type { Instant } from './instant.ts';
import type { Identity } from './manifest.ts';
import type { ParsedManifest } from './parse-manifest.ts';

/** `unsigned` only where keys are set; where none are, everything is `not-required`. */
export type SignatureState = 'valid' | 'invalid' | 'unknown-key' | 'unsigned' | 'not-required';

/** An object as the store lists it. */
export interface ListedObject {
  readonly key: string;
  readonly bytes: number;
  readonly etag: string;
  readonly modifiedAt: Instant;
  /** Where it is not the store's usual one: it may have to be brought back from an archive first. */
  readonly storageClass?: string;
}

/** Something that was read and parsed, with what became of its signature. */
export interface Signed<T> {
  readonly content: T;
  readonly signature: SignatureState;
}

/** Everything that is known when the catalog is made. */
export interface Holdings {
  readonly name: string;
  /** All that lies under `namePrefix(name)`, in any order. */
  readonly objects: readonly ListedObject[];
  /** By key, one for each manifest listed. */
  readonly manifests: ReadonlyMap<string, Signed<ParsedManifest>>;
  /** By key; evidence that was not read says nothing. */
  readonly evidence: ReadonlyMap<string, Signed<ParsedEvidence>>;
  /** Of the database as it was asked just now, where this command asks one. */
  readonly identity?: Identity;
  /** Fingerprints given as `accept-identity`. */
  readonly accepted?: readonly string[];
  readonly now: Instant;
}
