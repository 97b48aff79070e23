// Walks a folder in the order in which S3 would list it, and says what a file is as an object.
import type { BigIntStats, Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf, onDisk } from './folder-errors.ts';
import { WORK_FOLDER } from './folder-work.ts';
import { throwIfAborted } from './patience.ts';
import type { StoredObject } from './port.ts';
import { compareKeys } from './storage-key.ts';

export type Stat = Pick<BigIntStats, 'size' | 'mtimeNs' | 'mtimeMs' | 'ino' | 'isFile'>;

/** Changes with content and with replacement: nothing here is ever written in place. */
export function etagOf({ size, mtimeNs, ino }: Stat): string {
  return `${size}-${mtimeNs.toString(36)}-${ino.toString(36)}`;
}

export function storedFile(key: string, found: Stat): StoredObject {
  return { key, bytes: Number(found.size), etag: etagOf(found), modifiedAt: Number(found.mtimeMs) };
}

/** Files whose key starts with `prefix` and sorts after `after`; symbolic links are not followed, they may lead out of the folder. */
export async function* listFolder(
  folder: string,
  wanted: { readonly prefix: string; readonly after: string | undefined },
  signal: AbortSignal,
  below = '',
): AsyncGenerator<StoredObject> {
  throwIfAborted(signal);
  const { prefix, after } = wanted;
  const here = join(folder, below);
  for (const entry of await entriesOf(here)) {
    const key = below + entry.name;
    if (key === WORK_FOLDER) continue;
    if (entry.isDirectory()) {
      const inside = `${key}/`;
      if (inside.startsWith(prefix) || prefix.startsWith(inside))
        yield* listFolder(folder, wanted, signal, inside);
    } else if (entry.isFile() && key.startsWith(prefix) && isAfter(key, after)) {
      const found = await onDisk('look at', join(folder, key), () =>
        stat(join(folder, key), { bigint: true }).catch(vanished),
      );
      if (found) yield storedFile(key, found);
    }
  }
}

function isAfter(key: string, after: string | undefined): boolean {
  return after === undefined || compareKeys(key, after) > 0;
}

/** A folder sorts as its name with a slash, as in the keys below it. */
async function entriesOf(path: string): Promise<Dirent[]> {
  const entries = await onDisk('list', path, () => readdir(path, { withFileTypes: true }).catch(vanished));
  const sortName = (entry: Dirent) => (entry.isDirectory() ? `${entry.name}/` : entry.name);
  return (entries ?? []).toSorted((a, b) => compareKeys(sortName(a), sortName(b)));
}

function vanished(error: unknown): undefined {
  if (codeOf(error) === 'ENOENT') return undefined;
  throw error;
}
