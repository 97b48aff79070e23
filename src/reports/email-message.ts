// A notice as an e-mail: the subject, the text for readers that want no HTML, and (email-html.ts) the page for the rest.
import { MOST_POINTS, renderEmailHtml } from './email-html.ts';
import type { Notice } from './notice.ts';
import { lastLines, oneLine, piecesOf, plural } from './plain-text.ts';
import type { Shown } from './shown-problem.ts';

export interface EmailMessage {
  /** One line of printable characters. */
  readonly subject: string;
  readonly text: string;
  /** A whole page without scripts, images or links but the one to the run. */
  readonly html: string;
}

export function renderEmail(notice: Notice): EmailMessage {
  return {
    subject: oneLine(notice.title, 200),
    text: renderText(notice),
    html: renderEmailHtml(notice),
  };
}

function renderText(notice: Notice): string {
  const { sentence, problems, warnings, facts, commands, footnotes, runUrl } = notice;
  const detail = problems[0]?.detail;
  const width = Math.max(0, ...facts.map(([label]) => label.length));
  const sections = [
    plain(sentence, 1_000),
    ...points(problems, 'Cause'),
    detail ? indented(lastLines(detail, 12)) : '',
    ...points(warnings, 'Warning'),
    facts.map(([label, value]) => `${`${label}:`.padEnd(width + 1)} ${plain(value, 600)}`).join('\n'),
    ...commands.map(({ label, text }) => `${label}:\n${indented(lastLines(text, 20, 2_000))}`),
    [runUrl === null ? '' : `The run: ${runUrl}`, footnotes.map(note => plain(note, 300)).join(', ')]
      .filter(line => line !== '')
      .join('\n'),
  ];
  return `${sections.filter(section => section !== '').join('\n\n')}\n`;
}

function points(all: readonly Shown[], label: string): readonly string[] {
  const left = all.length - MOST_POINTS;
  return [
    ...all.slice(0, MOST_POINTS).map(({ code, summary, hint, loud }) => {
      const next = hint ? `\nNext step: ${plain(hint, 1_000)}` : '';
      return `${loud ? label.toUpperCase() : label} (${code}): ${plain(summary, 1_000)}${next}`;
    }),
    ...(left > 0 ? [moreWords(left, label)] : []),
  ];
}

/** `label` is that of one of them. */
function moreWords(left: number, label: string): string {
  const more = label === 'Cause' ? plural(left, 'more problem') : plural(left, 'more warning');
  return `and ${more}: see the run's log`;
}

/** Names in quotes where they stood in code marks: a letter to a person has no marks. */
function plain(sentence: string, max: number): string {
  return piecesOf(oneLine(sentence, max))
    .map(({ code, text }) => (code ? `"${text}"` : text))
    .join('');
}

function indented(text: string): string {
  return text
    .split('\n')
    .map(line => `    ${line}`)
    .join('\n');
}
