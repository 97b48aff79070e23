// Copies an object of a folder into a file of its own: shared blocks where the file system can do that (no bytes move,
// no room is taken), else a copy like any other.

import { createHash } from 'node:crypto';
import { constants, createReadStream } from 'node:fs';
import { chmod, copyFile, rm } from 'node:fs/promises';
import { throwIfAborted } from './patience.ts';
import type { DownloadOptions } from './port.ts';
import { onFile, saveStream } from './save-stream.ts';

/** `stream` reads the same object; `path` was just seen to hold the version that is meant. */
export async function copyObject(
  path: string,
  stream: () => AsyncIterable<Buffer>,
  how: DownloadOptions,
): Promise<{ sha256: string }> {
  const shared = constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE_FORCE;
  const isShared = await copyFile(path, how.file, shared).then(
    () => true,
    () => false,
  );
  if (!isShared) return saveStream(stream(), how);
  try {
    return await onFile(how, async () => {
      await chmod(how.file, 0o600);
      return { sha256: await hashFile(how) };
    });
  } catch (error) {
    await rm(how.file, { force: true }).catch(() => {});
    throw error;
  }
}

async function hashFile({ file, onBytes, signal }: DownloadOptions): Promise<string> {
  const digest = createHash('sha256');
  let read = 0;
  for await (const chunk of createReadStream(file, { highWaterMark: 1024 * 1024 })) {
    throwIfAborted(signal);
    digest.update(chunk);
    read += chunk.length;
    onBytes?.(read);
  }
  return digest.digest('hex');
}
