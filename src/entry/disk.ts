// Files of one run, in its own 0700 folder: where an archive lies while it is verified and restored.
import { createWriteStream } from 'node:fs';
import { rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Disk } from '../commands/restore/world.ts';

export function openDisk(folder: string): Disk {
  return {
    folder,
    path: name => join(folder, name),
    // A buffer of the source is lent until the next is asked for, and a stream keeps what it is given: copied.
    write: (path, content) =>
      pipeline(Readable.from(copies(content)), createWriteStream(path, { flags: 'wx', mode: 0o600 })),
    remove: path => rm(path, { force: true }),
    async freeBytes() {
      const { bavail, bsize } = await statfs(folder);
      return bavail * bsize;
    },
  };
}

async function* copies(content: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  for await (const piece of content) yield Buffer.from(piece);
}
