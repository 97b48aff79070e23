// What a restore into a live database would find there and do to it, line by line: names of the plan, and part of what is
// confirmed. Pure.
import { parseTableName, printTableName, type TableName, tableKey } from '../../backups/table-name.ts';
import type { LiveContent } from '../../postgres/live-port.ts';
import type { Proof } from '../../proof/proof.ts';
import type { Touched } from './plan.ts';
import { besideName } from './plan.ts';
import type { RestoreSettings } from './settings.ts';

/** Of the proof's tables those that are wanted; an extension's own tables are its business. */
export function tablesOfProof({ tables }: Pick<Proof, 'tables'>): TableName[] {
  const names = tables
    .filter(({ extensionCondition }) => extensionCondition === null)
    .map(({ name }) => parseTableName(name));
  return names.filter(name => name !== undefined);
}

/** Where these tables stand in the archive: the nth table of the proof is the nth there. */
export function placesOf(
  { tables: proven }: Pick<Proof, 'tables'>,
  tables: readonly TableName[],
): { places: ReadonlySet<number>; oids: ReadonlySet<number> } {
  const asked = new Set(tables.map(tableKey));
  const places = new Set<number>();
  const oids = new Set<number>();
  for (const [place, { name, oid }] of proven.entries()) {
    const parsed = parseTableName(name);
    if (!parsed || !asked.has(tableKey(parsed))) continue;
    places.add(place);
    oids.add(oid);
  }
  return { places, oids };
}

/** Schemas of a restore beside, by the schema that the tables lie in: the same for every run with this backup. */
export function schemasBeside(tables: readonly TableName[], backup: string): ReadonlyMap<string, string> {
  return new Map(tables.map(({ schema }) => [schema, besideName(schema, 'from', backup)]));
}

/** `wanted`: the tables that are filled or made, partitions among them where they are known. */
export function touchedBy(
  settings: Pick<RestoreSettings, 'mode' | 'replaceTables' | 'tables'>,
  content: LiveContent,
  wanted: readonly TableName[],
  backup: string,
): Pick<Touched, 'touches' | 'there'> {
  if (settings.mode === 'in-place') {
    const lines = content.objects.filter(({ mayDrop }) => mayDrop).map(({ name }) => `dropped: ${name}`);
    const large = content.largeObjects > 0 ? ['dropped: all large objects'] : [];
    return { touches: [...lines, ...large], there: [] };
  }
  if (settings.mode === 'tables' && !settings.replaceTables)
    return { touches: beside(wanted, backup), there: [] };
  const asked = new Set(wanted.map(tableKey));
  const tables = content.tables.filter(table => settings.mode === 'tables' || asked.has(tableKey(table)));
  const whole = settings.mode === 'data-only' && settings.tables.length === 0;
  const lines = [
    ...(settings.mode === 'tables' ? replaced(wanted, content) : filled(tables)),
    ...(whole && content.largeObjects > 0 ? ['emptied and filled: all large objects'] : []),
  ];
  return {
    touches: lines.sort(),
    there: tables.map(({ name, rows, bytes }) => ({ name, rows, bytes })),
  };
}

function beside(wanted: readonly TableName[], backup: string): string[] {
  const schemas = schemasBeside(wanted, backup);
  return wanted.map(({ schema, table }) => {
    const name = printTableName({ schema: schemas.get(schema) ?? schema, table });
    return `made: table ${name}, with its indexes and sequences, without foreign keys, triggers and grants`;
  });
}

function filled(tables: LiveContent['tables']): string[] {
  return tables.flatMap(table => [
    `emptied and filled: table ${table.name}`,
    ...table.sequences.map(name => `set: sequence ${name} of ${table.name}`),
    ...table.triggers.map(name => `off while filling: trigger ${name} on ${table.name}`),
    ...table.foreignKeysOut.map(
      key => `taken off, put back and checked: foreign key ${key} of ${table.name}`,
    ),
    ...table.foreignKeysIn.map(key => `taken off, put back and checked: foreign key ${key} to ${table.name}`),
  ]);
}

function replaced(wanted: readonly TableName[], { tables }: LiveContent): string[] {
  const there = new Set(tables.map(tableKey));
  return [
    ...wanted
      .filter(table => !there.has(tableKey(table)))
      .map(table => `made: table ${printTableName(table)}`),
    ...tables.flatMap(table => [
      `dropped and made anew: table ${table.name}`,
      ...table.sequences.map(name => `dropped and made anew: sequence ${name} of ${table.name}`),
      ...table.triggers.map(name => `as in the backup: trigger ${name} on ${table.name}`),
      ...table.foreignKeysOut.map(
        key => `as in the backup, and checked: foreign key ${key} of ${table.name}`,
      ),
      ...table.foreignKeysIn.map(
        key => `taken off, put back and checked: foreign key ${key} to ${table.name}`,
      ),
    ]),
  ];
}
