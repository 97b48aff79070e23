import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LIBPQ_KEYWORDS, parseConninfo, REFUSED_KEYWORDS } from '../../../src/inputs/conninfo.ts';
import { databaseUrlMalformed, databaseUrlUnknownKeyword } from '../../../src/problems/inputs.ts';

function parsed(text: string): unknown {
  const found = parseConninfo(text);
  return found instanceof Map ? Object.fromEntries(found) : found;
}

describe('a URL', () => {
  it.each<[string, Record<string, string>]>([
    ['postgresql://', {}],
    ['postgres:///', {}],
    ['postgresql://db', { host: 'db' }],
    ['postgresql://db:5433', { host: 'db', port: '5433' }],
    ['postgresql:///app', { dbname: 'app' }],
    ['postgresql://u@db/app', { user: 'u', host: 'db', dbname: 'app' }],
    [
      'postgres://u:p@db:5432/app?sslmode=verify-full&connect_timeout=5',
      {
        user: 'u',
        password: 'p',
        host: 'db',
        port: '5432',
        dbname: 'app',
        sslmode: 'verify-full',
        connect_timeout: '5',
      },
    ],
    [
      'postgresql://my%20user:p%40ss%2Fw%3Ard%25@db/my%20app',
      { user: 'my user', password: 'p@ss/w:rd%', host: 'db', dbname: 'my app' },
    ],
    ['postgresql://u:a:b@db', { user: 'u', password: 'a:b', host: 'db' }],
    ['postgresql://u:a@b@db', { user: 'u', password: 'a@b', host: 'db' }],
    ['postgresql://u:a#b?c@db/app', { user: 'u', password: 'a#b?c', host: 'db', dbname: 'app' }],
    ['postgresql://u:+ @db', { user: 'u', password: '+ ', host: 'db' }],
    ['postgresql://u:@db', { user: 'u', host: 'db' }],
    ['postgresql://[::1]:5433/app', { host: '::1', port: '5433', dbname: 'app' }],
    ['postgresql://[2001:db8::1]/app', { host: '2001:db8::1', dbname: 'app' }],
    ['postgresql://a:1,b:2,[::1]:3/app', { host: 'a,b,::1', port: '1,2,3', dbname: 'app' }],
    ['postgresql://a,b:2/app', { host: 'a,b', port: ',2', dbname: 'app' }],
    ['postgresql://%2Fvar%2Frun%2Fpostgresql/app', { host: '/var/run/postgresql', dbname: 'app' }],
    ['postgresql:///app?host=/tmp&port=1', { dbname: 'app', host: '/tmp', port: '1' }],
    ['postgresql://db/?dbname=app&user=u', { host: 'db', dbname: 'app', user: 'u' }],
    ['postgresql://db?ssl=true', { host: 'db', sslmode: 'require' }],
    ['postgresql://db?application_name=a%26b', { host: 'db', application_name: 'a&b' }],
  ])('%s', (text, keywords) => {
    expect(parsed(text)).toEqual(keywords);
  });

  it.each([
    'postgresql://db:54x2/app',
    'postgresql://db:5432:6/app',
    'postgresql://u:pa/ss@db/app',
    'postgresql://u:100%@db/app',
    'postgresql://db/app?sslmode',
    'postgresql://db/app?=require',
    'postgresql://[::1/app',
    'postgresql://::1/app',
    'postgresql://u:p%00w@db/app',
    'mysql://u:p@db/app',
    'postgresql:/db',
  ])('is malformed: %s', text => {
    expect(parsed(text)).toBe('malformed');
  });
});

