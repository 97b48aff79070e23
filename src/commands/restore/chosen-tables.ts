// Which tables a restore of chosen ones fills or replaces, with their partitions. Those hang on a root in the archive and on
// one in the target, and where the two disagree nothing is done: rows would be left out without a word, or a table would go
// that nobody named.
import { printTableName, type TableName, tableKey } from '../../backups/table-name.ts';
import { partitionsElsewhere } from '../../problems/restore-modes.ts';
import { readPartitions, withPartitions } from '../../proof/archive-tables.ts';
import type { Filling } from './filling.ts';
import { readAll } from './obtain.ts';
import type { RestoreSettings } from './settings.ts';
import { tablesOfProof } from './touches.ts';
import type { RestoreWorld } from './world.ts';

/** The chosen tables with the partitions that they have in the archive. */
export async function archivedTables(
  world: RestoreWorld,
  { tables }: Pick<RestoreSettings, 'tables'>,
  { client, archive }: Pick<Filling, 'client' | 'archive'>,
  signal: AbortSignal,
): Promise<TableName[]> {
  const schema = await readAll(world.target.printSchema(client, archive.file, { create: false }), signal);
  return withPartitions(tables, readPartitions(schema.toString()));
}

/** Those that are emptied, roots among them, and filled where the archive has rows of them. */
export async function filledTables(
  world: RestoreWorld,
  settings: RestoreSettings,
  job: Filling,
  signal: AbortSignal,
): Promise<readonly TableName[]> {
  if (settings.mode === 'in-place') return [];
  const held = tablesOfProof(job.archive.proof);
  if (settings.tables.length === 0) return held;
  const planned = await inTarget(world, job, settings.tables, signal);
  const withRows = new Set(held.map(tableKey));
  const archived = await archivedTables(world, settings, job, signal);
  refuse(archived.filter(table => withRows.has(tableKey(table)) && !planned.has(tableKey(table))));
  const named = new Set(settings.tables.map(tableKey));
  const partitions = held.filter(table => planned.has(tableKey(table)) && !named.has(tableKey(table)));
  return [...settings.tables, ...partitions];
}

/** Throws where one of these would be dropped in the target that the plan has not named. */
export async function checkReplaced(
  world: RestoreWorld,
  settings: RestoreSettings,
  job: Filling,
  tables: readonly TableName[],
  signal: AbortSignal,
): Promise<void> {
  const planned = await inTarget(world, job, settings.tables, signal);
  const there = await inTarget(world, job, tables, signal);
  refuse([...there].filter(([key]) => !planned.has(key)).map(([, table]) => table));
}

async function inTarget(
  world: RestoreWorld,
  { plan }: Filling,
  tables: readonly TableName[],
  signal: AbortSignal,
): Promise<Map<string, TableName>> {
  const content = await world.target.live.content(plan.database, tables, [], signal);
  return new Map(content.tables.map(table => [tableKey(table), table]));
}

function refuse(tables: readonly TableName[]): void {
  if (tables.length > 0) throw partitionsElsewhere(tables.map(printTableName));
}
