// What one piece of `pg_restore --section=data` output is for, in the forms that pg_restore 14 to 18 print. Rows, values
// of sequences and large objects are ours to prove; the rest (settings, comments, transactions) only frames them.
import { statementMalformed } from '../problems/proof.ts';
import type { SequenceProof } from './proof.ts';
import { VIA_ROOT } from './statement-reader.ts';

export type Statement =
  | { readonly kind: 'copy'; readonly text: Buffer }
  | { readonly kind: 'sequence'; readonly sequence: SequenceProof }
  | { readonly kind: 'open-large-object'; readonly oid: number }
  | { readonly kind: 'write-large-object'; readonly data: Buffer }
  | { readonly kind: 'close-large-object' }
  /** The next COPY fills one leaf, and names the root of its partition tree instead. */
  | { readonly kind: 'via-root' }
  /** The last line of every whole output. */
  | { readonly kind: 'end' }
  /** Whether backslashes in quoted values are doubled from here on. */
  | { readonly kind: 'backslashes'; readonly doubled: boolean }
  | { readonly kind: 'frame' }
  /** Nothing that pg_restore prints for an archive of ours, e.g. INSERT. */
  | { readonly kind: 'other' };

const COPY = 'COPY ';
const COPY_END = ' FROM stdin;';
const SETVAL = /^SELECT pg_catalog\.setval\('((?:[^']|'')*)', (-?\d+), (true|false)\);$/;
const OPEN = /^SELECT pg_catalog\.lo_open\('(\d+)', \d+\);$/;
const WRITE = 'SELECT pg_catalog.lowrite(0, ';
const WRITE_BEGINNING = /^'\\{1,2}x/;
const WRITE_END = "');";
const CLOSE = 'SELECT pg_catalog.lo_close(0);';
const STRINGS = /^SET standard_conforming_strings = (on|off);$/;
const FRAME =
  /^(?:--|\\(?:un)?restrict |SET |SELECT pg_catalog\.(?:set_config|lo_create)\(|BEGIN;$|COMMIT;$)/;
/** 17 and newer: owners, grants and comments of large objects stand with their data. */
const LARGE_OBJECT = /^[A-Z, ]+ LARGE OBJECT \d/;
/** Looked at to tell a kind. */
const BEGINNING = 64;

/** `backslashes`: the latest `backslashes` statement said that they are doubled. Throws a Problem for a malformed one. */
export function parseStatement(piece: Buffer, backslashes: boolean): Statement {
  const beginning = piece.toString('latin1', 0, BEGINNING);
  if (beginning.startsWith(WRITE)) return { kind: 'write-large-object', data: parseWrite(piece) };
  if (beginning.startsWith(COPY)) {
    // A copy: the piece lies in a buffer that is used again.
    const whole = piece.toString('latin1').endsWith(COPY_END);
    return whole ? { kind: 'copy', text: Buffer.from(piece) } : malformed(beginning);
  }
  if (beginning.startsWith('SELECT pg_catalog.setval(')) {
    return { kind: 'sequence', sequence: parseSetval(piece.toString('utf8'), backslashes) };
  }
  if (beginning.startsWith('SELECT pg_catalog.lo_open(')) {
    return { kind: 'open-large-object', oid: Number(OPEN.exec(beginning)?.[1] ?? malformed(beginning)) };
  }
  if (beginning === CLOSE) return { kind: 'close-large-object' };
  if (beginning.startsWith(VIA_ROOT)) return { kind: 'via-root' };
  if (beginning === '-- PostgreSQL database dump complete') return { kind: 'end' };
  const strings = STRINGS.exec(beginning);
  if (strings) return { kind: 'backslashes', doubled: strings[1] === 'off' };
  return { kind: FRAME.test(beginning) || LARGE_OBJECT.test(beginning) ? 'frame' : 'other' };
}

function parseSetval(text: string, backslashes: boolean): SequenceProof {
  const [, quoted, value, called] = SETVAL.exec(text) ?? malformed(text);
  if (quoted === undefined || value === undefined) return malformed(text);
  const name = quoted.replaceAll("''", "'");
  return {
    name: backslashes ? name.replaceAll('\\\\', '\\') : name,
    value,
    called: called === 'true',
  };
}

function parseWrite(piece: Buffer): Buffer {
  const [quote] =
    WRITE_BEGINNING.exec(piece.toString('latin1', WRITE.length, WRITE.length + 4)) ?? malformed(WRITE);
  const end = piece.length - WRITE_END.length;
  if (piece.toString('latin1', end) !== WRITE_END) malformed(WRITE);
  const digits = end - WRITE.length - quote.length;
  const data = Buffer.from(piece.toString('latin1', end - digits, end), 'hex');
  // Decoding stops in silence at the first character that is no hex digit.
  return data.length * 2 === digits ? data : malformed(WRITE);
}

function malformed(text: string): never {
  throw statementMalformed(text);
}
