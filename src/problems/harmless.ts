// Makes text of foreign origin (tools, servers, names in a database) safe to print: it can't give the runner a
// command, move a terminal's cursor, pass for another line or flood the log.
import type { Redact } from './redact.ts';

const LONGEST_LINE = 2_000;

/**
 * Terminal sequences, seven and eight bits: control sequences; strings with their end; other escapes. A string that
 * never ends is left to `visible`, so that it can't swallow the rest of the text.
 */
const SEQUENCES =
  /(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x07\x1b\x80-\x9f\n]*(?:\x07|\x1b\\|\x9c)|\x1b[ -/]*[0-OQ-WYZ\\`-~]/g;

/** Control characters except tab and line feed, further line ends, and what turns the reading direction around. */
const INVISIBLE = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

const unchanged: Redact = text => text;

/**
 * Line by line; bytes that aren't UTF-8 become U+FFFD. `redact` is applied here rather than before or after, because
 * a terminal sequence can split a secret and the cut of a long line can leave half of one.
 */
export function harmless(text: string | Uint8Array, redact: Redact = unchanged): string {
  return clean(text, redact)
    .split('\n')
    .map(line => cap(redact(inert(line)), LONGEST_LINE))
    .join('\n');
}

/** The same on one line, for values inside a sentence; at most `longest` characters, of at least 40. */
export function singleLine(text: string | Uint8Array, longest = 300, redact: Redact = unchanged): string {
  const line = clean(text, redact).replace(/\s+/g, ' ').trim();
  return cap(redact(inert(line)), longest);
}

function clean(text: string | Uint8Array, redact: Redact): string {
  const decoded = typeof text === 'string' ? text.toWellFormed() : new TextDecoder().decode(text);
  // A lone CR ends a line for the runner, and lets text overwrite text in a terminal.
  const lines = redact(decoded).replace(/\r+\n?/g, '\n');
  return lines.replace(SEQUENCES, '').replace(INVISIBLE, visible);
}

function visible(character: string): string {
  const code = character.charCodeAt(0);
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16)}`;
}

/** The runner obeys `::` after leading blanks and `##[` anywhere in a line, on both outputs. */
function inert(line: string): string {
  return line.replace(/^([\s\u200b]*:)(?=:)/, '$1 ').replaceAll('##[', '## [');
}

function cap(line: string, longest: number): string {
  if (line.length <= longest) return line;
  // The note is shorter than 40 characters whatever the count, so that capping again changes nothing.
  const kept = line.slice(0, longest - 40).replace(/[\ud800-\udbff]$/, '');
  return `${kept}… (${line.length - kept.length} more characters)`;
}
