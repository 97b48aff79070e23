// The store that is a folder: a disk, or a network mount, in which backups lie exactly as they would in a bucket.
import { open, stat, statfs, unlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { notAFolder } from '../problems/folder.ts';
import { keyUnsafe, objectChanged, objectMissing, objectTooLarge } from '../problems/storage.ts';
import { copyObject } from './folder-download.ts';
import { codeOf, onDisk } from './folder-errors.ts';
import { etagOf, listFolder, type Stat, storedFile } from './folder-list.ts';
import { FolderUpload, type Target } from './folder-upload.ts';
import { dropUnfinished, listUnfinished, parseReference, referenceOf, WORK_FOLDER } from './folder-work.ts';
import { throwIfAborted } from './patience.ts';
import type { ObjectStore } from './port.ts';
import { checkKey } from './storage-key.ts';

const CHUNK = 1024 * 1024;

/** `folder` must exist: a destination on a volume that isn't mounted must fail, not fill the disk below. */
export function openFolderStore(options: { folder: string }): ObjectStore {
  const folder = resolve(options.folder);
  const store: ObjectStore = {
    place: `file://${folder}`,
    async *list(prefix, signal, after) {
      await requireFolder(folder);
      yield* listFolder(folder, { prefix, after }, signal);
    },
    async read(key, { maxBytes, signal }) {
      throwIfAborted(signal);
      const path = pathOf(folder, key);
      const opened = await openToRead(folder, path);
      if (!opened) return undefined;
      const { file } = opened;
      const object = storedFile(key, opened.stat);
      try {
        if (object.bytes > maxBytes) throw objectTooLarge(path, object.bytes, maxBytes);
        return { bytes: await onDisk('read', path, () => file.readFile()), object };
      } finally {
        await file.close();
      }
    },
    async *stream(key, { etag, signal }) {
      const path = pathOf(folder, key);
      const opened = await openToRead(folder, path);
      if (!opened) throw objectMissing(path);
      const { file, stat: found } = opened;
      try {
        if (etag !== undefined && etagOf(found) !== etag) throw objectChanged(path);
        const buffer = Buffer.allocUnsafeSlow(CHUNK);
        for (;;) {
          throwIfAborted(signal);
          const { bytesRead } = await onDisk('read', path, () => file.read(buffer, 0, CHUNK));
          if (bytesRead === 0) return;
          yield buffer.subarray(0, bytesRead);
        }
      } finally {
        await file.close();
      }
    },
    async download(key, how) {
      throwIfAborted(how.signal);
      const path = pathOf(folder, key);
      const found = await statFile(path);
      if (!found) throw objectMissing(path);
      if (etagOf(found) !== how.etag) throw objectChanged(path);
      return copyObject(path, () => store.stream(key, how), how);
    },
    async readiness(key, signal) {
      throwIfAborted(signal);
      const path = pathOf(folder, key);
      if (!(await statFile(path))) throw objectMissing(path);
      return 'ready';
    },
    thaw: (key, { signal }) => store.readiness(key, signal),
    async create(key, bytes, { signal }) {
      const upload = await FolderUpload.start(targetOf(folder, key), signal);
      try {
        await upload.write(bytes);
        const { shown: _, ...object } = await upload.complete();
        return object;
      } catch (error) {
        await upload.abort();
        throw error;
      }
    },
    startUpload: async (key, { signal }) => FolderUpload.start(targetOf(folder, key), signal),
    async abandon(reference, signal) {
      throwIfAborted(signal);
      await dropUnfinished(folder, parseReference(reference));
    },
    async *unfinishedUploads(_, signal) {
      await requireFolder(folder);
      for await (const { work, touchedAt } of listUnfinished(folder)) {
        throwIfAborted(signal);
        yield { reference: referenceOf(work), key: null, touchedAt };
      }
    },
    async history(key, signal) {
      throwIfAborted(signal);
      return (await statFile(pathOf(folder, key))) ? 'once' : 'never';
    },
    async delete(key, { etag, signal }) {
      throwIfAborted(signal);
      const path = pathOf(folder, key);
      const found = await statFile(path);
      if (!found) return 'absent';
      if (etagOf(found) !== etag) return 'changed';
      return onDisk('delete', path, async () => {
        await unlink(path);
        return 'deleted' as const;
      });
    },
    async lockedUntil() {
      return undefined;
    },
    async space(signal) {
      throwIfAborted(signal);
      const { bavail, blocks, bsize } = await onDisk('look at', folder, () => statfs(folder));
      return { free: bavail * bsize, total: blocks * bsize };
    },
    async time() {
      return Date.now();
    },
    close() {},
  };
  return store;
}

function pathOf(folder: string, key: string): string {
  checkKey(key);
  if (key.split('/')[0] === WORK_FOLDER) throw keyUnsafe(key);
  return join(folder, key);
}

function targetOf(folder: string, key: string): Target {
  const path = pathOf(folder, key);
  return {
    folder,
    key,
    path,
    stat: async () => storedFile(key, await stat(path, { bigint: true })),
  };
}

async function requireFolder(folder: string): Promise<void> {
  const found = await onDisk('open', folder, () => stat(folder));
  if (!found.isDirectory()) throw notAFolder(folder);
}

/** undefined: no file there. That the destination itself is missing is a Problem, not an absent object. */
async function openToRead(folder: string, path: string) {
  const file = await onDisk('read', path, () => open(path, 'r').catch(absent));
  if (!file) {
    await requireFolder(folder);
    return undefined;
  }
  const found = await file.stat({ bigint: true });
  if (found.isFile()) return { file, stat: found };
  await file.close();
  return undefined;
}

async function statFile(path: string): Promise<Stat | undefined> {
  const found = await onDisk('look at', path, () => stat(path, { bigint: true }).catch(absent));
  return found?.isFile() ? found : undefined;
}

function absent(error: unknown): undefined {
  if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return undefined;
  throw error;
}
