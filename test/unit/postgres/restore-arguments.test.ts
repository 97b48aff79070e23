import { describe, expect, it } from 'vitest';
import { copyOut } from '../../../src/postgres/read-tables.ts';
import { restoreArguments, sessionOptions } from '../../../src/postgres/restore-archive.ts';
import { identifier, literal } from '../../../src/postgres/sql-text.ts';
import { databaseUrl, userEnvironment } from '../../../src/postgres/user-work.ts';

describe('what pg_restore is told', () => {
  const plain = { file: '/x/a.dump', jobs: 4, noOwner: false, noAcl: false, lcMonetary: undefined };

  it('never one worker alone: rows would lose their order', () => {
    expect(restoreArguments(plain)).toEqual(['--exit-on-error', '--jobs=4', '/x/a.dump']);
    expect(restoreArguments({ ...plain, jobs: 1 })).toContain('--jobs=2');
    expect(restoreArguments({ ...plain, noOwner: true, noAcl: true })).toEqual([
      '--exit-on-error',
      '--jobs=4',
      '--no-owner',
      '--no-acl',
      '/x/a.dump',
    ]);
  });

  it('settings of its sessions', () => {
    expect(sessionOptions(undefined)).toBe('-c default_transaction_read_only=off');
    expect(sessionOptions('de DE\\x')).toBe(
      '-c default_transaction_read_only=off -c lc_monetary=de\\ DE\\\\x',
    );
  });
});

describe('copyOut', () => {
  const out = (statement: string, more: { wholeTree?: boolean; condition?: string } = {}) =>
    copyOut({
      statement: Buffer.from(statement, 'latin1'),
      wholeTree: false,
      condition: '',
      ...more,
    }).toString('latin1');

  it.each([
    ['COPY public.t (a, "b c") FROM stdin;', {}, 'COPY public.t (a, "b c") TO STDOUT;'],
    ['COPY public.t  FROM stdin;', {}, 'COPY public.t  TO STDOUT;'],
    [
      'COPY public."x (y" (a) FROM stdin;',
      { wholeTree: true },
      'COPY (SELECT a FROM public."x (y"  ) TO STDOUT;',
    ],
    [
      'COPY e.t (a) FROM stdin;',
      { condition: 'where not a' },
      'COPY (SELECT a FROM ONLY e.t  where not a) TO STDOUT;',
    ],
    ['COPY public."caf\u00e9" (a) FROM stdin;', {}, 'COPY public."caf\u00e9" (a) TO STDOUT;'],
  ])('%s %j', (statement, more, expected) => {
    expect(out(statement, more)).toBe(expected);
  });
});

describe('names and values in SQL', () => {
  it.each([
    ['a', '"a"', "'a'"],
    ['a"b', '"a""b"', `'a"b'`],
    ["it's", `"it's"`, "'it''s'"],
    ["\\'", `"\\'"`, " E'\\\\'''"],
  ])('%s', (text, name, value) => {
    expect([identifier(text), literal(text)]).toEqual([name, value]);
  });
});

describe('what the user’s command is given', () => {
  it.each([
    [
      { host: 'db', port: '5433', user: 'a b', dbname: 'x/y' },
      'p@:/',
      'postgresql://a%20b:p%40%3A%2F@db:5433/x%2Fy',
    ],
    [{ host: '::1', dbname: 'x' }, undefined, 'postgresql://[::1]/x'],
    [
      { host: '/run/pg', port: '5432', user: 'u', dbname: 'x' },
      undefined,
      'postgresql://u@/x?host=%2Frun%2Fpg&port=5432',
    ],
    [
      { host: 'db', dbname: 'x', sslmode: 'verify-full', sslrootcert: '/ca pem' },
      undefined,
      'postgresql://db/x?sslmode=verify-full&sslrootcert=%2Fca%20pem',
    ],
  ])('%j', (keywords, password, url) => {
    expect(databaseUrl({ environment: {}, keywords, password })).toBe(url);
  });

  it('an environment from a list', () => {
    const own = {
      PATH: '/bin',
      INPUT_PASSWORD: 'x',
      AWS_SECRET_ACCESS_KEY: 'x',
      ACTIONS_RUNTIME_TOKEN: 'x',
      GITHUB_TOKEN: 'x',
      GITHUB_ENV: 'x',
      GITHUB_PATH: 'x',
      GITHUB_OUTPUT: 'x',
      NODE_OPTIONS: 'x',
    };
    expect(userEnvironment(own, { PGHOST: 'db', PGPASSFILE: '/f', LC_ALL: 'C' })).toEqual({
      PATH: '/bin',
      PGHOST: 'db',
      PGPASSFILE: '/f',
    });
  });
});
