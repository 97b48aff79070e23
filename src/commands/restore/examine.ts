// What a file holds, as every mode wants to know it: its rows and digests, its roles and locale, and how its tables may
// have been written. With a proof beside it the file must hold what that says; without one it is its own proof.
import type { LocalFile, LocalFolder } from '../../files/port.ts';
import type { ClientFacts } from '../../postgres/port.ts';
import type { TargetFacts, TextSettings } from '../../postgres/target-port.ts';
import { throwAll } from '../../problems/problem.ts';
import { dumpDamaged, fileChanged } from '../../problems/restore-files.ts';
import { totalsDiffer } from '../../problems/verify.ts';
import { parseArchiveSchema } from '../../proof/archive-schema.ts';
import { compareWithProof } from '../../proof/compare-archive.ts';
import type { ScannedTable, ScanResult } from '../../proof/copy-scanner.ts';
import { parseDefinitions, proveSchema } from '../../proof/definitions.ts';
import type { Proof } from '../../proof/proof.ts';
import type { SqlDump } from '../../proof/sql-dump-scanner.ts';
import { parseToc } from '../../proof/toc.ts';
import type { Beside } from './beside.ts';
import { decode, type Foreign, type Obtained, readAll } from './obtain.ts';
import type { OpenDump } from './open-dump.ts';
import type { FileWorld } from './world.ts';

export interface Examined {
  readonly obtained: Obtained;
  readonly extensions: readonly string[];
  /** How many tables it makes itself. */
  readonly tablesMade: number;
}

export async function examineArchive(
  world: FileWorld,
  dump: OpenDump,
  beside: Beside | null,
  client: ClientFacts,
  signal: AbortSignal,
): Promise<Examined> {
  const { file } = dump;
  const scan = await decode(world, client, file, dump.plainBytes, signal);
  const text = (await readAll(world.target.printToc(client, file), signal)).toString();
  const toc = parseToc(text);
  if (toc.tableData.length !== scan.tables.length)
    throw dumpDamaged(`it lists ${toc.tableData.length} tables with rows and holds ${scan.tables.length}`);
  const defined = await readAll(world.target.printSchema(client, file, { create: false }), signal);
  const definitions = proveSchema(parseDefinitions(defined.toString('latin1')));
  if (beside?.proof) throwAll(compareWithProof({ toc: text, scan, schema: definitions }, beside.proof));
  else if (beside) checkTotals(scan, beside);
  // Where it makes none at all (--data-only), they are whoever's made them.
  const own = ownProof(
    scan,
    (_, place) => toc.tables.size > 0 && !toc.tables.has(toc.tableData[place] ?? -1),
  );
  const tables = own.tables.map((table, place) => ({ ...table, oid: toc.tableData[place] ?? 0 }));
  const printed = await readAll(world.target.printSchema(client, file, { create: true }), signal);
  const schema = parseArchiveSchema(printed.toString('utf8'));
  // What the rows are written in: --encoding of pg_dump may have made that another than the database's.
  const [, written] = /^SET client_encoding = '(\w+)';$/m.exec(printed.toString('latin1', 0, 4096)) ?? [];
  const encoding = written ?? schema.locale?.get('ENCODING') ?? 'UTF8';
  const settings = beside?.manifest.server.textSettings;
  return {
    obtained: {
      file,
      scan,
      proof: beside?.proof ?? { ...own, tables, toc: text },
      locale: schema.locale ?? new Map([['ENCODING', encoding]]),
      roles: schema.roles,
      text: { encoding, settings: settings ?? {} },
      foreign: beside?.proof
        ? null
        : foreignOf(world, dump, encoding, { serial: dump.format === 'tar', sql: null }),
    },
    extensions: schema.extensions,
    tablesMade: toc.tables.size,
  };
}

export function examineSql(
  world: FileWorld,
  dump: OpenDump & { readonly sql: SqlDump },
  facts: TargetFacts,
): Examined {
  const { file, sql, plainSha256: sha256 } = dump;
  const { scan, roles, encoding, cuts } = sql;
  return {
    obtained: {
      file,
      scan,
      proof: ownProof(scan, ({ statement }) => !sql.createdTables.has(nameOf(statement))),
      // The dump says neither: as what it takes the place of, or as the server makes databases.
      locale: facts.database?.locale
        ? new Map(Object.entries(facts.database.locale))
        : new Map([['ENCODING', encoding]]),
      roles,
      text: { encoding, settings: {} },
      foreign: foreignOf(world, dump, encoding, {
        serial: false,
        sql: { cuts, sha256, read: () => world.files.read(file) },
      }),
    },
    extensions: sql.extensions,
    tablesMade: sql.createdTables.size,
  };
}

function foreignOf(
  world: FileWorld,
  { path, changed }: OpenDump,
  encoding: string,
  rest: Pick<Foreign, 'serial' | 'sql'>,
): Foreign {
  const escaped = { bytea_output: 'escape' };
  const otherTexts: TextSettings[] = [
    { encoding, settings: {}, serverZone: true },
    { encoding, settings: escaped },
    { encoding, settings: escaped, serverZone: true },
  ];
  return {
    ...rest,
    otherTexts,
    async checkUnchanged() {
      if (changed === '') return;
      const now: LocalFile | LocalFolder = await world.files.look(path);
      if (now.changed !== changed) throw fileChanged(path);
    },
  };
}

function checkTotals(scan: ScanResult, { manifest: { totals } }: Beside): void {
  const rows = scan.tables.reduce((sum, table) => sum + table.rows, 0);
  if (rows !== totals.rows || scan.tables.length !== totals.tables) throw totalsDiffer('the archive');
}

function nameOf(statement: string): string {
  return /^COPY ((?:"(?:[^"]|"")*"|[^\s"])+)/.exec(statement)?.[1] ?? statement;
}

/** `isExtensions`: the table is made by an extension, which brings rows of its own. */
function ownProof(scan: ScanResult, isExtensions: (table: ScannedTable, place: number) => boolean): Proof {
  return {
    format: 1,
    tables: scan.tables.map((table, place) => ({
      oid: 0,
      name: nameOf(table.statement),
      rows: table.rows,
      bytes: table.bytes,
      sha256: table.sha256,
      counted: null,
      extensionCondition: !table.viaRoot && isExtensions(table, place) ? '' : null,
      viaRoot: table.viaRoot,
    })),
    largeObjects: scan.largeObjects,
    sequences: scan.sequences,
    toc: '',
    validity: { invalidIndexes: [], notValidConstraints: [], disabledTriggers: [] },
    schema: null,
  };
}
