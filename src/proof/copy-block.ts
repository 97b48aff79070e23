// The rows between a COPY statement and its `\.`: counted and hashed as they pass, never kept. COPY writes a line feed
// and a backslash within a value as escapes, so every line feed ends a row, and no row is the two bytes `\.`.
import { createHash } from 'node:crypto';
import { lineFeeds, SEARCH_BYTES, searchEnd } from './line-search.ts';

const LF = 0x0a;
const BACKSLASH = 0x5c;
const FULL_STOP = 0x2e;
/** The first of its line feeds is the last row's, or the statement's where there is no row. */
const TERMINATOR = Buffer.from('\n\\.\n');

/** Somebody else who wants the rows as they pass; the bytes are valid during the call alone. */
export interface RowSink {
  take(rows: Buffer): void;
}

export class CopyBlock {
  rows = 0;
  bytes = 0;
  ended = false;
  readonly #hash = createHash('sha256');
  #begun = false;
  readonly #sink: RowSink | undefined;
  /** How much of the terminator the text ends with so far; what is behind its line feed is not counted as data yet. */
  #matched = 0;

  constructor(sink?: RowSink) {
    this.#sink = sink;
  }

  /** Reads on at `from`, which is the statement's own line feed at first. Returns where it stopped: the chunk's end, or behind the terminator. */
  read(chunk: Buffer, from: number): number {
    let at = from;
    if (!this.#begun && at < chunk.length) {
      this.#begun = true;
      this.#matched = 1;
      at += 1;
    }
    while (at < chunk.length && !this.ended) {
      at = this.#matched > 0 ? this.#matchOn(chunk, at) : this.#takeRows(chunk, at);
    }
    return at;
  }

  /** Lower-case hex; once, when the block has ended. */
  digest(): string {
    return this.#hash.digest('hex');
  }

  /** What may become the terminator is decided byte by byte: it may lie in several chunks. */
  #matchOn(chunk: Buffer, at: number): number {
    if (chunk[at] === TERMINATOR[this.#matched]) {
      this.#matched += 1;
      this.ended = this.#matched === TERMINATOR.length;
      return at + 1;
    }
    if (this.#matched > 1) this.#take(TERMINATOR.subarray(1, this.#matched));
    this.#matched = 0;
    return this.#takeRows(chunk, at);
  }

  #takeRows(chunk: Buffer, from: number): number {
    const text = chunk.subarray(from, from + SEARCH_BYTES);
    const found = searchEnd(text);
    this.rows += lineFeeds();
    if (found < text.length) {
      this.#take(text.subarray(0, found + 1));
      this.ended = true;
      return from + found + TERMINATOR.length;
    }
    this.#matched = beginning(text);
    this.#take(this.#matched > 1 ? text.subarray(0, 1 - this.#matched) : text);
    return from + text.length;
  }

  #take(rows: Buffer): void {
    this.#hash.update(rows);
    this.#sink?.take(rows);
    this.bytes += rows.length;
  }
}

/** How many bytes of the terminator the text ends with, short of all of it. */
function beginning(text: Buffer): number {
  const last = text[text.length - 1];
  if (last === LF) return 1;
  const before = text[text.length - 2];
  if (last === BACKSLASH) return before === LF ? 2 : 0;
  return last === FULL_STOP && before === BACKSLASH && text[text.length - 3] === LF ? 3 : 0;
}
