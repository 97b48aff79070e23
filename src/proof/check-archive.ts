// Whether an archive holds exactly what the snapshot did: its table of contents against the scope, its decoded rows
// against the table of contents, and the rows counted in the same snapshot. Any difference fails the backup.
import type { Problem } from '../problems/problem.ts';
import {
  blockOfOtherTable,
  blocksDiffer,
  definitionsMissing,
  notCounted,
  type RowsDiffer,
  rowsDiffer,
  sequencesDiffer,
  tablesMissing,
  tablesTwice,
  tablesUnexpected,
} from '../problems/proof.ts';
import { checkLargeObjects } from './check-large-objects.ts';
import type { ScannedTable, ScanResult } from './copy-scanner.ts';
import { otherTarget } from './copy-target.ts';
import { parseToc, type Toc } from './toc.ts';

/** A table whose rows the archive must hold. */
export interface ScopeTable {
  readonly oid: number;
  /** Quoted and qualified as PostgreSQL prints it. */
  readonly name: string;
  /** For an extension's configuration table: the condition its rows were dumped by ('' = all); else null. */
  readonly extensionCondition: string | null;
}

export interface ArchiveFindings {
  /** What `pg_restore --list` printed. */
  readonly toc: string;
  readonly scan: ScanResult;
  readonly scope: readonly ScopeTable[];
  /** Rows by OID, counted in the snapshot that was dumped; null where counts are off. */
  readonly counts: ReadonlyMap<number, number> | null;
}

/** Everything that doesn't hold; an empty list is the proof. Throws a Problem if the table of contents can't be read. */
export function checkArchive({ toc: text, scan, scope, counts }: ArchiveFindings): Problem[] {
  const toc = parseToc(text);
  const placed = [...checkScope(toc, scope), ...checkBlocks(toc, scan)];
  // Rows can only be given to tables when both stand in one order.
  const rows = placed.length === 0 ? checkRows(pairWithBlocks(toc, scan, scope), counts) : [];
  return [...placed, ...rows, ...checkSequences(toc, scan), ...checkLargeObjects(toc.largeObjects, scan)];
}

function checkScope({ tableData, tables }: Toc, scope: readonly ScopeTable[]): Problem[] {
  const listed = new Set(tableData);
  const known = new Map(scope.map(table => [table.oid, table.name]));
  const missing = scope.filter(table => !listed.has(table.oid)).map(table => table.name);
  const unexpected = [...listed].filter(oid => !known.has(oid));
  const seen = new Set<number>();
  const twice = tableData.filter(oid => seen.size === seen.add(oid).size);
  // The tables of an extension come with CREATE EXTENSION; every other one must be created by the archive itself.
  const undefinedTables = scope.filter(
    table => table.extensionCondition === null && listed.has(table.oid) && !tables.has(table.oid),
  );
  return [
    ...(missing.length > 0 ? [tablesMissing(missing)] : []),
    ...(undefinedTables.length > 0 ? [definitionsMissing(undefinedTables.map(table => table.name))] : []),
    ...(unexpected.length > 0 ? [tablesUnexpected(unexpected)] : []),
    ...(twice.length > 0 ? [tablesTwice(twice.map(oid => known.get(oid) ?? String(oid)))] : []),
  ];
}

function checkBlocks({ tableData }: Toc, { tables, otherStatements }: ScanResult): Problem[] {
  return tables.length === tableData.length
    ? []
    : [blocksDiffer(tableData.length, tables.length, otherStatements)];
}

export interface TableWithBlock {
  readonly table: ScopeTable;
  readonly block: ScannedTable;
}

/** Each table with its rows, in the archive's order. Only for an archive whose tables and blocks were checked. */
export function pairWithBlocks(toc: Toc, scan: ScanResult, scope: readonly ScopeTable[]): TableWithBlock[] {
  const known = new Map(scope.map(table => [table.oid, table]));
  return toc.tableData.map((oid, place) => {
    const [table, block] = [known.get(oid), scan.tables[place]];
    if (!table || !block) throw new Error(`The archive's table ${oid} was paired before it was checked.`);
    return { table, block };
  });
}

function checkRows(pairs: readonly TableWithBlock[], counts: ArchiveFindings['counts']): Problem[] {
  for (const { table, block } of pairs) {
    const other = otherTarget(table.name, block);
    if (other !== undefined) return [blockOfOtherTable(table.name, other)];
  }
  if (counts === null) return [];
  const uncounted: string[] = [];
  const differing: RowsDiffer[] = [];
  for (const { table, block } of pairs) {
    const counted = counts.get(table.oid);
    if (counted === undefined) uncounted.push(table.name);
    else if (counted !== block.rows) differing.push({ table: table.name, archived: block.rows, counted });
  }
  return [
    ...(uncounted.length > 0 ? [notCounted(uncounted)] : []),
    ...(differing.length > 0 ? [rowsDiffer(differing)] : []),
  ];
}

function checkSequences({ sequences }: Toc, scan: ScanResult): Problem[] {
  return sequences === scan.sequences.length ? [] : [sequencesDiffer(sequences, scan.sequences.length)];
}
