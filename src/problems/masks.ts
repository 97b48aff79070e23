// Which values the runner is asked to mask: each secret whole and in the parts that show up by themselves (the
// decoded password of a URL is the one the runner misses). Everyday words are not masked: that would blank them
// out of every line and make outputs vanish that contain them. They are told instead.

export interface Secret {
  /** For people, e.g. `database-url` with its backticks. */
  readonly label: string;
  readonly value: string;
}

export interface MaskPlan {
  /** For `setSecret` and for `makeRedactor`, longest first. */
  readonly mask: readonly string[];
  /** What could not be masked, for `secretsNotMasked`. */
  readonly tooCommon: readonly string[];
}

const SHORTEST = 4;
/** Of an address. */
const LONG_PART = 16;
const EVERYDAY = new Set(
  (
    'admin administrator backup backups changeme default development example false github heroku host localhost ' +
    'main master none null password passwd postgres postgresql prod production public root secret staging supabase ' +
    'test testing true user username neondb defaultdb undefined 1234 12345 123456 5432 6543'
  ).split(' '),
);

export function planMasks(secrets: readonly Secret[]): MaskPlan {
  const mask = new Set<string>();
  const tooCommon = new Set<string>();
  for (const secret of secrets) {
    for (const { label, value } of partsOf(secret)) {
      if (value === '') continue;
      if (isCommon(value)) tooCommon.add(label);
      else for (const maskable of maskables(value)) mask.add(maskable);
    }
  }
  return { mask: [...mask].sort((a, b) => b.length - a.length), tooCommon: [...tooCommon] };
}

function isCommon(value: string): boolean {
  return value.length < SHORTEST || EVERYDAY.has(value.toLowerCase());
}

/** The runner masks each line of a value by itself, however short: a value with such lines is given as the others. */
function maskables(value: string): string[] {
  const lines = value.split(/[\r\n]+/).filter(line => line.trim() !== '');
  const worthy = lines.map(line => line.trim()).filter(line => !isCommon(line));
  return worthy.length === lines.length ? [value, ...worthy] : worthy;
}

function partsOf({ label, value }: Secret): Secret[] {
  const whole = value.trim();
  return [
    { label, value: whole },
    ...urlParts(label, whole),
    ...keywordParts(label, whole),
    ...slackParts(label, whole),
    ...addressParts(label, whole),
    { label, value: whole.replace(/^whsec_/, '') },
  ];
}

/**
 * By hand, since `URL` refuses what libpq accepts (several hosts). Passwords hold `@` and `/` that nobody encoded:
 * libpq ends at the first, other readers at the last, so both are masked.
 */
function urlParts(label: string, text: string): Secret[] {
  const rest = /^[a-z][a-z0-9+.-]*:\/\/(.*)$/is.exec(text)?.[1];
  if (rest === undefined) return [];
  const ends = new Set([rest.indexOf('@'), rest.lastIndexOf('@', authorityEnd(rest)), rest.lastIndexOf('@')]);
  const userinfos = [...ends].filter(end => end > 0).map(end => rest.slice(0, end));
  const parameters = [...rest.matchAll(/[?&](?:ssl)?password=([^&#]*)/gi)].map(match => match[1] ?? '');
  return [
    ...userinfos.filter(userinfo => userinfo.includes(':')).map(value => ({ label, value })),
    ...[...userinfos.map(userinfo => userinfo.replace(/^[^:]*:?/, '')), ...parameters].flatMap(password =>
      passwordForms(label, password),
    ),
  ];
}

function authorityEnd(rest: string): number {
  const end = rest.search(/[/?#]/);
  return end < 0 ? rest.length : end;
}

/** `host=… password='it\'s'`: libpq's keyword strings. */
function keywordParts(label: string, text: string): Secret[] {
  return [
    ...text.matchAll(/(?:^|\s)(?:ssl)?password\s*=\s*(?:'((?:[^'\\]|\\.)*)'|((?:[^\s'\\]|\\.)+))/gis),
  ].flatMap(match => {
    const raw = match[1] ?? match[2] ?? '';
    return [raw, raw.replace(/\\(.)/gs, '$1')].flatMap(password => passwordForms(label, password));
  });
}

function passwordForms(label: string, raw: string): Secret[] {
  const forms = [raw];
  try {
    forms.push(decodeURIComponent(raw));
  } catch {
    // Not percent-encoded after all: the raw form is the password.
  }
  return forms.map(value => ({ label: `the password in ${label}`, value }));
}

/** Whoever knows the path of a webhook can post: `/services/T…/B…/…`. */
function slackParts(label: string, text: string): Secret[] {
  const path = /^https?:\/\/[^/?#\s]+(\/services\/[^?#\s]+)/i.exec(text)?.[1];
  return path === undefined ? [] : [path, path.replace(/^.*\//, '')].map(value => ({ label, value }));
}

/** Of other addresses the long parts, which are keys: short ones are words of the path that any line may hold. */
function addressParts(label: string, text: string): Secret[] {
  const parts = /^https?:\/\//i.test(text) ? text.split(/[/?&=#]/).slice(3) : [];
  return parts.filter(part => part.length >= LONG_PART).map(value => ({ label, value }));
}
