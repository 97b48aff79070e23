// Follows a statement of a plain SQL dump byte by byte, with the rules by which psql tells where it ends and where a
// command of psql's own begins: strings with and without escapes, quoted names, bodies between dollars, comments.
import { sqlAmbiguous, sqlCommand } from '../problems/restore-files.ts';
import { SqlBlockComment } from './sql-block-comment.ts';
import { SqlBody } from './sql-body.ts';
import {
  BACKSLASH,
  CLOSE,
  DOLLAR,
  DOUBLE,
  HYPHEN,
  type Inside,
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
  readonly #body = new SqlBody();
  readonly #comment = new SqlBlockComment();
  #word = '';
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
    const within = this.#stringEscapes ? chunk.subarray(at, end === -1 ? chunk.length : end) : undefined;
    const backslash = within?.indexOf(BACKSLASH) ?? -1;
    if (backslash !== -1) {
      this.#inside = 'escape';
      return this.#pass(chunk, at, at + backslash + 1);
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
    const { to, ended } = this.#body.read(chunk, at);
    if (ended) [this.#inside, this.#previous] = ['nothing', DOLLAR];
    return this.#pass(chunk, at, to);
  }

  /** Counts the lines, and looks no further than it must. */
  #pass(chunk: Buffer, from: number, to: number): number {
    const passed = chunk.subarray(from, to);
    for (let at = passed.indexOf(LF); at !== -1; at = passed.indexOf(LF, at + 1)) this.line += 1;
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
        if (this.#comment.endsWith(byte)) this.#inside = 'nothing';
        return at + 1;
      default:
    }
    return this.#inNothing(byte, at);
  }

  /** Behind a hyphen or a slash. */
  #beginsComment(byte: number): boolean {
    const begins = byte === (this.#inside === 'hyphen' ? HYPHEN : STAR);
    const kind = this.#inside === 'hyphen' ? 'comment' : 'block';
    this.#inside = begins ? kind : 'nothing';
    if (!begins) this.#afterEscapes = false;
    else {
      this.#comment.begin();
      this.#previous = 0;
      // In the skeleton a comment is a blank.
      this.skeleton.blankLast();
    }
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
    else if (byte === DOLLAR) {
      this.#inside = 'tag';
      this.#body.begin();
    } else if (byte === OPEN) this.#depth.open();
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
    if (this.#body.isBare && isDigit(byte)) {
      this.skeleton.add(byte);
      this.#beginNumber();
      return at + 1;
    }
    const whole = this.#body.takeTag(byte);
    if (whole === undefined) throw sqlAmbiguous(this.line, 'a dollar sign by itself');
    if (whole) {
      this.skeleton.blankLast();
      this.#inside = 'body';
    }
    return at + 1;
  }
}
