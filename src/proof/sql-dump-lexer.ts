// Cuts a plain SQL dump into statements, comments and psql commands as psql itself would, while it streams by. What psql
// takes for a statement's end and for a command of its own must be known to the letter: where the two could disagree,
// which nothing that pg_dump writes makes them do, the file is refused.
import { sqlAmbiguous, sqlCommand } from '../problems/restore-files.ts';
import { SqlDepth } from './sql-dump-depth.ts';

export interface DumpPiece {
  /** `command`: a line that begins with a backslash. */
  readonly kind: 'statement' | 'comment' | 'command';
  /** As it was written; of what is longer than MAX_TEXT its beginning. */
  readonly text: Buffer;
  /** A statement without strings and comments, quoted names kept; at most MAX_SKELETON bytes of it. */
  readonly skeleton: Buffer;
  /** Places in the file: the first byte, and the one behind the last. */
  readonly from: number;
  readonly to: number;
  /** From 1, where it begins. */
  readonly line: number;
}

export const MAX_TEXT = 1024 * 1024;
export const MAX_SKELETON = 64 * 1024;

type Inside =
  | 'nothing'
  | 'between'
  | 'line'
  | 'word'
  | 'number'
  | 'exponent'
  | 'hyphen'
  | 'slash'
  | 'comment'
  | 'block'
  | 'string'
  | 'escape'
  | 'name'
  | 'tag'
  | 'parameter'
  | 'body';

const [LF, SPACE, QUOTE, DOUBLE, DOLLAR, HYPHEN, SLASH, STAR, SEMICOLON, BACKSLASH, OPEN, CLOSE] = [
  0x0a, 0x20, 0x27, 0x22, 0x24, 0x2d, 0x2f, 0x2a, 0x3b, 0x5c, 0x28, 0x29,
];

export class SqlDumpLexer {
  /** Backslashes in plain strings escape what follows: `standard_conforming_strings` is off. */
  escapes = false;
  /** What the latest `read` ended, if it did. */
  complete: DumpPiece | undefined;
  /** Of the next byte. */
  offset = 0;
  line = 1;

  #inside: Inside = 'between';
  #kind: DumpPiece['kind'] = 'statement';
  #from = 0;
  #fromLine = 1;
  #pieces: Buffer[] = [];
  #kept = 0;
  readonly #skeleton = Buffer.allocUnsafeSlow(MAX_SKELETON);
  #skeletonBytes = 0;
  readonly #depth = new SqlDepth();
  #word = '';
  #tag = '';
  /** How much of the tag the body's end has matched, or of a block comment how deep it is nested. */
  #matched = 0;
  #previous = 0;
  /** Of the string that is open, or of the one just ended: whether backslashes escape in it. */
  #stringEscapes = false;
  /** Nothing but blanks and comments since a string with escapes ended: another quote would go on with it. */
  #afterEscapes = false;
  #ended = false;

  /** Outside of every statement. */
  get between(): boolean {
    return this.#inside === 'between';
  }

  /** Reads on at `at` and returns where it stopped: behind the end of a piece, or at the chunk's end. */
  read(chunk: Buffer, at: number): number {
    this.complete = undefined;
    const begun = at;
    let from = at;
    let place = at;
    while (place < chunk.length) {
      if (this.#inside === 'between') {
        from = this.#skipBlanks(chunk, place);
        place = from;
        const first = chunk[place];
        if (first === undefined) break;
        this.#begin(first, this.offset + place - begun);
      }
      place = this.#step(chunk, place);
      if (!this.#ended) continue;
      this.#ended = false;
      this.#finish(chunk.subarray(from, place), this.offset + place - begun);
      this.offset += place - begun;
      return place;
    }
    if (this.#inside !== 'between') this.#keep(chunk.subarray(from));
    this.offset += chunk.length - begun;
    return chunk.length;
  }

  /** Rows were read past this lexer. */
  passOver(bytes: number, lines: number): void {
    this.offset += bytes;
    this.line += lines;
  }

  #skipBlanks(chunk: Buffer, at: number): number {
    let place = at;
    for (; place < chunk.length && isBlank(chunk[place] ?? 0); place++)
      if (chunk[place] === LF) this.line += 1;
    return place;
  }

  #begin(first: number, offset: number): void {
    this.#from = offset;
    this.#fromLine = this.line;
    this.#skeletonBytes = 0;
    this.#afterEscapes = false;
    this.#kind = first === HYPHEN ? 'comment' : first === BACKSLASH ? 'command' : 'statement';
    this.#inside = this.#kind === 'statement' ? 'nothing' : 'line';
  }

