// Chosen tables, restored and compared in a database beside the live one, and from there printed anew to be moved over:
// PostgreSQL itself knows what belongs to a table and how it is said in another schema. Foreign keys stay out until then,
// since their other ends are not there.
import { type TableName, tableKey } from '../../backups/table-name.ts';
import type { ToolOutput } from '../../postgres/port.ts';
import type { Scratch } from '../../postgres/target-port.ts';
import { Problem, throwAll } from '../../problems/problem.ts';
import { leftoverNotDropped } from '../../problems/restore.ts';
import { dumpDamaged } from '../../problems/restore-files.ts';
import { foreignKeysOf, statisticsOf } from '../../proof/archive-tables.ts';
import { lexSql } from '../../proof/sql-lexer.ts';
import type { EntryKind } from '../../proof/toc-list.ts';
import { archivedTables, checkReplaced } from './chosen-tables.ts';
import { compareWithArchive, differenceProblems } from './compare.ts';
import type { RestoreDraft } from './draft.ts';
import { writeList } from './entry-list.ts';
import { type Filling, restoreOptionsOf } from './filling.ts';
import { readAll, readThrough } from './obtain.ts';
import { besideName } from './plan.ts';
import type { RestoreSettings } from './settings.ts';
import { sourceIdOf } from './source.ts';
import { placesOf, schemasBeside } from './touches.ts';
import type { RestoreWorld } from './world.ts';

export interface PreparedTables {
  /** As the backup names them, partitions among them. */
  readonly tables: readonly TableName[];
  /** As they are named in the live database in the end. */
  readonly final: readonly TableName[];
  /** Where they go into schemas beside: by their own schema. */
  readonly schemas: ReadonlyMap<string, string>;
  /** Statements, to be run once the rows are in. */
  readonly afterRows: readonly string[];
  print(): ToolOutput;
  /** `COPY public.t (a) FROM stdin;` → the same of the table under its final name. */
  rename(statement: Buffer): Buffer;
  drop(draft: RestoreDraft): Promise<void>;
}

const NEVER: ReadonlySet<EntryKind> = new Set([
  'materialized rows',
  'large object',
  'foreign key',
  'replication',
  'event trigger',
]);
/** In a schema beside nothing watches, and nothing keeps anybody from looking. */
const NOT_BESIDE: ReadonlySet<EntryKind> = new Set(['trigger', 'rule', 'policy', 'row security']);

export async function prepareTables(
  world: RestoreWorld,
  settings: RestoreSettings,
  draft: RestoreDraft,
  job: Filling,
  signal: AbortSignal,
): Promise<PreparedTables> {
  const { archive, client, plan } = job;
  const tables = await archivedTables(world, settings, job, signal);
  const { places, oids } = placesOf(archive.proof, tables);
  const beside = !settings.replaceTables;
  if (!beside) await checkReplaced(world, settings, job, tables, signal);
  const list = await writeList(world, archive.proof.toc, ({ kind, oid }) =>
    kind === 'rows' ? oids.has(oid) : !NEVER.has(kind) && !(beside && NOT_BESIDE.has(kind)),
  );
  const scratch = await draft.stage('Restore', () => restoreBeside(world, settings, job, list, signal));
  try {
    await draft.stage('Compare beside', async () => {
      const compared = await compareWithArchive(
        world,
        {
          ...job,
          scratch,
          text: archive.text,
          connections: settings.jobs,
          only: { places, state: 'sequences' },
        },
        signal,
      );
      throwAll(differenceProblems(compared.differences));
    });
    const schemas = beside ? schemasBeside(tables, sourceIdOf(plan)) : new Map<string, string>();
    if (beside) await readThrough(await scratch.runSql(client, moves(tables, schemas)), signal, () => {});
    const ownership = beside ? { noOwner: true, noAcl: true } : settings;
    return {
      tables,
      final: tables.map(({ schema: own, table }) => ({ schema: schemas.get(own) ?? own, table })),
      schemas,
      afterRows: beside ? [] : await afterRows(world, settings, job, tables, signal),
      print: () => scratch.dump(client, beside ? { schemas: [...schemas.values()] } : { tables }, ownership),
      rename: statement => renamed(statement, schemas),
      drop: told => dropBeside(scratch, told),
    };
  } catch (error) {
    await dropBeside(scratch, draft);
    throw error;
  }
}

