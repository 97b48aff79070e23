// Cuts a plain SQL dump into statements, comments and psql commands as psql itself would, while it streams by. What psql
// takes for a statement's end and for a command of its own must be known to the letter: where the two could disagree,
// which nothing that pg_dump writes makes them do, the file is refused.
import { isAscii } from 'node:buffer';
import { BACKSLASH, HYPHEN, isBlank, LF } from './sql-bytes.ts';
import { SqlDumpTokens } from './sql-dump-tokens.ts';

export interface DumpPiece {
  /** `command`: a line that begins with a backslash. */
  readonly kind: 'statement' | 'comment' | 'command';
  /** As it was written; of what is longer than MAX_TEXT its beginning. */
  readonly text: Buffer;
  /** A statement without strings and comments, quoted names kept; of a long one its beginning. */
  readonly skeleton: Buffer;
  /** It holds backslashes or letters beyond ASCII: where its strings end depends on settings of the session. */
  readonly delicate: boolean;
  /** Places in the file: the first byte, and the one behind the last. */
  readonly from: number;
  readonly to: number;
  /** From 1, where it begins. */
  readonly line: number;
}

export const MAX_TEXT = 1024 * 1024;

export class SqlDumpLexer {
  /** What the latest `read` ended, if it did. */
  complete: DumpPiece | undefined;
  /** Of the next byte. */
  offset = 0;
  /** Outside of every statement. */
  between = true;

  readonly #tokens = new SqlDumpTokens();
  #kind: DumpPiece['kind'] = 'statement';
  #from = 0;
  #fromLine = 1;
  #pieces: Buffer[] = [];
  #kept = 0;
  #delicate = false;

  get line(): number {
    return this.#tokens.line;
  }

  /** See `standard_conforming_strings`. */
  get escapes(): boolean {
    return this.#tokens.escapes;
  }

  set escapes(escapes: boolean) {
    this.#tokens.escapes = escapes;
  }

  /** Reads on at `at` and returns where it stopped: behind the end of a piece, or at the chunk's end. */
  read(chunk: Buffer, at: number): number {
    this.complete = undefined;
    const begun = at;
    let from = at;
    let place = at;
    while (place < chunk.length) {
      if (this.between) {
        from = this.#skipBlanks(chunk, place);
        place = from;
        const first = chunk[place];
        if (first === undefined) break;
        this.#begin(first, this.offset + place - begun);
      }
      place = this.#tokens.step(chunk, place);
      if (!this.#tokens.ended) continue;
      this.#finish(chunk.subarray(from, place), this.offset + place - begun);
      this.offset += place - begun;
      return place;
    }
    if (!this.between) this.#keep(chunk.subarray(from));
    this.offset += chunk.length - begun;
    return chunk.length;
  }

  /** Rows were read past this lexer. */
  passOver(bytes: number, lines: number): void {
    this.offset += bytes;
    this.#tokens.line += lines;
  }

  #skipBlanks(chunk: Buffer, at: number): number {
    let place = at;
    for (; place < chunk.length && isBlank(chunk[place] ?? 0); place++)
      if (chunk[place] === LF) this.#tokens.line += 1;
    return place;
  }

  #begin(first: number, offset: number): void {
    this.#from = offset;
    this.#fromLine = this.line;
    this.#kind = first === HYPHEN ? 'comment' : first === BACKSLASH ? 'command' : 'statement';
    this.between = false;
    this.#tokens.begin(this.#kind !== 'statement');
  }

  #keep(bytes: Buffer): void {
    this.#delicate ||= isDelicate(bytes);
    const piece = bytes.subarray(0, MAX_TEXT - this.#kept);
    this.#pieces.push(Buffer.from(piece));
    this.#kept += piece.length;
  }

  #finish(rest: Buffer, to: number): void {
    const text = this.#pieces.length === 0 ? rest : Buffer.concat([...this.#pieces, rest]);
    this.complete = {
      kind: this.#kind,
      text: text.subarray(0, MAX_TEXT),
      delicate: this.#delicate || isDelicate(rest),
      skeleton: this.#tokens.skeleton.copy(),
      from: this.#from,
      to,
      line: this.#fromLine,
    };
    this.#pieces = [];
    this.#kept = 0;
    this.#delicate = false;
    this.between = true;
  }
}

function isDelicate(bytes: Buffer): boolean {
  return bytes.includes(BACKSLASH) || !isAscii(bytes);
}