  #step(chunk: Buffer, at: number): number {
    switch (this.#inside) {
      case 'string':
        return this.#readString(chunk, at);
      case 'name':
      case 'line':
      case 'comment':
        return this.#readTo(chunk, at);
      case 'body':
        return this.#readBody(chunk, at);
      default:
        return this.#readByte(chunk[at] ?? 0, at);
    }
  }

  #readString(chunk: Buffer, at: number): number {
    const end = chunk.indexOf(QUOTE, at);
    const backslash = this.#stringEscapes ? chunk.indexOf(BACKSLASH, at) : -1;
    if (backslash !== -1 && (end === -1 || backslash < end)) {
      this.#inside = 'escape';
      return this.#pass(chunk, at, backslash + 1);
    }
    if (end === -1) return this.#pass(chunk, at, chunk.length);
    this.#inside = 'nothing';
    this.#previous = QUOTE;
    this.#afterEscapes = this.#stringEscapes;
    return this.#pass(chunk, at, end + 1);
  }

  /** To the end of a quoted name, or of the line. */
  #readTo(chunk: Buffer, at: number): number {
    const isName = this.#inside === 'name';
    const end = chunk.indexOf(isName ? DOUBLE : LF, at);
    const to = end === -1 ? chunk.length : end + 1;
    if (isName) this.#addAll(chunk.subarray(at, to));
    if (end !== -1) {
      // A pair of hyphens begins a comment; a line that begins with a single one is no statement of SQL.
      this.#ended = this.#inside === 'line';
      this.#inside = 'nothing';
      this.#previous = isName ? DOUBLE : LF;
    }
    return this.#pass(chunk, at, to);
  }

  #readBody(chunk: Buffer, at: number): number {
    const from = this.#matched === 0 ? chunk.indexOf(DOLLAR, at) : at;
    if (from === -1) return this.#pass(chunk, at, chunk.length);
    const byte = chunk[from] ?? 0;
    const wanted = this.#tag.charCodeAt(this.#matched);
    this.#matched = byte === wanted ? this.#matched + 1 : byte === DOLLAR ? 1 : 0;
    if (this.#matched === this.#tag.length) {
      this.#inside = 'nothing';
      this.#previous = DOLLAR;
    }
    return this.#pass(chunk, at, from + 1);
  }

  #pass(chunk: Buffer, from: number, to: number): number {
    for (let at = chunk.indexOf(LF, from); at !== -1 && at < to; at = chunk.indexOf(LF, at + 1))
      this.line += 1;
    return to;
  }

  /** One byte outside of long texts. */
  #readByte(byte: number, at: number): number {
    if (byte === LF) this.line += 1;
    switch (this.#inside) {
      case 'escape':
        this.#inside = 'string';
        return at + 1;
      case 'word':
        if (isWordByte(byte)) return this.#inWord(byte, at);
        this.#endWord(byte);
        break;
      case 'number':
      case 'exponent':
      case 'parameter':
        if (this.#inNumber(byte)) return at + 1;
        break;
      case 'tag':
        return this.#inTag(byte, at);
      case 'hyphen':
      case 'slash':
        if (this.#beginsComment(byte)) return at + 1;
        break;
      case 'block':
        return this.#inBlock(byte, at);
      default:
    }
    return this.#inNothing(byte, at);
  }

  /** Behind a hyphen or a slash. */
  #beginsComment(byte: number): boolean {
    const begins = byte === (this.#inside === 'hyphen' ? HYPHEN : STAR);
    const kind = this.#inside === 'hyphen' ? 'comment' : 'block';
    this.#inside = begins ? kind : 'nothing';
    if (begins) [this.#matched, this.#previous] = [1, 0];
    else this.#afterEscapes = false;
    // In the skeleton a comment is a blank.
    if (begins) this.#skeleton[this.#skeletonBytes - 1] = SPACE;
    return begins;
  }

  #inNothing(byte: number, at: number): number {
    const continued = this.#previous === QUOTE;
    this.#previous = byte;
    if (byte === QUOTE) return this.#openString(continued, at);
    if (isBlank(byte)) {
      this.#add(SPACE);
      return at + 1;
    }
    if (byte !== HYPHEN && byte !== SLASH) this.#afterEscapes = false;
    this.#add(byte);
    if (byte === BACKSLASH) throw sqlCommand(this.line, this.#lineSoFar());
    if (byte === 0) throw sqlAmbiguous(this.line, 'a zero byte');
    if (byte === HYPHEN) this.#inside = 'hyphen';
    else if (byte === SLASH) this.#inside = 'slash';
    else if (byte === DOUBLE) this.#inside = 'name';
    else if (byte === DOLLAR) [this.#inside, this.#tag] = ['tag', '$'];
    else if (byte === OPEN) this.#depth.open();
    else if (byte === CLOSE) this.#depth.close();
    else if (byte === SEMICOLON) this.#ended = this.#depth.endsStatement();
    else if (isDigit(byte)) this.#inside = 'number';
    else if (isWordByte(byte)) [this.#inside, this.#word] = ['word', String.fromCharCode(byte)];
    return at + 1;
  }

  #openString(doubled: boolean, at: number): number {
    if (this.#afterEscapes && !doubled)
      throw sqlAmbiguous(this.line, 'a string that goes on behind a string with escapes');
    if (!doubled) {
      this.#stringEscapes = this.escapes;
      // In the skeleton every string is an empty one.
      this.#add(QUOTE);
      this.#add(QUOTE);
    }
    this.#inside = 'string';
    return at + 1;
  }

  #inWord(byte: number, at: number): number {
    this.#add(byte);
    if (this.#word.length < 64) this.#word += String.fromCharCode(byte);
    return at + 1;
  }

  /** `next`: the byte behind it, which is looked at again. */
  #endWord(next: number): void {
    this.#inside = 'nothing';
    this.#previous = 0;
    if (next === QUOTE && /^e$/i.test(this.#word)) {
      this.#stringEscapes = true;
      // As if it went on, so that the quote keeps what was said of escapes.
      this.#previous = QUOTE;
      return;
    }
    if (!this.#depth.word(this.#word.toLowerCase())) throw sqlAmbiguous(this.line, 'BEGIN without ATOMIC');
  }

  /** Whether the byte belongs to it. */
  #inNumber(byte: number): boolean {
    const isExponent = this.#inside === 'number' && (byte === 0x65 || byte === 0x45);
    const isSign = this.#inside === 'exponent' && (byte === 0x2b || byte === HYPHEN);
    if (isDigit(byte) || isExponent || isSign || (byte === 0x2e && this.#inside === 'number')) {
      this.#add(byte);
      if (this.#inside !== 'parameter') this.#inside = isExponent ? 'exponent' : 'number';
      return true;
    }
    if (isWordByte(byte)) throw sqlAmbiguous(this.line, 'a number that runs into a word');
    this.#inside = 'nothing';
    this.#previous = 0;
    return false;
  }

  #inTag(byte: number, at: number): number {
    if (this.#tag === '$' && isDigit(byte)) {
      this.#inside = 'parameter';
      this.#add(byte);
      return at + 1;
    }
    if (byte !== DOLLAR && !isWordByte(byte)) throw sqlAmbiguous(this.line, 'a dollar sign by itself');
    this.#tag += String.fromCharCode(byte);
    if (byte !== DOLLAR) return at + 1;
    this.#skeletonBytes -= 1;
    [this.#inside, this.#matched] = ['body', 0];
    return at + 1;
  }

  /** Comments nest. */
  #inBlock(byte: number, at: number): number {
    const pair = this.#previous * 256 + byte;
    this.#previous = byte;
    if (pair === SLASH * 256 + STAR) this.#matched += 1;
    else if (pair === STAR * 256 + SLASH) this.#matched -= 1;
    else return at + 1;
    this.#previous = 0;
    if (this.#matched === 0) this.#inside = 'nothing';
    return at + 1;
  }

  #add(byte: number): void {
    if (this.#skeletonBytes >= MAX_SKELETON) return;
    this.#skeleton[this.#skeletonBytes] = byte;
    this.#skeletonBytes += 1;
  }

  #addAll(bytes: Buffer): void {
    this.#skeletonBytes += bytes.copy(this.#skeleton, this.#skeletonBytes);
  }

  #lineSoFar(): string {
    const text = this.#skeleton.toString('latin1', 0, this.#skeletonBytes);
    return text.slice(-80);
  }

  #keep(bytes: Buffer): void {
    const piece = bytes.subarray(0, MAX_TEXT - this.#kept);
    this.#pieces.push(Buffer.from(piece));
    this.#kept += piece.length;
  }

  #finish(rest: Buffer, to: number): void {
    const text = this.#pieces.length === 0 ? rest : Buffer.concat([...this.#pieces, rest]);
    this.complete = {
      kind: this.#kind,
      text: text.subarray(0, MAX_TEXT),
      skeleton: Buffer.from(this.#skeleton.subarray(0, this.#skeletonBytes)),
      from: this.#from,
      to,
      line: this.#fromLine,
    };
    this.#pieces = [];
    this.#kept = 0;
    this.#inside = 'between';
    this.#previous = 0;
  }
}

function isBlank(byte: number): boolean {
  return byte === SPACE || (byte >= 0x09 && byte <= 0x0d);
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

/** May stand in a word; what can't begin one has been looked at before. */
function isWordByte(byte: number): boolean {
  return (
    (byte >= 0x61 && byte <= 0x7a) ||
    (byte >= 0x41 && byte <= 0x5a) ||
    byte === 0x5f ||
    byte === DOLLAR ||
    isDigit(byte) ||
    byte >= 0x80
  );
}
