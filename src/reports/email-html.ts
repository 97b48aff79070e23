// The page of an e-mail: one column that fits a phone, every colour given inline for readers that drop style sheets, and
// again in a sheet for those that know the dark. Nothing is fetched: no images, no fonts, no scripts.
import { type Notice, standingOf } from './notice.ts';
import { clip, lastLines, oneLine, piecesOf } from './plain-text.ts';
import type { Shown } from './shown-problem.ts';

/** More are counted: the log holds the rest. Mail programs cut a mail off at about 100 KB. */
export const MOST_POINTS = 5;

const FONT = "-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif";
const MONO = "ui-monospace,SFMono-Regular,Menlo,Consolas,'Liberation Mono',monospace";

const TONES = {
  good: { band: '#1a7f37', soft: '#dafbe1', ink: '#116329', word: 'Good' },
  warned: { band: '#bf8700', soft: '#fff8c5', ink: '#7d4e00', word: 'Look at it' },
  bad: { band: '#cf222e', soft: '#ffebe9', ink: '#a40e26', word: 'Failed' },
  quiet: { band: '#6e7781', soft: '#eaeef2', ink: '#424a53', word: 'Cancelled' },
} as const;

type Tone = keyof typeof TONES;

/** What a reader in the dark sees instead; `!important` because the light colours stand inline. */
const DARK = `:root{color-scheme:light dark;supported-color-schemes:light dark}
@media (prefers-color-scheme:dark){
.page{background:#0d1117!important}
.card{background:#161b22!important;border-color:#30363d!important}
.ink,.ink a{color:#e6edf3!important}
.muted{color:#9198a1!important}
.line{border-color:#30363d!important}
.code{background:#2b313a!important;color:#e6edf3!important}
.good{background:#12261e!important;color:#7ee787!important}
.warned{background:#2a2111!important;color:#f2cc60!important}
.bad{background:#2d1516!important;color:#ffa198!important}
.quiet{background:#21262d!important;color:#c9d1d9!important}
.button{background:#1f6feb!important}
}
@media (max-width:480px){
.pad{padding:20px 18px!important}
.outer{padding:8px!important}
.label{display:block!important;width:auto!important;padding:9px 0 0!important}
.value{display:block!important;padding:0 0 9px!important;border-top:0!important}
}`;

export function renderEmailHtml(notice: Notice): string {
  const tone = toneOf(notice);
  const { band } = TONES[tone];
  const detail = notice.problems[0]?.detail;
  const parts = [
    chip(tone),
    `<h1 class="ink" style="margin:12px 0 8px;font-size:21px;line-height:1.3;font-weight:600;color:#1f2328;overflow-wrap:anywhere">${escapeHtml(oneLine(notice.title, 200))}</h1>`,
    `<p class="ink" style="margin:0 0 20px;font-size:15px;line-height:1.55;color:#1f2328;overflow-wrap:anywhere">${prose(notice.sentence, 1_000)}</p>`,
    ...points(notice.problems, 'bad', 'Cause'),
    detail ? block('What was printed', lastLines(detail, 12)) : '',
    ...points(notice.warnings, 'warned', 'Warning'),
    facts(notice),
    ...notice.commands.map(({ label, text }) => block(label, lastLines(text, 20, 2_000))),
    button(notice.runUrl),
  ];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>${escapeHtml(oneLine(notice.title, 200))}</title>
<style>
${DARK}
</style>
</head>
<body class="page" style="margin:0;padding:0;background:#f6f8fa">
<div style="display:none;max-height:0;overflow:hidden">${prose(notice.sentence, 200)}</div>
<table role="presentation" class="page" width="100%" cellpadding="0" cellspacing="0" style="background:#f6f8fa">
<tr><td class="outer" align="center" style="padding:24px 16px">
<table role="presentation" class="card" width="100%" cellpadding="0" cellspacing="0" style="max-width:600px;background:#ffffff;border:1px solid #d1d9e0;border-radius:6px;font-family:${FONT};text-align:left">
<tr><td style="height:4px;line-height:4px;font-size:0;border-radius:5px 5px 0 0;background:${band}">&nbsp;</td></tr>
<tr><td class="pad" style="padding:26px 32px 28px">
${parts.filter(part => part !== '').join('\n')}
</td></tr>
</table>
<p class="muted" style="margin:14px 8px 0;font-family:${FONT};font-size:12px;line-height:1.5;color:#59636e;overflow-wrap:anywhere">${footer(notice)}</p>
</td></tr>
</table>
</body>
</html>
`;
}

function toneOf(notice: Notice): Tone {
  if (notice.result === 'cancelled') return 'quiet';
  if (notice.result === 'failed') return 'bad';
  return standingOf(notice) === 'good' ? 'good' : 'warned';
}

function chip(tone: Tone): string {
  const { soft, ink, word } = TONES[tone];
  return `<span class="${tone}" style="display:inline-block;padding:3px 10px;border-radius:12px;background:${soft};color:${ink};font-size:12px;font-weight:600">${word}</span>`;
}

function points(all: readonly Shown[], tone: 'bad' | 'warned', label: string): readonly string[] {
  const { soft, ink, band } = TONES[tone];
  const left = all.length - MOST_POINTS;
  const boxes = all.slice(0, MOST_POINTS).map(({ code, summary, hint, loud }) => {
    const next = hint
      ? `<p style="margin:8px 0 0;font-size:14px;line-height:1.5"><strong>Next step:</strong> ${prose(hint, 600, 'bare')}</p>`
      : '';
    return `<div class="${tone}" style="margin:0 0 14px;padding:12px 14px;border-left:3px solid ${band};border-radius:4px;background:${soft};color:${ink};overflow-wrap:anywhere"><p style="margin:0;font-size:14px;line-height:1.5"><strong>${loud ? label.toUpperCase() : label} ${code}:</strong> ${prose(summary, 600, 'bare')}</p>${next}</div>`;
  });
  const more = `<p class="muted" style="margin:0 0 14px;font-size:14px;color:#59636e">and ${left} more: see the run's log</p>`;
  return left > 0 ? [...boxes, more] : boxes;
}