async function restoreBeside(
  world: RestoreWorld,
  settings: RestoreSettings,
  job: Filling,
  list: string,
  signal: AbortSignal,
): Promise<Scratch> {
  const { archive, client, plan, id } = job;
  const scratch = await world.target.createScratch(
    {
      name: besideName(plan.database, 'restore', id),
      locale: archive.locale,
      replaces: plan.replaces?.oid ?? null,
      now: world.now(),
    },
    signal,
  );
  try {
    const ownership = settings.replaceTables ? {} : { noOwner: true, noAcl: true };
    const options = { ...restoreOptionsOf(settings, job), ...ownership, list };
    await readThrough(scratch.restore(client, archive.file, options), signal, () => {});
    return scratch;
  } catch (error) {
    await scratch.drop().catch(() => {});
    await scratch.close();
    throw error;
  }
}

function moves(tables: readonly TableName[], schemas: ReadonlyMap<string, string>): string {
  const name = (text: string) => `"${text.replaceAll('"', '""')}"`;
  return [
    ...[...schemas.values()].map(schema => `CREATE SCHEMA ${name(schema)};`),
    ...tables.map(
      table =>
        `ALTER TABLE ${tableKey(table)} SET SCHEMA ${name(schemas.get(table.schema) ?? table.schema)};`,
    ),
  ].join('\n');
}

/** What newer pg_restore begins and ends with. */
const RESTRICTION = /^\\(?:un)?restrict \w+$/gm;

/** Foreign keys as the archive has them, from the chosen tables to one another and to others; and their statistics. */
async function afterRows(
  world: RestoreWorld,
  settings: RestoreSettings,
  { archive, client }: Filling,
  tables: readonly TableName[],
  signal: AbortSignal,
): Promise<string[]> {
  const isComment = (rest: string) => rest.startsWith('COMMENT ') && rest.includes(' STATISTICS ');
  const list = await writeList(
    world,
    archive.proof.toc,
    ({ kind, rest }) => kind === 'foreign key' || kind === 'statistics' || isComment(rest),
    'keys',
  );
  const options = { noOwner: settings.noOwner, noAcl: false, list };
  const printed = await readAll(world.target.printScript(client, archive.file, options), signal);
  const text = printed.toString();
  // It would be psql's to carry out, and pg_dump writes none.
  if (lexSql(text.replace(RESTRICTION, '')).backslashLine !== undefined)
    throw dumpDamaged('a foreign key of it holds a command of psql');
  return [...statisticsOf(text, tables), ...foreignKeysOf(text, tables)];
}

/** The schema is the first word behind COPY, its end the first dot outside of quotes. */
function renamed(statement: Buffer, schemas: ReadonlyMap<string, string>): Buffer {
  const text = statement.toString('latin1');
  const [, head = '', written = '', rest = ''] =
    /^(COPY )((?:"(?:[^"]|"")*"|[^".])+)(\.[\s\S]*)$/.exec(text) ?? [];
  const own = Buffer.from(written, 'latin1').toString();
  const schema = schemas.get(own.startsWith('"') ? own.slice(1, -1).replaceAll('""', '"') : own);
  if (schema === undefined) return statement;
  const name = `"${schema.replaceAll('"', '""')}"`;
  return Buffer.concat([Buffer.from(head), Buffer.from(name), Buffer.from(rest, 'latin1')]);
}

async function dropBeside(scratch: Scratch, draft: RestoreDraft): Promise<void> {
  try {
    await scratch.drop();
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    draft.warn(leftoverNotDropped(scratch.name, error.detail ?? error.summary));
  } finally {
    await scratch.close();
  }
}
