// One stored file as it streams by: whoever reads it takes what it needs, and at the end it is judged by what the
// manifest says of its bytes. Nothing that was read before counts until then.
import { createHash } from 'node:crypto';
import type { ListedObject } from '../backups/holdings.ts';
import type { Manifest, StoredFile } from '../backups/manifest.ts';
import { identityMissing } from '../problems/keys.ts';
import type { Problem } from '../problems/problem.ts';
import { storedBytesChanged } from '../problems/verify.ts';
import type { OpeningWorld } from './world.ts';

export class StoredBytes implements AsyncIterable<Buffer> {
  read = 0;
  readonly #file: StoredFile;
  readonly #source: AsyncIterator<Buffer>;
  readonly #digest = createHash('sha256');
  readonly #onBytes: ((bytes: number) => void) | undefined;
  #ended = false;
  /** What the store broke off with: that says nothing about the bytes. */
  #failure: { readonly error: unknown } | undefined;

  /** `object` is the version that was listed: no other one is read. */
  constructor(
    world: Pick<OpeningWorld, 'store'>,
    file: StoredFile,
    object: ListedObject,
    options: { readonly signal: AbortSignal; readonly onBytes?: (bytes: number) => void },
  ) {
    const { etag, bytes } = object;
    this.#file = file;
    this.#onBytes = options.onBytes;
    const { signal } = options;
    this.#source = world.store.stream(file.key, { etag, bytes, signal })[Symbol.asyncIterator]();
  }

  /** May be left early and taken up again: `judge` still needs the rest. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    for (let next = await this.#next(); next; next = await this.#next()) yield next;
  }

  /** Reads what nobody has read yet. undefined: these are the bytes that the manifest names. Throws what the store threw. */
  async judge(): Promise<Problem | undefined> {
    if (this.#failure) throw this.#failure.error;
    for await (const _ of this) {
      // Only its digest matters.
    }
    const { key, bytes, sha256 } = this.#file;
    const same = this.read === bytes && this.#digest.digest('hex') === sha256;
    return same ? undefined : storedBytesChanged(key, this.read, bytes);
  }

  /** Idempotent. */
  async close(): Promise<void> {
    this.#ended = true;
    await this.#source.return?.();
  }

  async #next(): Promise<Buffer | undefined> {
    if (this.#ended) return undefined;
    const { done, value } = await this.#source.next().catch((error: unknown) => {
      this.#failure = { error };
      throw error;
    });
    if (done) {
      this.#ended = true;
      return undefined;
    }
    this.#digest.update(value);
    this.read += value.length;
    this.#onBytes?.(this.read);
    return value;
  }
}

/** What was sealed, where the backup is encrypted; throws a Problem where no identity is set to open it with. */
export function opened(
  world: OpeningWorld,
  { encryption }: Pick<Manifest, 'encryption'>,
  stored: AsyncIterable<Buffer>,
  key: string,
): AsyncIterable<Buffer> {
  if (encryption === null) return stored;
  if (world.opener === null) throw identityMissing(key);
  return world.opener.open(stored, key);
}
