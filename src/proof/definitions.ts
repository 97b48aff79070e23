// What an archive defines, as the statements that make it: what hides inside a statement (the CHECK and the DEFAULT of a
// column, the body of a function) stands in no table of contents. Compared without order and without what pg_restore and
// pg_dump write by themselves, so that an archive, a database made from it and any version of the tools agree.
import { createHash } from 'node:crypto';
import { archiveTruncated } from '../problems/proof.ts';
import type { SchemaProof } from './proof.ts';
import { lexSql } from './sql-lexer.ts';

/**
 * Written by the tool, not by whoever made the archive: settings of the session (a table's tablespace and access method
 * are chosen by them: where data lies may differ). Filling a materialized view is data.
 */
const OF_THE_TOOL = /^(?:SET |SELECT pg_catalog\.set_config\(|REFRESH MATERIALIZED VIEW )/;
const NAME = '(?:"(?:[^"]|"")*"|[\\w$\\x80-\\xff]+)';
/** Of a function, an operator or an operator class as well: arguments or an access method follow the name. */
const OWNER = new RegExp(
  `^ALTER [A-Z ]+ ${NAME}(?:\\.(?:${NAME}|[^\\w\\s"]+))?(?: ?\\((?:"(?:[^"]|"")*"|[^"])*\\)| USING ${NAME})? OWNER TO ${NAME}$`,
);
/** Comments and psql commands in front of a statement: names, versions, the nonce of \restrict. */
const IN_FRONT = /^(?:\s+|--[^\n]*(?:\n|$)|\\(?:un)?restrict [^\n]*(?:\n|$))+/;

/** The last line of every whole output of pg_dump and pg_restore. */
const COMPLETE = '\n-- PostgreSQL database dump complete\n';

/**
 * `printed` by `pg_restore --schema-only` or `pg_dump --schema-only`; as latin1, so that every byte counts. In order.
 * Throws a Problem for output that is not whole.
 */
export function parseDefinitions(printed: string): readonly string[] {
  if (!printed.includes(COMPLETE)) throw archiveTruncated('in its definitions');
  return lexSql(printed)
    .texts.map(text => text.replace(IN_FRONT, ''))
    .filter(text => text !== '' && !OF_THE_TOOL.test(text))
    .sort();
}

/** Who owns what is left out: it may be wanted to differ. */
export function withoutOwners(definitions: readonly string[]): readonly string[] {
  return definitions.filter(definition => !OWNER.test(definition));
}

/** Without owners: pg_restore writes these statements, by its own lights, and the table of contents has the owners. */
export function proveSchema(definitions: readonly string[]): SchemaProof {
  const proven = withoutOwners(definitions);
  const hash = createHash('sha256');
  // No statement holds a zero byte.
  for (const definition of proven) hash.update(definition, 'latin1').update('\0');
  return { statements: proven.length, sha256: hash.digest('hex') };
}

/** Both in order, as `parseDefinitions` gives them. */
export function compareDefinitions(
  wanted: readonly string[],
  found: readonly string[],
): { readonly missing: readonly string[]; readonly added: readonly string[] } {
  return { missing: without(wanted, found), added: without(found, wanted) };
}

function without(these: readonly string[], those: readonly string[]): string[] {
  let at = 0;
  return these.filter(one => {
    let other = those[at];
    while (other !== undefined && other < one) other = those[++at];
    if (other !== one) return true;
    at += 1;
    return false;
  });
}
