// Reads a libpq connection string, URL or keyword form, into libpq's own keywords: by libpq's rules, so that what
// connects in psql connects here. The text may hold a password: no message ever quotes it.

/** libpq's keywords and the environment variables that stand for them; '' where there is none. */
export const LIBPQ_KEYWORDS: Readonly<Record<string, string>> = {
  host: 'PGHOST',
  hostaddr: 'PGHOSTADDR',
  port: 'PGPORT',
  dbname: 'PGDATABASE',
  user: 'PGUSER',
  password: 'PGPASSWORD',
  passfile: 'PGPASSFILE',
  require_auth: 'PGREQUIREAUTH',
  channel_binding: 'PGCHANNELBINDING',
  connect_timeout: 'PGCONNECT_TIMEOUT',
  application_name: 'PGAPPNAME',
  keepalives: '',
  keepalives_idle: '',
  keepalives_interval: '',
  keepalives_count: '',
  tcp_user_timeout: '',
  gssencmode: 'PGGSSENCMODE',
  krbsrvname: 'PGKRBSRVNAME',
  gsslib: 'PGGSSLIB',
  gssdelegation: 'PGGSSDELEGATION',
  sslmode: 'PGSSLMODE',
  sslnegotiation: 'PGSSLNEGOTIATION',
  sslcompression: 'PGSSLCOMPRESSION',
  sslcert: 'PGSSLCERT',
  sslkey: 'PGSSLKEY',
  sslcertmode: 'PGSSLCERTMODE',
  sslrootcert: 'PGSSLROOTCERT',
  sslcrl: 'PGSSLCRL',
  sslcrldir: 'PGSSLCRLDIR',
  sslsni: 'PGSSLSNI',
  requirepeer: 'PGREQUIREPEER',
  ssl_min_protocol_version: 'PGSSLMINPROTOCOLVERSION',
  ssl_max_protocol_version: 'PGSSLMAXPROTOCOLVERSION',
  service: 'PGSERVICE',
  servicefile: 'PGSERVICEFILE',
  target_session_attrs: 'PGTARGETSESSIONATTRS',
  load_balance_hosts: 'PGLOADBALANCEHOSTS',
};

/** Accepted by libpq, but they would change what a dump means or hide another secret in it. */
export const REFUSED_KEYWORDS = ['options', 'replication', 'client_encoding', 'sslpassword'] as const;

export type Keywords = ReadonlyMap<string, string>;
export type ConninfoFault = 'malformed' | { readonly unknown: string } | { readonly refused: string };

export function parseConninfo(text: string): Keywords | ConninfoFault {
  const pairs = /^postgres(?:ql)?:\/\//.test(text) ? parseUrl(text) : parseKeywordString(text);
  if (!pairs) return 'malformed';
  const keywords = new Map<string, string>();
  for (const [keyword, value] of pairs) {
    if ((REFUSED_KEYWORDS as readonly string[]).includes(keyword)) return { refused: keyword };
    if (!Object.hasOwn(LIBPQ_KEYWORDS, keyword)) return { unknown: keyword };
    if (value.includes('\0')) return 'malformed';
    if (value !== '') keywords.set(keyword, value);
  }
  return keywords;
}

/**
 * `postgresql://[user[:password]@][host[:port][,…]][/dbname][?keyword=value&…]`, every part percent-encoded. libpq knows
 * no fragment, and up to the @ it minds nothing but a slash: `#` and `?` may stand in a password as they are.
 */
function parseUrl(text: string): [string, string][] | undefined {
  const match = /^postgres(?:ql)?:\/\/(?:([^/]*)@)?([^/?@]*)(?:\/([^?]*))?(?:\?(.*))?$/s.exec(text);
  if (!match) return undefined;
  const [, userinfo, hosts = '', dbname = '', query = ''] = match;
  const pairs: [string, string | undefined][] = [];
  if (userinfo !== undefined) {
    const colon = userinfo.indexOf(':');
    pairs.push(['user', decode(colon === -1 ? userinfo : userinfo.slice(0, colon))]);
    if (colon !== -1) pairs.push(['password', decode(userinfo.slice(colon + 1))]);
  }
  if (hosts !== '') {
    const each = hosts.split(',').map(host => /^(\[[^\]]*\]|[^:[\]]*)(?::(\d*))?$/.exec(host));
    if (each.some(match => !match)) return undefined;
    pairs.push(['host', decode(each.map(match => (match?.[1] ?? '').replace(/^\[|\]$/g, '')).join(','))]);
    const ports = each.map(match => match?.[2] ?? '');
    if (ports.some(port => port !== '')) pairs.push(['port', ports.join(',')]);
  }
  pairs.push(['dbname', decode(dbname)]);
  for (const item of query === '' ? [] : query.split('&')) {
    const equals = item.indexOf('=');
    if (equals < 1) return undefined;
    const keyword = decode(item.slice(0, equals));
    const value = decode(item.slice(equals + 1));
    // JDBC's spelling, which libpq takes as well.
    if (keyword === 'ssl' && value === 'true') pairs.push(['sslmode', 'require']);
    else pairs.push([keyword ?? '', value]);
  }
  if (pairs.some(([keyword, value]) => keyword === '' || value === undefined)) return undefined;
  return pairs.map(([keyword, value]) => [keyword, value ?? '']);
}

/** `host=db dbname='my app' password=it\'s`, quotes and backslashes as libpq reads them. */
function parseKeywordString(text: string): [string, string][] | undefined {
  const pairs: [string, string][] = [];
  // The only blanks are those of C; a quote within an unquoted value is one of its characters.
  const item =
    /[ \t-\r]*([^\s=]+)[ \t-\r]*=[ \t-\r]*(?:'((?:[^'\\]|\\.)*)'|((?:(?!')(?:[^ \t-\r\\]|\\.)(?:[^ \t-\r\\]|\\.)*)?)(?=[ \t-\r]|$))/sy;
  const end = text.replace(/[ \t-\r]+$/, '').length;
  while (item.lastIndex < end) {
    const match = item.exec(text);
    if (!match) return undefined;
    pairs.push([match[1] ?? '', (match[2] ?? match[3] ?? '').replace(/\\(.)/gs, '$1')]);
  }
  return pairs.length === 0 ? undefined : pairs;
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
