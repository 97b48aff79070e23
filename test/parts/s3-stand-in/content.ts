// Where the bytes of objects and parts lie: small ones in memory, everything else in files of one folder, so that
// a backup of any size passes through without filling the process.
import { createReadStream } from 'node:fs';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { join } from 'node:path';

const heldAtMost = 128 * 1024;
const writtenAtOnce = 1024 * 1024;

export interface Piece {
  readonly bytes: number;
  readonly held?: Buffer;
  readonly file?: string;
}

export class ContentFolder {
  readonly #folder: string;
  #count = 0;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Keeps a body as it streams in; what was written of a body that breaks off is removed again. */
  async keep(source: AsyncIterable<Buffer>): Promise<Piece> {
    let waiting: Buffer[] = [];
    let waitingBytes = 0;
    let bytes = 0;
    let handle: FileHandle | undefined;
    let writing: Promise<unknown> = Promise.resolve();
    const file = join(this.#folder, `${++this.#count}.bytes`);
    try {
      for await (const chunk of source) {
        waiting.push(chunk);
        waitingBytes += chunk.length;
        bytes += chunk.length;
        if (waitingBytes < (handle ? writtenAtOnce : heldAtMost)) continue;
        handle ??= await open(file, 'wx');
        await writing;
        writing = handle.writev(waiting);
        writing.catch(() => {}); // seen at the next await
        waiting = [];
        waitingBytes = 0;
      }
      if (!handle) return { bytes, held: Buffer.concat(waiting) };
      await writing;
      if (waiting.length > 0) await handle.writev(waiting);
      await handle.close();
      return { bytes, file };
    } catch (error) {
      await writing.catch(() => {});
      await handle?.close().catch(() => {});
      await rm(file, { force: true });
      throw error;
    }
  }

  /** The bytes from `start` up to and without `end` of the pieces laid end to end. */
  async *read(pieces: readonly Piece[], start: number, end: number): AsyncGenerator<Buffer> {
    let offset = 0;
    for (const piece of pieces) {
      const from = Math.max(start - offset, 0);
      const to = Math.min(end - offset, piece.bytes);
      offset += piece.bytes;
      if (from >= to) continue;
      if (piece.held) yield piece.held.subarray(from, to);
      else if (piece.file) {
        yield* createReadStream(piece.file, { start: from, end: to - 1, highWaterMark: 512 * 1024 });
      }
    }
  }

  /** Changes one byte where it lies, as a failing disk would: no checksum learns of it. */
  async flipByte(pieces: readonly Piece[], at: number): Promise<void> {
    let offset = 0;
    for (const piece of pieces) {
      const inside = at - offset;
      offset += piece.bytes;
      if (inside < 0 || inside >= piece.bytes) continue;
      if (piece.held) piece.held[inside] = (piece.held[inside] ?? 0) ^ 0xff;
      if (!piece.file) return;
      const handle = await open(piece.file, 'r+');
      const byte = Buffer.alloc(1);
      await handle.read(byte, 0, 1, inside);
      byte[0] = (byte[0] ?? 0) ^ 0xff;
      await handle.write(byte, 0, 1, inside);
      await handle.close();
      return;
    }
    throw new RangeError(`there is no byte ${at} in ${offset} bytes`);
  }

  async drop(pieces: readonly Piece[]): Promise<void> {
    for (const piece of pieces) if (piece.file) await rm(piece.file, { force: true });
  }
}
