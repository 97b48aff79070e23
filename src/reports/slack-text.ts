// Foreign text inside Slack's mrkdwn: no mention, no link, no formatting, and within the limits of each object,
// beyond which Slack refuses the whole message.
import { clip, lastLines, oneLine, piecesOf } from './plain-text.ts';

export type SlackObject = Readonly<Record<string, unknown>>;

export const SLACK_LIMITS = { blocks: 50, header: 150, text: 3_000, field: 2_000, fields: 10 } as const;

/** Slack's three control characters: `<!channel>` and `<https://…|…>` become plain text. */
export function escapeSlack(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** An inline code span; Slack knows no way to write a backtick inside one. */
export function slackCode(value: string, max = 300): string {
  return `\`${escapeSlack(oneLine(value, max).replaceAll('`', "'")) || ' '}\``;
}

/**
 * A sentence with code marks. Outside of them `*`, `_`, `~` and stray backticks get a zero-width space on both
 * sides: Slack has no escape for them, and formats only next to a space outside and a letter inside.
 */
export function slackProse(sentence: string, max = 600): string {
  return piecesOf(oneLine(sentence, max))
    .map(piece =>
      piece.code
        ? slackCode(piece.text)
        : escapeSlack(piece.text).replace(/[*~`]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, '\u200b$&\u200b'),
    )
    .join('');
}

/** What a tool printed: a block of code, its last lines. */
export function slackBlock(text: string, lines: number): string {
  const body = escapeSlack(lastLines(text, lines, 200).replaceAll('`', "'"));
  return `\`\`\`\n${clipEscaped(body, SLACK_LIMITS.text - 100)}\n\`\`\``;
}

/** `verbatim`: Slack itself looks for no links and names in the text. */
function mrkdwn(text: string, max: number): SlackObject {
  return { type: 'mrkdwn', text: clipEscaped(text, max), verbatim: true };
}

/** A title. Plain text is not parsed, but the angle brackets are swapped for look-alikes to be safe from any reader. */
export function header(text: string): SlackObject {
  const plain = oneLine(text, 1_000).replaceAll('<', '‹').replaceAll('>', '›').replaceAll('&', '+');
  return {
    type: 'header',
    text: { type: 'plain_text', text: clip(plain, SLACK_LIMITS.header), emoji: false },
  };
}

export function section(text: string): SlackObject {
  return { type: 'section', text: mrkdwn(text, SLACK_LIMITS.text) };
}

/** Two columns; only the first ten are sent. */
export function fields(pairs: readonly (readonly [label: string, value: string])[]): SlackObject {
  return {
    type: 'section',
    fields: pairs
      .slice(0, SLACK_LIMITS.fields)
      .map(([label, value]) => mrkdwn(`*${label}*\n${value}`, SLACK_LIMITS.field)),
  };
}

export function context(text: string): SlackObject {
  return { type: 'context', elements: [mrkdwn(text, SLACK_LIMITS.field)] };
}

/** Only https: anything else in a link's place is dropped, with the characters that would end it early. */
export function link(url: string, label: string): string {
  const safe = URL.parse(url);
  if (safe?.protocol !== 'https:' || url.length > 1_000) return '';
  return `<${escapeSlack(safe.href).replaceAll('|', '%7C')}|${escapeSlack(label)}>`;
}

/** Cuts between characters of the escaped text, not inside a `&lt;`. */
export function clipEscaped(text: string, max: number): string {
  if (text.length <= max) return text;
  return `${clip(text, max)
    .replace(/&[a-z]{0,4}…$/, '')
    .replace(/…$/, '')}…`;
}
