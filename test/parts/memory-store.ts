// A store in memory for the tests of commands: as strict as the real ones (the contract suite runs on it too), and able
// to die after any effect, which is how the commands are shown to be safe against crashes.
import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { Instant } from '../../src/backups/instant.ts';
import type { Problem } from '../../src/problems/problem.ts';
import {
  keyExists,
  objectArchived,
  objectChanged,
  objectMissing,
  objectTooLarge,
  referenceUnreadable,
} from '../../src/problems/storage.ts';
import { abortError, throwIfAborted } from '../../src/storage/patience.ts';
import type {
  History,
  ObjectStore,
  Readiness,
  Space,
  StoredObject,
  StoredUpload,
  Upload,
} from '../../src/storage/port.ts';
import { saveStream } from '../../src/storage/save-stream.ts';
import { checkKey, compareKeys } from '../../src/storage/storage-key.ts';

/** What changes the store. `abandon` counts as `abort`. */
export type Effect = 'startUpload' | 'complete' | 'abort' | 'create' | 'delete';

export interface EffectDone {
  readonly effect: Effect;
  readonly key: string;
}

export interface MemoryObject {
  bytes: Buffer;
  modifiedAt: Instant;
  contentType: string;
  tags: Readonly<Record<string, string>>;
  lockedUntil?: Instant;
  /** In an archive class: tests set it, `thaw` makes it `thawing`, and tests make it `ready`. */
  readiness?: Readiness;
}

/** The process is gone: thrown by every call from the crash on, until `revive`. */
export class Crash extends Error {
  override readonly name = 'Crash';
}

export interface MemoryStore extends ObjectStore {
  /** By key; tests may look and change as they like. */
  readonly objects: Map<string, MemoryObject>;
  /** Keys of uploads neither completed nor aborted. */
  readonly unfinished: ReadonlyMap<string, string>;
  /** In the order in which they were carried out. */
  readonly effects: readonly EffectDone[];
  /** The n-th effect from now is still carried out, but its answer never comes; 0 dies before the first. */
  crashAfter(n: number): void;
  /** A new process: calls work again, what was stored is still there. */
  revive(): void;
  /** What `space` answers. */
  disk: Space | undefined;
  /** What `history` answers; default: what lies there now, as without versions. */
  versions: (key: string) => History;
  /** Refuses effects and reads for which this returns a Problem; nothing is changed then. */
  refuse: (call: Effect | 'read' | 'list', key: string) => Problem | undefined;
}

export interface MemoryStoreOptions {
  readonly now?: () => Instant;
  readonly shown?: StoredUpload['shown'];
  readonly place?: string;
}

