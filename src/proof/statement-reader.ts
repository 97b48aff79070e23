// Cuts the SQL between COPY blocks into statements, comments and psql commands. Quoted names and values may hold line
// feeds, semicolons and whatever looks like SQL: only what stands outside of quotes ends anything.

const LF = 0x0a;
const SEMICOLON = 0x3b;
const QUOTE = 0x27;
const DOUBLE_QUOTE = 0x22;
const HYPHEN = 0x2d;
const BACKSLASH = 0x5c;

/** Enough for a COPY of 1600 columns with the longest names; longer statements (INSERT) are read, not kept. */
const KEPT_BYTES = 1024 * 1024;

/**
 * Comments are flattened to one line, all but this one: pg_dump 11 to 18 before August 2025 printed the root's quoted
 * name with its line feeds (CVE-2025-8715), and so a name could pass for a statement.
 */
export const VIA_ROOT = '-- load via partition root ';

type Mode = 'between' | 'line' | 'statement';

export class StatementReader {
  #mode: Mode = 'between';
  /** The quote that is open in a statement; doubled quotes close and open again. */
  #quote = 0;
  /** Copies of what earlier chunks held of this piece: the caller may reuse its buffers. */
  #pieces: Buffer[] = [];
  #kept = 0;

  /** The statement (with its semicolon) or line (without its line feed) that the latest `read` ended, if it did. */
  complete: Buffer | undefined;

  get between(): boolean {
    return this.#mode === 'between';
  }

  /** Reads on at `from` and returns where it stopped: behind the end of a piece, or at the chunk's end. */
  read(chunk: Buffer, from: number): number {
    this.complete = undefined;
    let start = from;
    if (this.#mode === 'between') {
      while (start < chunk.length && isSpace(chunk[start])) start += 1;
      const first = chunk[start];
      if (first === undefined) return start;
      this.#mode = first === HYPHEN || first === BACKSLASH ? 'line' : 'statement';
    }
    return this.#mode === 'line' ? this.#readLine(chunk, start) : this.#readStatement(chunk, start);
  }

  #readLine(chunk: Buffer, start: number): number {
    let end = chunk.indexOf(LF, start);
    while (end !== -1 && this.#isInName(chunk.subarray(start, end))) end = chunk.indexOf(LF, end + 1);
    if (end === -1) return this.#keep(chunk, start);
    this.#finish(chunk.subarray(start, end));
    return end + 1;
  }

  #isInName(rest: Buffer): boolean {
    const line = this.#join(rest).toString('latin1');
    return line.startsWith(VIA_ROOT) && line.split('"').length % 2 === 0;
  }

  #readStatement(chunk: Buffer, start: number): number {
    let at = start;
    while (at < chunk.length) {
      if (this.#quote !== 0) {
        const end = chunk.indexOf(this.#quote, at);
        if (end === -1) break;
        this.#quote = 0;
        at = end + 1;
        continue;
      }
      const byte = chunk[at];
      at += 1;
      if (byte === QUOTE || byte === DOUBLE_QUOTE) this.#quote = byte;
      if (byte !== SEMICOLON) continue;
      this.#finish(chunk.subarray(start, at));
      return at;
    }
    return this.#keep(chunk, start);
  }

  #keep(chunk: Buffer, start: number): number {
    const piece = chunk.subarray(start, start + KEPT_BYTES - this.#kept);
    this.#pieces.push(Buffer.from(piece));
    this.#kept += piece.length;
    return chunk.length;
  }

  #finish(rest: Buffer): void {
    this.complete = this.#join(rest);
    this.#pieces = [];
    this.#kept = 0;
    this.#mode = 'between';
  }

  /** Of a piece that is too long only its beginning, so that nothing takes two ends of it for the whole. */
  #join(rest: Buffer): Buffer {
    if (this.#kept >= KEPT_BYTES) return Buffer.concat(this.#pieces);
    return this.#pieces.length === 0 ? rest : Buffer.concat([...this.#pieces, rest]);
  }
}

function isSpace(byte: number | undefined): boolean {
  return byte === LF || byte === 0x20 || byte === 0x0d || byte === 0x09;
}
