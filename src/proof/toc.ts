// Reads what `pg_restore --list` prints: the archive's table of contents. Names in it are flattened (line feeds become
// spaces) and prove nothing, so entries are told apart by kind and by OID alone.
import { tocUnreadable } from '../problems/proof.ts';

/** First and last OID of a group of large objects; other groups may own OIDs between them. */
export interface OidRange {
  readonly first: number;
  readonly last: number;
}

export interface Toc {
  /** pg_class OID of each table whose rows the archive holds, in the order in which they lie there. */
  readonly tableData: readonly number[];
  /** pg_class OID of each table that a restore would create. */
  readonly tables: ReadonlySet<number>;
  /** How many sequence values are set. */
  readonly sequences: number;
  /** Materialized views that a restore fills. */
  readonly materializedViews: readonly number[];
  readonly largeObjects: LargeObjectEntries;
  /** Of the server and of pg_dump, as the header gives them; undefined in archives that don't say. */
  readonly serverVersion: string | undefined;
  readonly dumpVersion: string | undefined;
}

/** pg_dump 14 to 16 lists every large object; 17 and newer list groups, in the order of their data. */
export type LargeObjectEntries =
  | { readonly by: 'oid'; readonly oids: readonly number[] }
  | { readonly by: 'group'; readonly groups: readonly OidRange[] };

/** Only line feeds are flattened: a name may hold every other character that ends a line elsewhere. */
const ENTRY = /^(\d+); (\d+) (\d+) (.+)$/s;

/**
 * A schema may be named DATA or SET: `TABLE DATA t owner` is then the table DATA.t. Entries of data have no row in a
 * catalog of their own, and so the catalog 0; tables, sequences and views have pg_class there.
 */
const NO_CATALOG = '0';
/** OID of pg_class in every database. */
const PG_CLASS = '1259';

/** Throws a Problem for a line that is none of pg_restore's. */
export function parseToc(text: string): Toc {
  const tableData: number[] = [];
  const tables = new Set<number>();
  const materializedViews: number[] = [];
  const singleObjects: number[] = [];
  const groups: OidRange[] = [];
  let sequences = 0;

  for (const line of text.split('\n')) {
    if (line === '' || line.startsWith(';')) continue;
    const [, , catalog, oidText, rest] = ENTRY.exec(line) ?? [];
    if (rest === undefined) throw tocUnreadable(line);
    const oid = Number(oidText);
    if (rest.startsWith('BLOB - ')) singleObjects.push(oid);
    if (catalog === PG_CLASS && rest.startsWith('TABLE ')) tables.add(oid);
    if (catalog !== NO_CATALOG) continue;
    if (rest.startsWith('TABLE DATA ')) tableData.push(oid);
    else if (rest.startsWith('SEQUENCE SET ')) sequences += 1;
    else if (rest.startsWith('MATERIALIZED VIEW DATA ')) materializedViews.push(oid);
    else if (rest.startsWith('BLOBS - ')) groups.push(...parseGroup(rest));
  }
  return {
    tableData,
    tables,
    sequences,
    materializedViews,
    largeObjects: groups.length > 0 ? { by: 'group', groups } : { by: 'oid', oids: singleObjects },
    serverVersion: headerValue(text, 'Dumped from database version'),
    dumpVersion: headerValue(text, 'Dumped by pg_dump version'),
  };
}

/** `BLOBS - 16529..16531 owner` of pg_dump 17; nothing for `BLOBS - BLOBS` of those before. */
function parseGroup(rest: string): OidRange[] {
  const [, first, last = first] = /^BLOBS - (\d+)(?:\.\.(\d+))?(?: |$)/.exec(rest) ?? [];
  return first === undefined ? [] : [{ first: Number(first), last: Number(last) }];
}

function headerValue(text: string, name: string): string | undefined {
  return new RegExp(`(?:^|\n); +${name}: ([^\n]*)`).exec(text)?.[1];
}
