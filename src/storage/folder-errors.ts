// Turns what the file system refuses into the Problem that people read.

import {
  folderFailed,
  folderForbidden,
  folderFull,
  folderMissing,
  folderReadOnly,
  notAFolder,
} from '../problems/folder.ts';
import { Problem } from '../problems/problem.ts';

export function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' ? code : '';
}

/** `doing` completes "Could not …": `write`, `list`. Problems and aborts pass unchanged. */
export function folderProblem(error: unknown, doing: string, path: string): Error {
  if (error instanceof Problem || (error instanceof Error && error.name === 'AbortError')) return error;
  switch (codeOf(error)) {
    case 'ENOSPC':
    case 'EDQUOT':
      return folderFull(path, error);
    case 'EACCES':
    case 'EPERM':
      return folderForbidden(doing, path, error);
    case 'EROFS':
      return folderReadOnly(path, error);
    case 'ENOENT':
      return folderMissing(path, error);
    case 'ENOTDIR':
      return notAFolder(path);
    default:
      return folderFailed(doing, path, codeOf(error) || String(error), error);
  }
}

/** Runs one step on the disk and gives its failure words. */
export async function onDisk<T>(doing: string, path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw folderProblem(error, doing, path);
  }
}
