// What the commands need of the place that holds the backups. Keys are relative to the destination's prefix and
// always use `/`. Every method throws `Problem` (problems/storage.ts) and nothing else, except `AbortError` when
// its signal was aborted. One contract suite (test/contract/object-store.contract.ts) runs on every
// implementation.
import type { Instant } from '../backups/instant.ts';

export interface StoredObject {
  readonly key: string;
  readonly bytes: number;
  /** As the store gives it, without quotes; for folders derived from size, mtime and inode. */
  readonly etag: string;
  readonly modifiedAt: Instant;
  readonly storageClass?: string;
}

/** What is known of an upload once the store has accepted it whole. */
export interface StoredUpload extends StoredObject {
  /**
   * How the store showed that it holds the bytes that were sent: its full-object checksum equals ours, or its
   * multipart ETag equals the one computed here. `none`: the caller must read the bytes back.
   */
  readonly shown: 'checksum' | 'etag' | 'none';
  /** e.g. `CRC32:1a2b3c4d`, where the store answered with one. */
  readonly checksum?: string;
}

export interface Upload {
  /** Names the unfinished upload for `abandon` in a later process (state of the `post` step). No secret in it. */
  readonly reference: string;
  /** Copies the bytes before it resolves; resolves late when parts wait for the network (back-pressure). */
  write(bytes: Uint8Array): Promise<void>;
  /**
   * Makes the object visible, whole, only if nothing has its key yet. A lost answer is settled by asking the store
   * what is there. After a failure the caller calls `abort`.
   */
  complete(): Promise<StoredUpload>;
  /** Idempotent. Resolves when the parts are really gone; throws if that could not be seen. Never aborts a completed upload. */
  abort(): Promise<void>;
}

export interface UploadOptions {
  /** Expected size, at best an upper bound: sizes the parts. A larger stream still works, up to the store's limit. */
  readonly expectedBytes: number;
  readonly contentType: string;
  /** Object tags (`pg-backup-tier`), where the store knows tags. */
  readonly tags?: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

export interface StreamOptions {
  /** Only this version, as a listing gave it. */
  readonly etag?: string;
  /** Its size. With both known, a large object comes through several connections at once, still in order. */
  readonly bytes?: number;
  /** How many; default: the store's own. */
  readonly connections?: number;
  readonly signal: AbortSignal;
}

export interface DownloadOptions extends StreamOptions {
  readonly etag: string;
  readonly bytes: number;
  /** Path of a file that isn't there yet; made with mode 0600, and removed again after a failure. */
  readonly file: string;
  /** Told how many bytes are written, every now and then. */
  readonly onBytes?: (bytes: number) => void;
}

/** `archived`: must be brought back before it can be read; `thawing`: that was asked for and takes minutes to days. */
export type Readiness = 'ready' | 'archived' | 'thawing';

/** An upload that was begun and neither completed nor dropped. */
export interface UnfinishedUpload {
  /** What `abandon` takes. */
  readonly reference: string;
  /** null where the store can't tell: in a folder. */
  readonly key: string | null;
  /** When it was begun; in a folder, when it was last written to. */
  readonly touchedAt: Instant;
}

/** `once`: an object was there, now or before; `unknown`: the role may not ask. Stores without versions know of now only. */
export type History = 'never' | 'once' | 'unknown';

/** Bytes, as this user may still fill them. */
export interface Space {
  readonly free: number;
  readonly total: number;
}

export type Deletion = 'deleted' | 'absent' | 'changed' | 'locked';

export interface ObjectStore {
  /** For people, e.g. `s3://bucket/prefix`; never parsed. */
  readonly place: string;
  /**
   * All objects whose key starts with `prefix`, in key order, page by page; unfinished uploads are not objects. With
   * `after`, only keys that sort after it: what lies before is not even asked for.
   */
  list(prefix: string, signal: AbortSignal, after?: string): AsyncIterable<StoredObject>;
  /** A small object whole, or undefined if there is none; refuses more than `maxBytes`. */
  read(
    key: string,
    options: { maxBytes: number; signal: AbortSignal },
  ): Promise<{ bytes: Buffer; object: StoredObject } | undefined>;
  /**
   * The bytes of an object as they lie there, resumed after a cut connection only while the ETag stays the same. A
   * buffer holds its bytes only until the next is asked for.
   */
  stream(key: string, options: StreamOptions): AsyncIterable<Buffer>;
  /** Writes exactly that version into a file; resolves with the lower-case hex SHA-256 of what the file holds. */
  download(key: string, options: DownloadOptions): Promise<{ sha256: string }>;
  /** Whether the object can be read now; stores without archive classes answer `ready`. */
  readiness(key: string, signal: AbortSignal): Promise<Readiness>;
  /** Asks for an archived object to be readable for so many days. Idempotent; resolves with what it is then. */
  thaw(key: string, options: { days: number; signal: AbortSignal }): Promise<Readiness>;
  /** Puts a small object, only if nothing has its key yet. Retried; a lost answer is settled by reading back. */
  create(
    key: string,
    bytes: Buffer,
    options: { contentType: string; signal: AbortSignal },
  ): Promise<StoredObject>;
  startUpload(key: string, options: UploadOptions): Promise<Upload>;
  /** Drops what an earlier process left: idempotent, and silent if there is nothing. */
  abandon(reference: string, signal: AbortSignal): Promise<void>;
  /**
   * Uploads to keys that start with `prefix`; where the keys aren't known all there are. Silent on stores that don't list
   * them (MinIO drops them by itself).
   */
  unfinishedUploads(prefix: string, signal: AbortSignal): AsyncIterable<UnfinishedUpload>;
  /** Whether an object with this key was ever there, as far as versions and delete markers tell. */
  history(key: string, signal: AbortSignal): Promise<History>;
  /** Deletes only if the object still has this ETag (where the store can check that). A locked object is left. */
  delete(key: string, options: { etag: string; signal: AbortSignal }): Promise<Deletion>;
  /** Until when a retention lock or legal hold (Infinity) keeps this object; undefined where there is none. */
  lockedUntil(key: string, signal: AbortSignal): Promise<Instant | undefined>;
  /** Of the disk that the store lies on; undefined where there is none to speak of. */
  space(signal: AbortSignal): Promise<Space | undefined>;
  /** The store's clock, from the `Date` of an answer. Folders answer with this machine's. */
  time(signal: AbortSignal): Promise<Instant>;
  /** Frees sockets. The store is not used afterwards. */
  close(): void;
}
