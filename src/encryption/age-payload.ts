// What sealing and opening an age payload share: chunks of 64 KiB, each with its own tag, numbered so that none can be
// moved, and the last one marked so that none can be cut off (age-encryption.org/v1, "Payload").
import { hkdfSync } from 'node:crypto';

/** Plain bytes of every chunk but the last. */
export const CHUNK = 64 * 1024;
export const TAG = 16;
/** Of the file, in front of the first chunk. */
export const NONCE = 16;

export function payloadKey(fileKey: Uint8Array, nonce: Uint8Array): Buffer {
  return Buffer.from(hkdfSync('sha256', fileKey, nonce, 'payload', 32));
}

export class ChunkNonce {
  /** Eleven bytes of chunk number, big-endian, then 1 for the last chunk. */
  readonly #bytes = Buffer.alloc(12);

  /** Of the chunk that is next; lent until the next call. */
  of(last: boolean): Buffer {
    this.#bytes[11] = last ? 1 : 0;
    return this.#bytes;
  }

  /** Goes on to the next chunk. */
  count(): void {
    for (let digit = 10; digit >= 0; digit--) {
      const next = ((this.#bytes[digit] ?? 0) + 1) & 0xff;
      this.#bytes[digit] = next;
      if (next !== 0) return;
    }
    throw new Error('too many chunks for one age stream');
  }
}

/**
 * Gives memory back that the garbage collector would let pile up: 64 KiB a chunk are 75 MB before it looks, and a
 * third of the speed. Only where the bytes are a block of their own, not a piece of Node's shared pool.
 */
export function release(buffer: Buffer<ArrayBuffer>): void {
  if (buffer.length === buffer.buffer.byteLength) buffer.buffer.transfer(0);
}
