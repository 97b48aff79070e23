// Which table a COPY statement names. Tables are matched with their rows by place, never by name; the name is only held
// against that match, so that "the nth block is the nth entry" is seen and not assumed.
import type { ScannedTable } from './copy-scanner.ts';

const PART = '("(?:[^"]|"")*"|[^\\s".]+)';
const COPY_TARGET = new RegExp(`^COPY ${PART}\\.${PART} `);
const QUALIFIED = new RegExp(`^${PART}\\.${PART}$`);
/** Beyond ASCII one name may come in two encodings: rows in the database's own, names in UTF-8. */
const ASCII = /^[\x00-\x7f]*$/;

/**
 * The table that the statement names instead of `name`, or undefined where they agree or can't be compared: rows that
 * load through a partition root name the root. Quoting is undone, since client and server have other reserved words.
 */
export function otherTarget(name: string, { statement, viaRoot }: ScannedTable): string | undefined {
  if (viaRoot) return undefined;
  const [, schema, table] = COPY_TARGET.exec(statement) ?? [];
  const [, ownSchema, ownTable] = QUALIFIED.exec(name) ?? [];
  if (!schema || !table || !ownSchema || !ownTable || !ASCII.test(name + schema + table)) return undefined;
  const same = unquote(schema) === unquote(ownSchema) && unquote(table) === unquote(ownTable);
  return same ? undefined : `${schema}.${table}`;
}

function unquote(part: string): string {
  return part.startsWith('"') ? part.slice(1, -1).replaceAll('""', '"') : part;
}
