// Keeps clients in the cache of GitHub Actions. The library is large, so it is loaded only when a client has to be
// fetched at all.
import { lstat, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import type { ClientCache } from './cache.ts';
import type { Files } from './supply.ts';

const LARGEST_BYTES = 512 * 1024 ** 2;

/** `temporary`: RUNNER_TEMP. The service finds an entry by the paths it was made of, so they are the same in every run. */
export function actionsCache(temporary: string, tell: (line: string) => void): ClientCache {
  const folderOf = (prefix: string) => join(temporary, 'pg-backup-client-cache', prefix);
  return {
    load: prefix =>
      inFolder(folderOf(prefix), undefined, tell, async (cache, folder) => {
        const key = await cache.restoreCache([folder], prefix, [prefix]);
        return key === undefined ? undefined : await readFiles(folder);
      }),
    save: (prefix, key, files) =>
      inFolder(folderOf(prefix), false, tell, async (cache, folder) => {
        await writeFiles(folder, files);
        return (await cache.saveCache([folder], key)) !== -1;
      }),
  };
}

type Cache = Pick<typeof import('@actions/cache'), 'restoreCache' | 'saveCache'>;

/** In a folder that is empty before and gone afterwards. `otherwise` where there is no service or it fails. */
async function inFolder<T>(
  folder: string,
  otherwise: T,
  tell: (line: string) => void,
  work: (cache: Cache, folder: string) => Promise<T>,
): Promise<T> {
  try {
    const cache = await import('@actions/cache');
    if (!cache.isFeatureAvailable()) return otherwise;
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true, mode: 0o700 });
    return await work(cache, folder);
  } catch (error) {
    tell(`The cache of clients can't be used: ${error instanceof Error ? error.message : String(error)}`);
    return otherwise;
  } finally {
    await rm(folder, { recursive: true, force: true }).catch(() => {});
  }
}

/** Plain files only: an entry may hold anything. */
async function readFiles(folder: string): Promise<Files> {
  const files = new Map<string, Buffer>();
  let bytes = 0;
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (!entry.isFile()) continue;
    bytes += (await lstat(path)).size;
    if (bytes > LARGEST_BYTES) throw new Error('what was kept is too large');
    files.set(relative(folder, path).replaceAll('\\', '/'), await readFile(path));
  }
  return files;
}

async function writeFiles(folder: string, files: Files): Promise<void> {
  for (const [path, bytes] of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), bytes);
  }
}
