// Follows a statement of a plain SQL dump byte by byte, with the rules by which psql tells where it ends and where a
// command of psql's own begins: strings with and without escapes, quoted names, bodies between dollars, comments.
import { sqlAmbiguous, sqlCommand } from '../problems/restore-files.ts';
import {
  BACKSLASH,
  CLOSE,
  DOLLAR,
  DOUBLE,
  HYPHEN,
  isBlank,
  isDigit,
  isWordByte,
  LF,
  OPEN,
  QUOTE,
  SEMICOLON,
  SLASH,
  SPACE,
  STAR,
} from './sql-bytes.ts';
import { SqlDepth } from './sql-dump-depth.ts';
import { SqlNumber } from './sql-number.ts';
import { SqlSkeleton } from './sql-skeleton.ts';

type Inside =
  | 'nothing'
  | 'line'
  | 'word'
  | 'number'
  | 'hyphen'
  | 'slash'
  | 'comment'
  | 'block'
  | 'string'
  | 'escape'
  | 'name'
  | 'tag'
  | 'body';

export class SqlDumpTokens {
  /** Backslashes in plain strings escape what follows: `standard_conforming_strings` is off. */
  escapes = false;
  /** From 1, of the next byte. */
  line = 1;
  /** The latest step was the statement's last. */
  ended = false;
  readonly skeleton = new SqlSkeleton();

  #inside: Inside = 'nothing';
  readonly #depth = new SqlDepth();
  readonly #number = new SqlNumber();
  #word = '';
  #tag = '';
  /** How much of the tag the body's end has matched, or of a block comment how deep it is nested. */
  #matched = 0;
  #previous = 0;
  /** Of the string that is open, or of the one just ended: whether backslashes escape in it. */
  #stringEscapes = false;
  /** Nothing but blanks and comments since a string with escapes ended: another quote would go on with it. */
  #afterEscapes = false;

  /** `isLine`: a comment or a command, which ends with its line. */
  begin(isLine: boolean): void {
    this.#inside = isLine ? 'line' : 'nothing';
    this.#previous = 0;
    this.#afterEscapes = false;
    this.ended = false;
    this.skeleton.clear();
  }

  /** Reads at least one byte and returns where it stopped. */
  step(chunk: Buffer, at: number): number {
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
    if (isName) this.skeleton.addAll(chunk.subarray(at, to));
    if (end !== -1) {
      // A pair of hyphens begins a comment; a line that begins with a single one is no statement of SQL.
      this.ended = this.#inside === 'line';
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
    if (begins) this.skeleton.blankLast();
    return begins;
  }

  #inNothing(byte: number, at: number): number {
    const continued = this.#previous === QUOTE;
    this.#previous = byte;
    if (byte === QUOTE) return this.#openString(continued, at);
    if (isBlank(byte)) {
      this.skeleton.add(SPACE);
      return at + 1;
    }
    if (byte !== HYPHEN && byte !== SLASH) this.#afterEscapes = false;
    this.skeleton.add(byte);
    if (byte === BACKSLASH) throw sqlCommand(this.line, this.skeleton.end());
    if (byte === 0) throw sqlAmbiguous(this.line, 'a zero byte');
    if (byte === HYPHEN) this.#inside = 'hyphen';
    else if (byte === SLASH) this.#inside = 'slash';
    else if (byte === DOUBLE) this.#inside = 'name';
    else if (byte === DOLLAR) [this.#inside, this.#tag] = ['tag', '$'];
    else if (byte === OPEN) this.#depth.open();
    else if (byte === CLOSE) this.#depth.close();
    else if (byte === SEMICOLON) this.ended = this.#depth.endsStatement();
    else if (isDigit(byte)) this.#beginNumber();
    else if (isWordByte(byte)) [this.#inside, this.#word] = ['word', String.fromCharCode(byte)];
    return at + 1;
  }

  #openString(doubled: boolean, at: number): number {
    if (this.#afterEscapes && !doubled)
      throw sqlAmbiguous(this.line, 'a string that goes on behind a string with escapes');
    if (!doubled) {
      this.#stringEscapes = this.escapes;
      // In the skeleton every string is an empty one.
      this.skeleton.addString();
    }
    this.#inside = 'string';
    return at + 1;
  }

  #inWord(byte: number, at: number): number {
    this.skeleton.add(byte);
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
    const belongs = this.#number.take(byte);
    if (belongs === undefined) throw sqlAmbiguous(this.line, 'a number that runs into a word');
    if (belongs) this.skeleton.add(byte);
    else [this.#inside, this.#previous] = ['nothing', 0];
    return belongs;
  }

  #beginNumber(): void {
    this.#inside = 'number';
    this.#number.begin();
  }

  #inTag(byte: number, at: number): number {
    if (this.#tag === '$' && isDigit(byte)) {
      this.skeleton.add(byte);
      this.#beginNumber();
      return at + 1;
    }
    if (byte !== DOLLAR && !isWordByte(byte)) throw sqlAmbiguous(this.line, 'a dollar sign by itself');
    this.#tag += String.fromCharCode(byte);
    if (byte !== DOLLAR) return at + 1;
    this.skeleton.blankLast();
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
}