export function memoryStore(options: MemoryStoreOptions = {}): MemoryStore {
  const { now = () => Date.now(), shown = 'checksum', place = 'memory://store' } = options;
  const objects = new Map<string, MemoryObject>();
  const unfinished = new Map<string, string>();
  const begun = new Map<string, Instant>();
  const effects: EffectDone[] = [];
  let effectsLeft = Number.POSITIVE_INFINITY;
  let uploads = 0;

  const alive = () => {
    if (effectsLeft <= 0) throw new Crash('the process is gone');
  };
  const enter = (call: Effect | 'read' | 'list', key: string, signal?: AbortSignal) => {
    alive();
    if (signal) throwIfAborted(signal);
    if (call !== 'list') checkKey(key);
    const refused = store.refuse(call, key);
    if (refused) throw refused;
  };
  /** Carries out, counts, and dies where it was told to. */
  const carryOut = <T>(effect: Effect, key: string, work: () => T): T => {
    const result = work();
    effects.push({ effect, key });
    effectsLeft--;
    alive();
    return result;
  };
  const put = (key: string, object: MemoryObject) => {
    if (objects.has(key)) throw keyExists(`${place}/${key}`);
    objects.set(key, object);
    return stored(key, object);
  };

  const store: MemoryStore = {
    place,
    objects,
    unfinished,
    effects,
    refuse: () => undefined,
    disk: undefined,
    versions: key => (objects.has(key) ? 'once' : 'never'),
    crashAfter(n) {
      effectsLeft = n;
    },
    revive() {
      effectsLeft = Number.POSITIVE_INFINITY;
    },
    async *list(prefix, signal, after) {
      enter('list', prefix, signal);
      for (const key of [...objects.keys()].sort(compareKeys)) {
        throwIfAborted(signal);
        const object = objects.get(key);
        if (after !== undefined && compareKeys(key, after) <= 0) continue;
        if (object && key.startsWith(prefix)) yield stored(key, object);
      }
    },
    async read(key, { maxBytes, signal }) {
      enter('read', key, signal);
      const object = objects.get(key);
      if (!object) return undefined;
      if (object.bytes.length > maxBytes)
        throw objectTooLarge(`${place}/${key}`, object.bytes.length, maxBytes);
      return { bytes: Buffer.from(object.bytes), object: stored(key, object) };
    },
    async *stream(key, { etag, signal }) {
      enter('read', key, signal);
      const object = objects.get(key);
      if (!object) throw objectMissing(`${place}/${key}`);
      if (etag !== undefined && stored(key, object).etag !== etag) throw objectChanged(`${place}/${key}`);
      if (object.readiness !== undefined && object.readiness !== 'ready')
        throw objectArchived(`${place}/${key}`);
      // Lent, as every store lends its buffers.
      const lent = Buffer.alloc(65_536);
      for (let at = 0; at < object.bytes.length; at += 65_536) {
        alive();
        throwIfAborted(signal);
        yield lent.subarray(0, object.bytes.copy(lent, 0, at, at + 65_536));
        lent.fill('#');
      }
    },
    download: (key, how) => saveStream(store.stream(key, how), how),
    async readiness(key, signal) {
      enter('read', key, signal);
      const object = objects.get(key);
      if (!object) throw objectMissing(`${place}/${key}`);
      return object.readiness ?? 'ready';
    },
    async thaw(key, { signal }) {
      if ((await store.readiness(key, signal)) !== 'archived') return store.readiness(key, signal);
      const object = objects.get(key);
      if (object) object.readiness = 'thawing';
      return 'thawing';
    },
    async create(key, bytes, { contentType, signal }) {
      enter('create', key, signal);
      const object = { bytes: Buffer.from(bytes), modifiedAt: now(), contentType, tags: {} };
      return carryOut('create', key, () => put(key, object));
    },
    async startUpload(key, { contentType, tags = {}, signal }) {
      enter('startUpload', key, signal);
      const id = String(++uploads);
      begun.set(id, now());
      carryOut('startUpload', key, () => unfinished.set(id, key));
      return memoryUpload(id, key, { contentType, tags, signal });
    },
    async abandon(reference, signal) {
      const id = /^memory:(\d+)$/.exec(reference)?.[1];
      if (id === undefined) throw referenceUnreadable(reference);
      const key = unfinished.get(id);
      if (key === undefined) return;
      enter('abort', key, signal);
      carryOut('abort', key, () => unfinished.delete(id));
    },
    async *unfinishedUploads(prefix, signal) {
      enter('list', prefix, signal);
      for (const [id, key] of unfinished) {
        const touchedAt = begun.get(id) ?? 0;
        if (key.startsWith(prefix)) yield { reference: `memory:${id}`, key, touchedAt };
      }
    },
    async history(key, signal) {
      enter('list', key, signal);
      return store.versions(key);
    },
    async delete(key, { etag, signal }) {
      enter('delete', key, signal);
      const object = objects.get(key);
      if (!object) return 'absent';
      if (stored(key, object).etag !== etag) return 'changed';
      if ((object.lockedUntil ?? 0) > now()) return 'locked';
      return carryOut('delete', key, () => {
        objects.delete(key);
        return 'deleted' as const;
      });
    },
    async lockedUntil(key, signal) {
      enter('read', key, signal);
      return objects.get(key)?.lockedUntil;
    },
    async space() {
      return store.disk;
    },
    async time(signal) {
      alive();
      throwIfAborted(signal);
      return now();
    },
    close() {},
  };

  function memoryUpload(
    id: string,
    key: string,
    options: { contentType: string; tags: Readonly<Record<string, string>>; signal: AbortSignal },
  ): Upload {
    const chunks: Buffer[] = [];
    let state: 'open' | 'completed' | 'aborted' = 'open';
    const requireOpen = () => {
      alive();
      throwIfAborted(options.signal);
      if (state === 'aborted') throw abortError(AbortSignal.abort());
    };
    return {
      reference: `memory:${id}`,
      async write(bytes) {
        requireOpen();
        chunks.push(Buffer.from(bytes));
      },
      async complete() {
        requireOpen();
        enter('complete', key, options.signal);
        const bytes = Buffer.concat(chunks);
        const { contentType, tags } = options;
        const object = carryOut('complete', key, () => {
          const put_ = put(key, { bytes, modifiedAt: now(), contentType, tags });
          unfinished.delete(id);
          state = 'completed';
          return put_;
        });
        const checksum = `CRC32:${crc32(bytes).toString(16).padStart(8, '0')}`;
        return { ...object, shown, ...(shown === 'checksum' ? { checksum } : {}) };
      },
      async abort() {
        alive();
        if (state !== 'open') return;
        enter('abort', key);
        carryOut('abort', key, () => unfinished.delete(id));
        state = 'aborted';
      },
    };
  }

  return store;
}

function stored(key: string, { bytes, modifiedAt, readiness }: MemoryObject): StoredObject {
  const etag = createHash('md5').update(bytes).update(String(modifiedAt)).digest('hex');
  const archived = readiness === undefined ? {} : { storageClass: 'GLACIER' };
  return { key, bytes: bytes.length, etag, modifiedAt, ...archived };
}
