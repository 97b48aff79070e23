// Writes into a folder the way S3 takes uploads: out of sight until it is whole and on the disk, then visible under its
// name at once, and never over something that is there.
import { randomUUID } from 'node:crypto';
import { type FileHandle, link, mkdir, open, rename, rm, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { keyExists } from '../problems/storage.ts';
import { codeOf, onDisk } from './folder-errors.ts';
import { dropUnfinished, referenceOf, removeWorkFolder, WORK_FOLDER } from './folder-work.ts';
import { throwIfAborted } from './patience.ts';
import type { StoredObject, StoredUpload, Upload } from './port.ts';

export interface Target {
  readonly folder: string;
  readonly key: string;
  /** Where the object will lie. */
  readonly path: string;
  readonly stat: () => Promise<StoredObject>;
}

export class FolderUpload implements Upload {
  readonly reference: string;
  readonly #target: Target;
  readonly #work: string;
  readonly #file: FileHandle;
  readonly #signal: AbortSignal;
  #failure: unknown;
  #open = true;
  #completed = false;

  private constructor(target: Target, work: string, file: FileHandle, signal: AbortSignal) {
    this.#target = target;
    this.#work = work;
    this.#file = file;
    this.#signal = signal;
    this.reference = referenceOf(work);
  }

  static async start(target: Target, signal: AbortSignal): Promise<FolderUpload> {
    throwIfAborted(signal);
    const name = randomUUID();
    const file = await onDisk('write below', target.folder, () => openWork(target.folder, name));
    return new FolderUpload(target, name, file, signal);
  }

  async write(bytes: Uint8Array): Promise<void> {
    this.#throwIfOver();
    try {
      await onDisk('write', this.#target.path, () => writeAll(this.#file, bytes));
    } catch (error) {
      this.#failure ??= error;
      throw error;
    }
  }

  async complete(): Promise<StoredUpload> {
    this.#throwIfOver();
    const { folder, path } = this.#target;
    await onDisk('write', path, async () => {
      // The bytes first, then the name: after a power failure there is no name without its bytes.
      await this.#file.sync();
      await this.#close();
      await makeFolders(folder, dirname(path));
      this.#throwIfOver();
      await publish(join(folder, WORK_FOLDER, this.#work), path);
    });
    this.#completed = true;
    await removeWorkFolder(folder);
    return { ...(await onDisk('read', path, this.#target.stat)), shown: 'none' };
  }

  async abort(): Promise<void> {
    if (this.#completed) return;
    this.#failure ??= new DOMException('The upload was aborted', 'AbortError');
    await this.#close();
    await dropUnfinished(this.#target.folder, this.#work);
  }

  async #close(): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    await this.#file.close();
  }

  #throwIfOver(): void {
    if (this.#failure !== undefined) throw this.#failure;
    throwIfAborted(this.#signal);
  }
}

async function openWork(folder: string, name: string): Promise<FileHandle> {
  for (let tries = 3; ; tries--) {
    // Not recursive: a destination that isn't there (a missing mount) must not be made.
    await mkdir(join(folder, WORK_FOLDER), { mode: 0o700 }).catch(error => {
      if (codeOf(error) !== 'EEXIST') throw error;
    });
    try {
      return await open(join(folder, WORK_FOLDER, name), 'wx', 0o600);
    } catch (error) {
      // Another upload may have ended and taken the empty work folder away in between.
      if (codeOf(error) !== 'ENOENT' || tries === 0) throw error;
    }
  }
}

async function writeAll(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, at, bytes.length - at);
    at += bytesWritten;
  }
}

/** A name is on the disk only when the folder that holds it is. */
async function makeFolders(root: string, path: string): Promise<void> {
  if (path === root || path === dirname(path)) return;
  await makeFolders(root, dirname(path));
  const made = await mkdir(path, { mode: 0o700 }).then(
    () => true,
    error => {
      if (codeOf(error) !== 'EEXIST') throw error;
      return false;
    },
  );
  if (made) await syncFolder(dirname(path));
}

/** A hard link fails where the name is taken, which a rename doesn't. */
async function publish(work: string, path: string): Promise<void> {
  try {
    await link(work, path);
  } catch (error) {
    if (codeOf(error) === 'EEXIST') throw keyExists(path, { cause: error });
    if (!/^(EPERM|ENOTSUP|EOPNOTSUPP|ENOSYS|EMLINK)$/.test(codeOf(error))) throw error;
    await publishWithoutLinks(work, path);
  }
  await syncFolder(dirname(path));
  await rm(work, { force: true });
}

/** For file systems without hard links (exFAT, some network mounts): take the name, then rename over what we took. */
export async function publishWithoutLinks(work: string, path: string): Promise<void> {
  try {
    await (await open(path, 'wx', 0o600)).close();
  } catch (error) {
    if (codeOf(error) === 'EEXIST') throw keyExists(path, { cause: error });
    throw error;
  }
  try {
    await rename(work, path);
  } catch (error) {
    await unlink(path).catch(() => {});
    throw error;
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } catch (error) {
    // Some network file systems can't; there is nothing better to do on them.
    if (!/^(EINVAL|ENOTSUP|EOPNOTSUPP|EISDIR|EPERM|EBADF)$/.test(codeOf(error))) throw error;
  } finally {
    await folder.close();
  }
}
