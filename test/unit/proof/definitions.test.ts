import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  compareDefinitions,
  parseDefinitions,
  proveSchema,
  withoutOwners,
} from '../../../src/proof/definitions.ts';

/** As pg_restore 16 and pg_dump print around what they were given. */
function printed(statements: readonly string[], { version = '16.15', nonce = 'abc' } = {}): string {
  return `--
-- PostgreSQL database dump
--

\\restrict ${nonce}

-- Dumped from database version 16.15
-- Dumped by pg_dump version ${version}

SET statement_timeout = 0;
SELECT pg_catalog.set_config('search_path', '', false);

${statements.map((text, at) => `--\n-- Name: t${at}; Type: TABLE; Schema: public; Owner: ${version}\n--\n\n${text}\n\n\n`).join('')}--
-- PostgreSQL database dump complete
--

\\unrestrict ${nonce}

`;
}

const PARTS = `CREATE TABLE public.parts (
    id integer DEFAULT 7 NOT NULL,
    price numeric,
    CONSTRAINT parts_price_check CHECK ((price > (0)::numeric))
);`;
const FUNCTION = `CREATE FUNCTION public.f() RETURNS void
    LANGUAGE plpgsql
    AS $$ begin
-- a comment of its author
SET search_path = '';
\\restrict me
end $$;`;

const digest = (statements: readonly string[]) => proveSchema(parseDefinitions(printed(statements))).sha256;

describe('definitions', () => {
  it('are the statements, without what the tool writes around them', () => {
    const owners = [
      'ALTER TABLE public.parts OWNER TO app;',
      'ALTER FUNCTION public.f(a text, "b)" integer) OWNER TO "the; owner";',
      'ALTER OPERATOR public.=== (integer, integer) OWNER TO app;',
      'ALTER OPERATOR CLASS public.ops USING btree OWNER TO app;',
      'ALTER SCHEMA "odd\'s" OWNER TO app;',
      'ALTER LARGE OBJECT 16500 OWNER TO app;',
    ];
    const others = ['REFRESH MATERIALIZED VIEW public.m;', "SET default_tablespace = 'fast';"];
    const definitions = parseDefinitions(printed([PARTS, ...owners, FUNCTION, ...others]));
    const bare = (texts: readonly string[]) => texts.map(text => text.slice(0, -1)).sort();
    expect(definitions).toEqual(bare([PARTS, ...owners, FUNCTION]));
    expect(withoutOwners(definitions)).toEqual(bare([PARTS, FUNCTION]));
    expect(proveSchema(definitions)).toEqual(proveSchema(parseDefinitions(printed([PARTS, FUNCTION]))));
  });

  it('are the same whatever version prints them, and in whatever order', () => {
    const one = parseDefinitions(printed([PARTS, FUNCTION]));
    const other = parseDefinitions(printed([FUNCTION, PARTS], { version: '18.6', nonce: 'xyz' }));
    expect(proveSchema(other)).toEqual(proveSchema(one));
    expect(proveSchema(one)).toMatchObject({ statements: 2 });
  });

  it.each([
    ['a check less', PARTS.replace(/,\n {4}CONSTRAINT .*/, '')],
    ['another default', PARTS.replace('DEFAULT 7', 'DEFAULT 8')],
    ['a default less', PARTS.replace(' DEFAULT 7', '')],
    ['a column that may be null', PARTS.replace(' NOT NULL', '')],
    [
      'an owner hidden behind something else',
      `${PARTS}\nALTER TABLE public.parts DROP COLUMN id, OWNER TO app;`,
    ],
  ])('tell %s', (_, changed) => {
    expect(digest([changed, FUNCTION])).not.toBe(digest([PARTS, FUNCTION]));
  });

  it.each([
    ['a comment', 'a comment of its author', 'another comment'],
    ['what looks like a setting of the session', "SET search_path = ''", "SET search_path = 'x'"],
    ['what looks like a psql command', '\\restrict me', '\\restrict you'],
  ])('tell a body in which only %s is another', (_, before, after) => {
    expect(digest([FUNCTION.replace(before, after)])).not.toBe(digest([FUNCTION]));
  });

  it('are refused where the output breaks off', () => {
    const whole = printed([PARTS]);
    const end = whole.indexOf('dump complete');
    expect(() => parseDefinitions(whole.slice(0, end))).toThrow(expect.objectContaining({ code: 'PGB401' }));
    expect(() => parseDefinitions('')).toThrow(expect.objectContaining({ code: 'PGB401' }));
  });

  it('differ by exactly what only one side has, each as often as it has it more', () => {
    const lists = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 12 });
    const count = (list: readonly string[], item: string) => list.filter(one => one === item).length;
    fc.assert(
      fc.property(lists, lists, (these, those) => {
        const { missing, added } = compareDefinitions(these.toSorted(), those.toSorted());
        for (const item of ['a', 'b', 'c', 'd']) {
          const more = count(these, item) - count(those, item);
          expect([count(missing, item), count(added, item)]).toEqual([Math.max(0, more), Math.max(0, -more)]);
        }
      }),
    );
  });
});