function facts({ facts: all }: Notice): string {
  if (all.length === 0) return '';
  const rows = all.map(([label, value]) => {
    const cell =
      'padding:9px 0;border-top:1px solid #d1d9e0;font-size:14px;line-height:1.45;vertical-align:top';
    return `<tr><td class="label line muted" width="36%" style="${cell};padding-right:12px;color:#59636e">${escapeHtml(oneLine(label, 80))}</td><td class="value line ink" style="${cell};color:#1f2328;overflow-wrap:anywhere">${prose(value, 600)}</td></tr>`;
  });
  return `<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="margin:6px 0 22px;border-collapse:collapse;table-layout:fixed">\n${rows.join('\n')}\n</table>`;
}

function block(label: string, text: string): string {
  return `<p class="muted" style="margin:0 0 6px;font-size:13px;color:#59636e">${escapeHtml(label)}</p>
<pre class="code" style="margin:0 0 20px;padding:12px 14px;border-radius:6px;background:#eff2f5;color:#1f2328;font-family:${MONO};font-size:12px;line-height:1.5;white-space:pre-wrap;overflow-wrap:anywhere">${escapeHtml(clip(text, 5_000))}</pre>`;
}

/** Only https: anything else in a link's place is left out. */
function button(runUrl: string | null): string {
  const url = runUrl === null ? null : URL.parse(runUrl);
  if (url?.protocol !== 'https:' || url.href.length > 1_000) return '';
  return `<a class="button" href="${escapeHtml(url.href)}" style="display:inline-block;padding:10px 18px;border-radius:6px;background:#0969da;color:#ffffff;font-size:14px;font-weight:600;text-decoration:none">Open the run</a>`;
}

function footer({ command, footnotes }: Notice): string {
  return [...footnotes.map(note => prose(note, 300)), `sent by pg-backup ${escapeHtml(command)}`].join(' · ');
}

/** Inside a coloured box code marks have no ground of their own. */
function prose(sentence: string, max: number, marks: 'chips' | 'bare' = 'chips'): string {
  const font = `font-family:${MONO};font-size:0.92em;color:inherit`;
  const open =
    marks === 'bare'
      ? `<code style="${font}">`
      : `<code class="code" style="padding:1px 4px;border-radius:4px;background:#eff2f5;${font}">`;
  return piecesOf(oneLine(sentence, max))
    .map(({ code, text }) => (code ? `${open}${escapeHtml(text)}</code>` : unbroken(escapeHtml(text))))
    .join('');
}

/** A number and its unit stay on one line. */
function unbroken(text: string): string {
  return text.replaceAll(/(\d) (?=(?:ms|s|min|h|d|%|[KMGT]?i?B)(?![\p{L}\d]))/gu, '$1&nbsp;');
}

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
