// Writes a stream into a new file of this machine and hashes it on the way: nobody else may read it, nothing is ever
// overwritten, and nothing half written stays.
import { createHash } from 'node:crypto';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { Problem } from '../problems/problem.ts';
import { downloadNotWritten, fileExists, noRoomForDownload, objectChanged } from '../problems/storage.ts';
import { codeOf } from './folder-errors.ts';
import type { DownloadOptions } from './port.ts';

type Target = Pick<DownloadOptions, 'file' | 'bytes' | 'onBytes'>;

export async function saveStream(source: AsyncIterable<Buffer>, target: Target): Promise<{ sha256: string }> {
  const { file, bytes, onBytes } = target;
  const handle = await onFile(target, () => open(file, 'wx', 0o600));
  try {
    const digest = createHash('sha256');
    let written = 0;
    for await (const chunk of source) {
      digest.update(chunk);
      await onFile(target, () => writeAll(handle, chunk));
      written += chunk.length;
      onBytes?.(written);
    }
    if (written !== bytes) throw objectChanged(file);
    await onFile(target, () => handle.close());
    return { sha256: digest.digest('hex') };
  } catch (error) {
    await handle.close().catch(() => {});
    await rm(file, { force: true }).catch(() => {});
    throw error;
  }
}

/** Runs one step on the target's file and gives its failure words. */
export async function onFile<T>({ file, bytes }: Target, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Problem) throw error;
    const code = codeOf(error);
    if (code === 'EEXIST') throw fileExists(file, error);
    if (code === 'ENOSPC' || code === 'EDQUOT') throw noRoomForDownload(file, bytes, error);
    throw downloadNotWritten(file, code || String(error), error);
  }
}

async function writeAll(handle: FileHandle, bytes: Buffer): Promise<void> {
  for (let at = 0; at < bytes.length; ) {
    const { bytesWritten } = await handle.write(bytes, at, bytes.length - at);
    at += bytesWritten;
  }
}
