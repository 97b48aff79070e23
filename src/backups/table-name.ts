// A table's name as people write it and PostgreSQL prints it (`public.orders`, `"odd schema"."a.b"`), and as the catalog
// holds it. What is not quoted is folded to small letters, as in SQL.

export interface TableName {
  readonly schema: string;
  readonly table: string;
}

const PART = /^(?:"((?:[^"]|"")+)"|([^\s".]+))/;

/** undefined for what is not exactly a schema, a dot and a table. */
export function parseTableName(text: string): TableName | undefined {
  const schema = PART.exec(text);
  if (!schema || text[schema[0].length] !== '.') return undefined;
  const table = PART.exec(text.slice(schema[0].length + 1));
  if (!table || schema[0].length + 1 + table[0].length !== text.length) return undefined;
  return { schema: plain(schema), table: plain(table) };
}

/** With quotes around each part that needs them to mean the same again. */
export function printTableName({ schema, table }: TableName): string {
  return [schema, table].map(part => (/^[a-z_][a-z0-9_]*$/.test(part) ? part : quoted(part))).join('.');
}

/** One for each table, however it was written. */
export function tableKey({ schema, table }: TableName): string {
  return `${quoted(schema)}.${quoted(table)}`;
}

function plain([, inQuotes, bare = '']: RegExpExecArray): string {
  return inQuotes === undefined ? bare.toLowerCase() : inQuotes.replaceAll('""', '"');
}

function quoted(part: string): string {
  return `"${part.replaceAll('"', '""')}"`;
}