describe('a keyword string', () => {
  it.each<[string, Record<string, string>]>([
    ['host=db', { host: 'db' }],
    [
      "host=db dbname='my app' password='it\\'s \\\\ fine'",
      { host: 'db', dbname: 'my app', password: "it's \\ fine" },
    ],
    ["host = db  port\t=\n5433 user= 'u'  ", { host: 'db', port: '5433', user: 'u' }],
    ['password=a\\ b user=u', { password: 'a b', user: 'u' }],
    ["password=a'b'c user=u", { password: "a'b'c", user: 'u' }],
    ["user='u'host=db", { user: 'u', host: 'db' }],
    ["password='' host=db", { host: 'db' }],
    ['password=a=b@c/d?e#f host=db', { password: 'a=b@c/d?e#f', host: 'db' }],
    ['password=\u00a0x host=db', { password: '\u00a0x', host: 'db' }],
    ['service=prod', { service: 'prod' }],
  ])('%s', (text, keywords) => {
    expect(parsed(text)).toEqual(keywords);
  });

  it.each(['db', 'host', '=db', "host='db", 'host=db app', "password='a' b"])('is malformed: %s', text => {
    expect(parsed(text)).toBe('malformed');
  });
});

it.each(REFUSED_KEYWORDS)('refuses %s, which would change what is dumped or hide a secret', keyword => {
  expect(parsed(`postgresql://db?${keyword}=x`)).toEqual({ refused: keyword });
  expect(parsed(`host=db ${keyword}=x`)).toEqual({ refused: keyword });
});

it.each(['schema', 'pgbouncer', 'constructor', 'toString', '__proto__', 'Host'])(
  'does not know %s, as libpq does not',
  keyword => {
    expect(parsed(`postgresql://db?${keyword}=x`)).toEqual({ unknown: keyword });
    expect(parsed(`host=db ${keyword}=x`)).toEqual({ unknown: keyword });
  },
);

const text = fc.string({ unit: 'binary', minLength: 1 }).filter(value => !value.includes('\0'));
const keywords = fc.dictionary(fc.constantFrom(...Object.keys(LIBPQ_KEYWORDS)), text, {
  minKeys: 1,
  noNullPrototype: true,
});

it('what is printed as a keyword string is read back', () => {
  const quote = (value: string) => `'${value.replaceAll(/[\\']/g, '\\$&')}'`;
  const escaped = (value: string) => value.replaceAll(/[ \t-\r\\']/g, '\\$&');
  fc.assert(
    fc.property(keywords, fc.boolean(), (wanted, quoted) => {
      const pairs = Object.entries(wanted).map(
        ([key, value]) => `${key}=${quoted ? quote(value) : escaped(value)}`,
      );
      expect(parsed(pairs.join(' '))).toEqual(wanted);
    }),
  );
});

it('what is printed as a URL is read back', () => {
  const host = fc.oneof(
    fc.constantFrom('db', '::1', '10.0.0.1', '/var/run'),
    fc.stringMatching(/^[a-z0-9.-]{1,20}$/),
  );
  const fine = text.filter(value => value.isWellFormed());
  fc.assert(
    fc.property(
      fine,
      fine,
      fine,
      fc.array(fc.tuple(host, fc.integer({ min: 1, max: 65_535 })), { minLength: 1, maxLength: 3 }),
      (user, password, dbname, hosts) => {
        const places = hosts.map(([name, port]) => {
          if (name.startsWith('/')) return `${encodeURIComponent(name)}:${port}`;
          return `${name.includes(':') ? `[${name}]` : name}:${port}`;
        });
        const url = `postgresql://${encodeURIComponent(user)}:${encodeURIComponent(password)}@${places.join(',')}/${encodeURIComponent(dbname)}`;
        expect(parsed(url)).toEqual({
          user,
          password,
          dbname,
          host: hosts.map(([name]) => name).join(','),
          port: hosts.map(([, port]) => port).join(','),
        });
      },
    ),
  );
});

it('no problem quotes what was given: any of it may be the password', () => {
  expect(databaseUrlMalformed().message).not.toContain('hunter2');
  for (const found of ['postgresql://db?hunter=x', 'host=db password=my hunter=x'].map(parseConninfo)) {
    if (found === 'malformed' || !('unknown' in found)) throw new Error('a case that reads otherwise');
    expect(databaseUrlUnknownKeyword(String(found.unknown)).message).not.toContain('hunter');
  }
  expect(databaseUrlUnknownKeyword('pgbouncer').message).toContain('"pgbouncer"');
});
