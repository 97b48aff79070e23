// A statement without what stands in strings, bodies and comments: what rules can be held against.
import { QUOTE, SPACE } from './sql-bytes.ts';

/** Of a longer one its beginning is kept. */
export const MAX_SKELETON = 64 * 1024;

export class SqlSkeleton {
  readonly #bytes = Buffer.allocUnsafeSlow(MAX_SKELETON);
  #length = 0;

  clear(): void {
    this.#length = 0;
  }

  add(byte: number): void {
    if (this.#length >= MAX_SKELETON) return;
    this.#bytes[this.#length] = byte;
    this.#length += 1;
  }

  /** Of a quoted name. */
  addAll(bytes: Buffer): void {
    this.#length += bytes.copy(this.#bytes, this.#length);
  }

  /** Every string is an empty one. */
  addString(): void {
    this.add(QUOTE);
    this.add(QUOTE);
  }

  /** The last byte was the first of a comment or of a body: a blank stands for all of it. */
  blankLast(): void {
    this.#bytes[this.#length - 1] = SPACE;
  }

  copy(): Buffer {
    return Buffer.from(this.#bytes.subarray(0, this.#length));
  }

  /** For a message. */
  end(): string {
    return this.#bytes.toString('latin1', Math.max(0, this.#length - 80), this.#length);
  }
}
