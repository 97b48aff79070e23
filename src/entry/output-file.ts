// Where `fetch` writes: a file that appears under its name only when it is whole and was found good, or standard output.
import { randomBytes } from 'node:crypto';
import { type FileHandle, link, open, rename, rm, stat } from 'node:fs/promises';
import type { Sink } from '../commands/fetch/fetch.ts';
import { outputClosed } from '../problems/fetch.ts';
import { downloadNotWritten, fileExists, noRoomForDownload } from '../problems/storage.ts';

/** Mode 0600; never over a file that is there. */
export async function openFileSink(path: string): Promise<Sink> {
  if (await exists(path)) throw fileExists(path);
  const unfinished = `${path}.${randomBytes(4).toString('hex')}.unfinished`;
  const handle = await onDisk(path, () => open(unfinished, 'wx', 0o600));
  let written = 0;
  return {
    async write(bytes) {
      await onDisk(path, () => writeAll(handle, bytes), written + bytes.length);
      written += bytes.length;
    },
    keep: () =>
      onDisk(path, async () => {
        await handle.sync();
        await handle.close();
        await publish(unfinished, path);
      }),
    async discard() {
      await handle.close().catch(() => {});
      await rm(unfinished, { force: true }).catch(() => {});
    },
  };
}

/** What was written can't be taken back: the exit status says whether it counts. */
export function openStreamSink(stream: NodeJS.WriteStream): Sink {
  let failed: unknown;
  stream.on('error', error => {
    failed ??= error;
  });
  const write = (bytes: Buffer) =>
    new Promise<void>((resolve, reject) => {
      if (failed !== undefined) return reject(outputClosed(failed));
      stream.write(bytes, error => (error ? reject(outputClosed(error)) : resolve()));
    });
  return { write, keep: async () => {}, discard: async () => {} };
}

/** A hard link fails where the name was taken meanwhile, which a rename doesn't. */
async function publish(unfinished: string, path: string): Promise<void> {
  try {
    await link(unfinished, path);
  } catch (error) {
    if (codeOf(error) === 'EEXIST' || (await exists(path))) throw fileExists(path, error);
    await rename(unfinished, path);
    return;
  }
  await rm(unfinished, { force: true });
}

async function onDisk<T>(path: string, work: () => Promise<T>, bytes = 0): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const code = codeOf(error);
    if (code === '') throw error;
    if (code === 'ENOSPC' || code === 'EDQUOT') throw noRoomForDownload(path, bytes, error);
    throw downloadNotWritten(path, code, error);
  }
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

function codeOf(error: unknown): string {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' && /^E[A-Z]+$/.test(code) ? code : '';
}

async function writeAll(handle: FileHandle, bytes: Buffer): Promise<void> {
  for (let at = 0; at < bytes.length; ) {
    const { bytesWritten } = await handle.write(bytes, at, bytes.length - at);
    at += bytesWritten;
  }
}
