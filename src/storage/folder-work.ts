// The hidden folder in which uploads into a folder lie until they are whole, and what a crash leaves in it.
import { readdir, rm, rmdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Instant } from '../backups/instant.ts';
import { referenceUnreadable } from '../problems/storage.ts';
import { codeOf, onDisk } from './folder-errors.ts';

/** Inside the destination: a rename only works within one file system. */
export const WORK_FOLDER = '.pg-backup-unfinished';

/** Names are UUIDs: nothing else in there is ours. */
const WORK_NAME = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export function referenceOf(work: string): string {
  return JSON.stringify({ unfinished: work });
}

export function parseReference(reference: string): string {
  try {
    const { unfinished } = JSON.parse(reference);
    if (typeof unfinished === 'string' && WORK_NAME.test(unfinished)) return unfinished;
  } catch {
    // Told below.
  }
  throw referenceUnreadable(reference);
}

export async function* listUnfinished(
  folder: string,
): AsyncGenerator<{ readonly work: string; readonly touchedAt: Instant }> {
  const path = join(folder, WORK_FOLDER);
  const names = (await onDisk('list', path, () => readdir(path).catch(vanished))) ?? [];
  for (const work of names.filter(name => WORK_NAME.test(name)).sort()) {
    const found = await onDisk('look at', path, () => stat(join(path, work)).catch(vanished));
    if (found?.isFile()) yield { work, touchedAt: found.mtimeMs };
  }
}

/** Silent if there is nothing. */
export async function dropUnfinished(folder: string, work: string): Promise<void> {
  const path = join(folder, WORK_FOLDER, work);
  await onDisk('remove', path, () => rm(path, { force: true }));
  await removeWorkFolder(folder);
}

export async function removeWorkFolder(folder: string): Promise<void> {
  // Not empty: somebody else's upload. It costs nothing to leave it.
  await rmdir(join(folder, WORK_FOLDER)).catch(() => {});
}

function vanished(error: unknown): undefined {
  if (codeOf(error) === 'ENOENT') return undefined;
  throw error;
}
