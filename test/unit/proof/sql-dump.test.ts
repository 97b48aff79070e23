import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Problem } from '../../../src/problems/problem.ts';
import { type SqlDump, SqlDumpScanner } from '../../../src/proof/sql-dump-scanner.ts';

const HEAD = `--
-- PostgreSQL database dump
--

\\restrict aB3

-- Dumped from database version 16.15
-- Dumped by pg_dump version 16.15

SET statement_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
`;
const END = '\n--\n-- PostgreSQL database dump complete\n--\n\n\\unrestrict aB3\n';

function scan(text: string, chunk = text.length): SqlDump {
  const scanner = new SqlDumpScanner();
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += chunk) scanner.push(Buffer.from(bytes.subarray(at, at + chunk)));
  return scanner.end();
}

function codeOf(text: string): string {
  try {
    scan(text);
    return 'passed';
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return error.code;
  }
}

const within = (text: string) => `${HEAD}${text}${END}`;
const COMMAND = 'PGB731';
const STATEMENT = 'PGB732';

describe('a plain SQL dump', () => {
  it('is read with its rows, sequences, roles and versions, wherever it is cut into pieces', () => {
    const text = within(`CREATE EXTENSION IF NOT EXISTS hstore WITH SCHEMA public;
CREATE TABLE public.t (a text, b text);
ALTER TABLE public.t OWNER TO app;
COPY public.t (a, b) FROM stdin;
x\\\\	\\N
; \\! no	$$

\\.

SELECT pg_catalog.setval('public.s', 7, true);
GRANT SELECT ON TABLE public.t TO "read er";
COMMENT ON DATABASE app IS 'x';
SET transaction_timeout = 0;
`);
    const whole = scan(text);
    expect(whole).toMatchObject({
      encoding: 'UTF8',
      serverVersion: '16.15',
      extensions: ['hstore'],
      roles: { owners: ['app'], grants: ['read er'] },
      scan: { sequences: [{ name: 'public.s', value: '7', called: true }] },
    });
    expect(whole.scan.tables.map(({ statement, rows, bytes }) => ({ statement, rows, bytes }))).toEqual([
      { statement: 'COPY public.t (a, b) FROM stdin;', rows: 3, bytes: 19 },
    ]);
    const cuts = whole.cuts
      .filter(({ what }) => what !== 'settings')
      .map(({ from, to }) => Buffer.from(text).toString('utf8', from, to));
    expect(cuts).toEqual([
      '\\restrict aB3\n',
      "COMMENT ON DATABASE app IS 'x';",
      'SET transaction_timeout = 0;',
      '\\unrestrict aB3\n',
    ]);
    for (const chunk of [1, 2, 3, 7, 64]) expect(scan(text, chunk)).toEqual(whole);
  });

  it.each([
    ['a shell command', '\\! touch /tmp/x\n', COMMAND],
    ['one behind a statement', 'SELECT 1 \\! id\n;', COMMAND],
    ['one that runs the answer', "SELECT 'drop table t' \\gexec\n", COMMAND],
    ['a copy by the client', "\\copy t from program 'id'\n", COMMAND],
    ['a file', '\\i /etc/passwd\n', COMMAND],
    ['another connection', '\\connect postgres\n', COMMAND],
    ['a key with backquotes', '\\unrestrict `id`\n', COMMAND],
    ['more than a key', '\\restrict a \\! id\n', COMMAND],
    [
      'one behind rows that end otherwise for psql',
      'COPY public.t (a) FROM stdin;\n\\.\r\n\\! id\n\\.\n',
      STATEMENT,
    ],
    [
      'one behind a string that seems to go on',
      "SET standard_conforming_strings = off;\nINSERT INTO t VALUES ('\\'' \\! id --');\n",
      COMMAND,
    ],
    [
      'one behind a string with escapes that goes on',
      "INSERT INTO t VALUES (E'a'\n'\\' \\! id ');\n",
      STATEMENT,
    ],
    ['one behind a body that begins in a number', "INSERT INTO t VALUES (1$a$ ' $a$); \\! id '\n", STATEMENT],
    ['one behind a number that breaks off', "INSERT INTO t VALUES (1e--'\n\\! id ');\n", STATEMENT],
    ['one behind a word with a dollar', 'INSERT INTO t VALUES (a$b$ \\! id $b$);\n', COMMAND],
    ['one in a nested comment', 'INSERT INTO t /* /* */ VALUES (1); */ \\! id\n', COMMAND],
    ['one behind a hyphen that begins no comment', '- \\! id\n', STATEMENT],
    ['a program of the server', "COPY public.t (a) FROM PROGRAM 'id';\n", STATEMENT],
    ['a program that gets the rows', "COPY (SELECT a FROM stdin) TO PROGRAM 'id';\n", STATEMENT],
    ['a file of the server', "COPY public.t FROM '/etc/passwd';\n", STATEMENT],
    [
      'rows that a statement precedes on the same line',
      'COPY public.t (a) FROM stdin; SELECT 1;\nx\n\\.\n',
      'PGB732',
    ],
    ['a block of code', 'DO $$ begin end $$;\n', STATEMENT],
    ['its own end of the transaction', 'ROLLBACK;\n', STATEMENT],
    ['two of them', 'COMMIT AND CHAIN;\n', STATEMENT],
    ['a role', "CREATE ROLE evil SUPERUSER PASSWORD 'x';\n", STATEMENT],
    ["a role's membership", 'GRANT pg_execute_server_program TO app;\n', STATEMENT],
    ['another database', 'DROP DATABASE live;\n', STATEMENT],
    ["a database's setting", "ALTER DATABASE live SET search_path = 'x';\n", STATEMENT],
    ["the server's setting", "ALTER SYSTEM SET archive_command = 'id';\n", STATEMENT],
    ['a user', "ALTER USER postgres PASSWORD 'x';\n", STATEMENT],
    ['a call', "SELECT pg_catalog.pg_read_file('/etc/passwd');\n", STATEMENT],
    ['a call within one that is known', "SELECT pg_catalog.setval('s', (SELECT 1), true);\n", STATEMENT],
    [
      'another setting by a call',
      "SELECT pg_catalog.set_config('standard_conforming_strings', 'off', false);\n",
      STATEMENT,
    ],
    ['a setting in another form', 'SET SESSION standard_conforming_strings TO off;\n', STATEMENT],
    ['an encoding with backslashes in letters', "SET client_encoding = 'SJIS';\n", STATEMENT],
    [
      'a body without ATOMIC',
      'CREATE FUNCTION f() RETURNS begin LANGUAGE sql AS $$x$$; DROP TABLE t; end;\n',
      STATEMENT,
    ],
  ])('with %s is refused', (_what, sql, code) => {
    expect(codeOf(within(sql))).toBe(code);
    // By this one alone.
    expect(codeOf(within("SELECT pg_catalog.set_config('search_path', '', false);\n"))).toBe('passed');
  });

  it.each([
    ['strings', "INSERT INTO public.t VALUES ('it''s; \\! x', 'C:\\', E'a\\'; \\\\');\n"],
    ['numbers', 'INSERT INTO public.t VALUES (1, -1.5e-10, 1e+20, .5);\n'],
    ['bodies', 'CREATE FUNCTION f() RETURNS text LANGUAGE sql AS $_$ ; \\! $$ $x$ $_$;\n'],
    [
      'atomic bodies',
      'CREATE FUNCTION f(integer) RETURNS integer LANGUAGE sql BEGIN ATOMIC SELECT CASE WHEN ($1 > 0) THEN 1 ELSE 2 END; SELECT 2; END;\n',
    ],
    ['rules', 'CREATE RULE r AS ON INSERT TO t DO ( SELECT 1; SELECT 2; );\n'],
    ['names', 'CREATE TABLE "a;\\! b" ("--" text, "/*" text);\n'],
    ['comments', 'CREATE VIEW v AS SELECT 1 /* ; \\! */ AS a; -- \\! no\n'],
    ['escaping strings', "SET standard_conforming_strings = off;\nINSERT INTO t VALUES ('a\\'; \\\\');\n"],
    [
      'large objects',
      "BEGIN;\nSELECT pg_catalog.lo_open('4711', 131072);\nSELECT pg_catalog.lowrite(0, '\\x00ff');\nSELECT pg_catalog.lo_close(0);\nCOMMIT;\n",
    ],
    ['user mappings', 'CREATE USER MAPPING FOR app SERVER s OPTIONS ( "user" \'x\' );\n'],
    ['grants', 'GRANT ALL ON SCHEMA public TO app;\nREVOKE ALL ON FUNCTION f() FROM PUBLIC;\n'],
  ])('with %s passes', (_what, sql) => {
    expect(codeOf(within(sql))).toBe('passed');
  });

  it('names the line', () => {
    const lines = within(
      "CREATE FUNCTION f() AS $$\n\n$$;\nCOPY public.t (a) FROM stdin;\na\nb\n\\.\n\nINSERT INTO t VALUES ('\n');\n\\! id\n",
    );
    const line = lines.split('\n').indexOf('\\! id') + 1;
    for (const chunk of [1, 5, lines.length]) expect(() => scan(lines, chunk)).toThrow(`in line ${line}:`);
  });

  it('that is cut off anywhere is noticed', () => {
    const text = within('CREATE TABLE public.t (a text);\nCOPY public.t (a) FROM stdin;\na\n\\.\n');
    const end = text.indexOf('-- PostgreSQL database dump complete');
    fc.assert(
      fc.property(fc.integer({ min: 0, max: end + 30 }), at => {
        expect(codeOf(text.slice(0, at))).toBe('PGB730');
      }),
    );
    expect(codeOf(text.slice(0, text.indexOf('\\unrestrict')))).toBe('passed');
    expect(codeOf(`${text}INSERT INTO public.t VALUES ('late');\n`)).toBe('PGB730');
  });

  it('never takes for a command what stands in quotes, and always what does not', () => {
    const quoted = fc
      .string({ unit: 'grapheme' })
      .map(text => text.replaceAll('\0', '').replace(/[\\$]/g, ''));
    fc.assert(
      fc.property(quoted, quoted, quoted, fc.boolean(), (one, two, three, hostile) => {
        const sql = `INSERT INTO t VALUES ('${one.replaceAll("'", "''")}\\', "${two.replaceAll('"', '""')}\\", $q$${three}\\$q$)${hostile ? '\\' : ''};\n`;
        expect(codeOf(within(sql))).toBe(hostile ? COMMAND : 'passed');
      }),
    );
  });
});
