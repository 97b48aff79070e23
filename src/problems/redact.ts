// Takes secrets out of any text before it is shown, in the forms in which tools and servers give them back. The
// runner masks its log, but nobody else masks summaries, notices, files and the command line.

export type Redact = (text: string) => string;

const REPLACEMENT = '***';
/** Shorter values would blank out ordinary text; `planMasks` tells of them. */
const SHORTEST = REPLACEMENT.length + 1;

/** The result contains none of the forms any more, and redacting it again changes nothing. */
export function makeRedactor(secrets: readonly string[]): Redact {
  const forms = [...new Set(secrets.flatMap(formsOf))]
    .filter(form => form.length >= SHORTEST)
    .sort((a, b) => b.length - a.length);
  return text => {
    let shown = text;
    // What stands left and right of a replacement can make up a secret again. Each round shortens the text.
    for (let spans = find(shown, forms); spans.length > 0; spans = find(shown, forms)) {
      shown = replace(shown, spans);
    }
    return shown;
  };
}

interface Span {
  readonly from: number;
  readonly to: number;
}

/** Every occurrence, overlapping ones as well, so that no secret is saved in part by another one. */
function find(text: string, forms: readonly string[]): Span[] {
  const spans: Span[] = [];
  for (const form of forms) {
    for (let from = text.indexOf(form); from >= 0; from = text.indexOf(form, from + 1)) {
      spans.push({ from, to: from + form.length });
    }
  }
  return spans.sort((a, b) => a.from - b.from || b.to - a.to);
}

function replace(text: string, spans: readonly Span[]): string {
  let shown = '';
  let done = 0;
  for (const { from, to } of spans) {
    if (from >= done) shown += text.slice(done, from) + REPLACEMENT;
    done = Math.max(done, to);
  }
  return shown + text.slice(done);
}

function formsOf(secret: string): string[] {
  const whole = [secret, secret.trim()].flatMap(value => [value, ...decoded(value)]);
  return [...whole.flatMap(encodings), ...linesOf(secret)];
}

function linesOf(secret: string): string[] {
  return secret.split(/[\r\n]+/).map(line => line.trim());
}

function decoded(value: string): string[] {
  try {
    return [decodeURIComponent(value)];
  } catch {
    return [];
  }
}

function encodings(value: string): string[] {
  const percent = encodeURIComponent(value.toWellFormed());
  const uri = [percent, encodeURI(value.toWellFormed()), percent.replaceAll('%20', '+')];
  return [
    value,
    ...uri,
    ...uri.map(form => form.replace(/%[0-9A-F]{2}/g, code => code.toLowerCase())),
    JSON.stringify(value).slice(1, -1),
    // As libpq's connection strings and SQL's literals quote it.
    value.replace(/[\\']/g, '\\$&'),
    value.replaceAll("'", "''"),
    ...base64Forms(value),
  ];
}

/** As it appears inside a longer base64 text, after 0, 1 or 2 other bytes: what depends on the neighbours is left off. */
function base64Forms(value: string): string[] {
  const bytes = Buffer.from(value);
  return [0, 1, 2].flatMap(before => {
    const text = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
    const from = Math.ceil((before * 8) / 6);
    const to = Math.floor(((before + bytes.length) * 8) / 6);
    const own = text.slice(from, to);
    return [own, own.replaceAll('+', '-').replaceAll('/', '_')];
  });
}
