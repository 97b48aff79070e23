// A comment between `/*` and `*/`, which may hold others.
import { SLASH, STAR } from './sql-bytes.ts';

export class SqlBlockComment {
  #depth = 0;
  #previous = 0;

  /** Behind its opening. */
  begin(): void {
    this.#depth = 1;
    this.#previous = 0;
  }

  /** Whether the byte is its last. */
  endsWith(byte: number): boolean {
    const opens = this.#previous === SLASH && byte === STAR;
    const closes = this.#previous === STAR && byte === SLASH;
    this.#previous = opens || closes ? 0 : byte;
    this.#depth += Number(opens) - Number(closes);
    return this.#depth === 0;
  }
}
