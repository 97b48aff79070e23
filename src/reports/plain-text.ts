// Foreign text (names, keys, lines that tools printed) made fit to stand in one line of ours. Every report goes
// through here before it adds the escapes of its own format.
import { formatCount } from './quantities.ts';

/** C0 and C1 controls, line and paragraph separators, and the marks that reverse the direction of text. */
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/g;

/** At most `max` UTF-16 units, an ellipsis included where something was cut; never half a character. */
export function clip(text: string, max: number): string {
  if (text.length <= max) return text;
  const cut = text.slice(0, Math.max(0, max - 1));
  return `${/[\ud800-\udbff]$/.test(cut) ? cut.slice(0, -1) : cut}…`;
}

/** One printable line: controls become spaces, runs of spaces one. */
export function oneLine(text: string, max = 1_000): string {
  return clip(text.toWellFormed().replace(UNPRINTABLE, ' ').replace(/ {2,}/g, ' ').trim(), max);
}

/** A name as it stands in our sentences, between backticks; a backtick in it would end the marks early. */
export function marked(name: string, max = 200): string {
  return `\`${oneLine(name, max).replaceAll('`', "'") || ' '}\``;
}

/** The last lines of what a tool printed, each made printable. */
export function lastLines(text: string, lines: number, maxLine = 400): string {
  return text
    .split(/\r\n|\r|\n/)
    .map(line => line.toWellFormed().replaceAll('\t', '    ').replace(UNPRINTABLE, ' ').trimEnd())
    .filter(line => line !== '')
    .slice(-lines)
    .map(line => clip(line, maxLine))
    .join('\n');
}

export interface Piece {
  readonly code: boolean;
  readonly text: string;
}

/**
 * A sentence split at its code marks, so that each format can write text and code in its own way. Only single
 * backticks around something are marks: two that touch would run together in the formats they are written to.
 */
export function piecesOf(sentence: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  for (const match of sentence.matchAll(/(?<!`)`(?!\s*`)([^`]+)`(?!`)/g)) {
    if (match.index > from) pieces.push({ code: false, text: sentence.slice(from, match.index) });
    pieces.push({ code: true, text: match[1] ?? '' });
    from = match.index + match[0].length;
  }
  if (from < sentence.length) pieces.push({ code: false, text: sentence.slice(from) });
  return pieces;
}

/** `1 table`, `21 tables`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}
