// What an archive's schema says of its tables: which are partitions of which, and the statements of their foreign
// keys and extended statistics.
import { parseTableName, type TableName, tableKey } from '../backups/table-name.ts';
import { lexSql } from './sql-lexer.ts';

const PART = '(?:"(?:[^"]|"")*"|[^\\s".;()]+)';
const ATTACH = new RegExp(`^ALTER TABLE ONLY (${PART}\\.${PART})\\s+ATTACH PARTITION (${PART}\\.${PART})\\s`);
const FOREIGN_KEY = new RegExp(
  `^ALTER TABLE (?:ONLY )?(${PART}\\.${PART})\\s+ADD CONSTRAINT ${PART} FOREIGN KEY `,
);

const STATISTICS = new RegExp(
  `^CREATE STATISTICS (${PART}\\.${PART})\\s[\\s\\S]*\\sFROM (${PART}\\.${PART});?$`,
);
const ON_STATISTICS = new RegExp(`^(?:ALTER|COMMENT ON) STATISTICS (${PART}\\.${PART})\\s`);
const COMMENT = new RegExp(`^COMMENT ON CONSTRAINT ${PART} ON (${PART}\\.${PART}) IS `);

/** Key of a root (`tableKey`) → its partitions. `printed`: what `pg_restore --schema-only` prints. */
export function readPartitions(printed: string): ReadonlyMap<string, readonly TableName[]> {
  const partitions = new Map<string, TableName[]>();
  for (const statement of lexSql(printed).statements) {
    const [, root = '', leaf = ''] = ATTACH.exec(statement) ?? [];
    const [above, below] = [parseTableName(root), parseTableName(leaf)];
    if (!above || !below) continue;
    partitions.set(tableKey(above), [...(partitions.get(tableKey(above)) ?? []), below]);
  }
  return partitions;
}

/** The tables with all their partitions, each once, in the order in which they were named. */
export function withPartitions(
  tables: readonly TableName[],
  partitions: ReadonlyMap<string, readonly TableName[]>,
): TableName[] {
  const all = new Map<string, TableName>();
  const add = (table: TableName) => {
    if (all.has(tableKey(table))) return;
    all.set(tableKey(table), table);
    for (const partition of partitions.get(tableKey(table)) ?? []) add(partition);
  };
  tables.forEach(add);
  return [...all.values()];
}

/**
 * Statements that make the foreign keys of these tables and comment on them. `printed`: nothing but foreign keys and their
 * comments, as pg_restore prints them.
 */
export function foreignKeysOf(printed: string, tables: readonly TableName[]): string[] {
  const wanted = new Set(tables.map(tableKey));
  const { statements, texts } = lexSql(printed);
  return texts.filter((_, at) => {
    const statement = statements[at] ?? '';
    const [, name = ''] = FOREIGN_KEY.exec(statement) ?? COMMENT.exec(statement) ?? [];
    const table = parseTableName(name);
    return table !== undefined && wanted.has(tableKey(table));
  });
}

/** Statements that make the extended statistics of these tables: `pg_dump --table` leaves them out. */
export function statisticsOf(printed: string, tables: readonly TableName[]): string[] {
  const wanted = new Set(tables.map(tableKey));
  const { statements, texts } = lexSql(printed);
  const made = new Set<string>();
  return texts.filter((_, at) => {
    const statement = statements[at] ?? '';
    const [, name = '', on = ''] = STATISTICS.exec(statement) ?? [];
    const table = parseTableName(on);
    if (table !== undefined && wanted.has(tableKey(table))) made.add(name);
    return made.has(name || (ON_STATISTICS.exec(statement)?.[1] ?? ''));
  });
}
