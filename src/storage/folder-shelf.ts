// The shelf that is a folder: each file is written beside its name and then renamed over it, so that a web server or
// Prometheus's node exporter never reads half of one.
import { randomUUID } from 'node:crypto';
import { rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { onDisk } from './folder-errors.ts';
import { throwIfAborted } from './patience.ts';
import type { Shelf } from './shelf-port.ts';
import { checkKey } from './storage-key.ts';

/** Others are meant to read it. */
const MODE = 0o644;

export function openFolderShelf(options: { folder: string }): Shelf {
  const folder = resolve(options.folder);
  return {
    place: `file://${folder}`,
    async put(file, text, { signal }) {
      throwIfAborted(signal);
      checkKey(file);
      const path = join(folder, file);
      const work = join(folder, `.${randomUUID()}.tmp`);
      await onDisk('write', path, async () => {
        try {
          await writeFile(work, text, { mode: MODE, flag: 'wx' });
          await rename(work, path);
        } catch (error) {
          await rm(work, { force: true });
          throw error;
        }
      });
    },
    close() {},
  };
}
