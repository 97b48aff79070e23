// Foreign text inside GitHub's Markdown: nothing in it may become markup, a mention, a link, mathematics or a new
// line of the table. Sentences of ours come in with code marks (backticks) and keep them.
import { lastLines, oneLine, piecesOf } from './plain-text.ts';

/**
 * A code span. Backticks, pipes and backslashes have rules of their own inside one, which differ between text and
 * table cells, so a value that holds any of them is written as an HTML element with character references.
 */
export function code(value: string, max = 300): string {
  const text = oneLine(value, max);
  if (text === '') return '<code> </code>';
  if (!/[`|\\]/.test(text)) return `\`${text}\``;
  return codeElement(text);
}

function codeElement(text: string): string {
  return `<code>${text.replace(/[!-/:-@[-`{-~]/g, character => `&#${character.charCodeAt(0)};`)}</code>`;
}

/** Text outside of code. `@` and `$` are wrapped: mentions and mathematics are found after escapes are gone. */
function escaped(text: string): string {
  return text
    .replace(/[\\`*_{}[\]#~!]/g, '\\$&')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('|', '&#124;')
    .replace(/:(?=\/\/)/g, '&#58;')
    .replace(/\bwww\./gi, 'www&#46;')
    .replace(/[@$]/g, '<span>$&</span>');
}

/** A sentence with code marks, safe anywhere in a line. */
export function prose(sentence: string, max = 1_000): string {
  return piecesOf(oneLine(sentence, max))
    .map(piece => (piece.code ? code(piece.text) : escaped(piece.text)))
    .join('');
}

/** A row of a table; the cells come escaped. */
export function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

/** `numbers` names the columns that are aligned to the right. */
export function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  numbers: readonly string[] = [],
): string {
  const rule = `|${head.map(cell => (numbers.includes(cell) ? '---:' : '---')).join('|')}|`;
  return [row(head), rule, ...rows.map(row)].join('\n');
}

/** Labels and values. The first stands as the head: GitHub's tables have one, and an empty one is an empty line. */
export function facts([first, ...rest]: readonly (readonly [label: string, value: string])[]): string {
  return first ? [row(first), '|:---|:---|', ...rest.map(row)].join('\n') : '';
}

/** What a tool printed, as a block that its own lines can't end. */
export function block(text: string, lines: number): string {
  const body = lastLines(text, lines);
  const longest = Math.max(2, ...[...body.matchAll(/`+/g)].map(run => run[0].length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}text\n${body}\n${fence}`;
}

/** Folded away; the empty lines make GitHub read the body as Markdown. The title is none: its code spans become elements. */
export function fold(title: string, body: string): string {
  const words = title.replace(/`([^`]*)`/g, (_, text: string) => codeElement(text));
  return `<details><summary>${words}</summary>\n\n${body}\n\n</details>`;
}
