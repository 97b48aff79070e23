import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lexSql } from '../../../src/proof/sql-lexer.ts';

describe('lexSql', () => {
  it.each([
    ['select 1; select 2', ['select 1;', 'select 2']],
    ["select ';', 'it''s;'; x", ['select , ;', 'x']],
    ['select ";""\\;" from t;', ['select ";""\\;" from t;']],
    ['a -- ; \\x\n;b', ['a \n;', 'b']],
    ['a /* ; /* ; */ \\ */ ;b', ['a  ;', 'b']],
    ["select E'\\'; \\\\' || e';';", ['select  || ;']],
    ["select name'a;b';", ['select name;']],
    ['do $$ begin; \\ end $$; do $a$ $$ ; $a$;', ['do ;', 'do ;']],
    ['select a$b$c from "$x$";', ['select a$b$c from "$x$";']],
    ['select $1; x', ['select $1;', 'x']],
  ])('cuts %j', (sql, statements) => {
    expect(lexSql(sql)).toMatchObject({ statements, backslashLine: undefined });
  });

  it.each([
    ['\\! rm -rf /', 1],
    ['select 1;\n\n  \\i other.sql', 3],
    ["select 'a' \\gexec", 1],
    ["select 'unterminated\n'; \\q", 2],
  ])('finds the psql command in %j', (sql, line) => {
    expect(lexSql(sql).backslashLine).toBe(line);
  });

  it('never sees a command inside of what it quotes itself', () => {
    const quoted = fc.string().map(text => text.replaceAll('\0', ''));
    fc.assert(
      fc.property(quoted, quoted, quoted, (one, two, three) => {
        const sql = `select '${one.replaceAll("'", "''")}', "${two.replaceAll('"', '""')}", $q$${three.replaceAll('$', '')}$q$; select 2;`;
        const lexed = lexSql(sql);
        expect(lexed.statements.length).toBe(2);
        expect(lexed.backslashLine).toBeUndefined();
      }),
    );
  });
});
