// Decides how to reach the source: `database-url`, or the single inputs, or the PG* environment; one of the three,
// never a mixture. Hands on libpq's own words, so that the server's own tools do the connecting.
import {
  badPort,
  connectionGivenTwice,
  databaseUrlMalformed,
  databaseUrlRefusedKeyword,
  databaseUrlUnknownKeyword,
  poolerPort,
  weakSslMode,
} from '../problems/inputs.ts';
import { type Keywords, LIBPQ_KEYWORDS, parseConninfo } from './conninfo.ts';
import { isLoopback } from './loopback.ts';
import type { InputReader } from './raw-inputs.ts';

export interface ConnectionConfig {
  /** PG* variables, without the password. */
  readonly environment: Readonly<Record<string, string>>;
  /** libpq keywords that have no variable. */
  readonly keywords: Readonly<Record<string, string>>;
  readonly password: string | undefined;
}

const SINGLE_INPUTS = {
  host: 'host',
  port: 'port',
  user: 'user',
  password: 'password',
  database: 'dbname',
} as const;

/** `listed`: the URL that a list of databases has for this one. */
export function readConnection(
  inputs: InputReader,
  environment: NodeJS.ProcessEnv,
  listed?: string,
): ConnectionConfig {
  const keywords = chooseKeywords(inputs, environment, listed);
  const rootCert = inputs.optional('ssl-root-cert');
  if (rootCert !== undefined) keywords.set('sslrootcert', rootCert);
  const explicit = keywords.get('sslmode');
  // Where both are given, the address is what is connected to.
  const local = (keywords.get('hostaddr') ?? keywords.get('host') ?? '')
    .split(',')
    .every(host => host === '' || host.startsWith('/') || isLoopback(host));
  if (explicit !== undefined) {
    if (!local && ['disable', 'allow', 'prefer'].includes(explicit))
      inputs.warnings.push(weakSslMode(explicit));
  } else if (rootCert !== undefined) keywords.set('sslmode', 'verify-full');
  else if (!local) keywords.set('sslmode', 'require');
  refuseKnownPoolers(keywords, inputs);
  return split(keywords);
}

function chooseKeywords(
  inputs: InputReader,
  environment: NodeJS.ProcessEnv,
  listed: string | undefined,
): Map<string, string> {
  const url = inputs.optional('database-url') ?? listed;
  const single = Object.entries(SINGLE_INPUTS)
    .map(([input, keyword]) => [keyword, inputs.optional(input)] as const)
    .filter((pair): pair is readonly [(typeof pair)[0], string] => pair[1] !== undefined);
  if (url !== undefined && single.length > 0) inputs.problems.push(connectionGivenTwice());
  if (url !== undefined) {
    const parsed = parseConninfo(url.trim());
    if (parsed instanceof Map) return new Map(checkPort(parsed, inputs));
    if (parsed === 'malformed') inputs.problems.push(databaseUrlMalformed());
    else if ('unknown' in parsed) inputs.problems.push(databaseUrlUnknownKeyword(parsed.unknown));
    else if ('refused' in parsed) inputs.problems.push(databaseUrlRefusedKeyword(parsed.refused));
    return new Map();
  }
  if (single.length > 0) return new Map(checkPort(new Map(single), inputs));
  const fromEnvironment = Object.entries(LIBPQ_KEYWORDS)
    .map(([keyword, variable]) => [keyword, variable === '' ? undefined : environment[variable]] as const)
    .filter((pair): pair is readonly [string, string] => pair[1] !== undefined && pair[1] !== '');
  return new Map(fromEnvironment);
}

function checkPort(keywords: Keywords, inputs: InputReader): Keywords {
  const ports = (keywords.get('port') ?? '').split(',').filter(port => port !== '');
  for (const port of ports) {
    if (!/^\d{1,5}$/.test(port) || Number(port) < 1 || Number(port) > 65_535)
      inputs.problems.push(badPort(port));
  }
  return keywords;
}

/** Well-known transaction poolers by name; unknown ones are found by asking (src/postgres/facts.ts). */
function refuseKnownPoolers(keywords: Keywords, inputs: InputReader): void {
  const host = keywords.get('host') ?? '';
  const supabase = host.endsWith('.pooler.supabase.com') && keywords.get('port') === '6543';
  const neon = /-pooler\.[a-z0-9.-]*neon\.tech$/.test(host);
  if (supabase || neon) inputs.problems.push(poolerPort(host));
}

/** With a service file in play, everything explicit goes into the connection string: the service would win over the environment. */
function split(keywords: Keywords): ConnectionConfig {
  const environment: Record<string, string> = {};
  const others: Record<string, string> = {};
  for (const [keyword, value] of keywords) {
    const variable = LIBPQ_KEYWORDS[keyword] ?? '';
    const byVariable = variable !== '' && (!keywords.has('service') || keyword.startsWith('service'));
    if (keyword === 'password') continue;
    if (byVariable) environment[variable] = value;
    else others[keyword] = value;
  }
  return { environment, keywords: others, password: keywords.get('password') };
}
