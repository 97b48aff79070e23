// Compares the restored database with the archive it was made from: every table by rows and digest, through several
// connections at once; what differs in order alone once more, free of order; then sequences, large objects, and what is
// not in force.
import type { ClientFacts } from '../../postgres/port.ts';
import type { RestoredState, Scratch, TextSettings } from '../../postgres/target-port.ts';
import type { Problem } from '../../problems/problem.ts';
import { stateDiffers, tablesDiffer } from '../../problems/restore.ts';
import {
  compareInOrder,
  largeObjectsThatDiffer,
  namesThatDiffer,
  sequencesThatDiffer,
  type TableToCompare,
  tablesToCompare,
} from '../../proof/compare-restored.ts';
import { CopyScanner, type ScannedTable } from '../../proof/copy-scanner.ts';
import { LineBag, OrderFreeDigest } from '../../proof/order-free-digest.ts';
import type { Proof } from '../../proof/proof.ts';
import { SqlDumpScanner } from '../../proof/sql-dump-scanner.ts';
import { type Obtained, readThrough } from './obtain.ts';
import type { ObtainingWorld } from './world.ts';

export interface Comparison {
  readonly scratch: Scratch;
  readonly client: ClientFacts;
  readonly archive: Obtained;
  readonly text: TextSettings;
  readonly connections: number;
}

/** Things of one kind that came out otherwise. */
export interface Difference {
  /** `tables`, or what else a database holds, in the plural. */
  readonly what: string;
  readonly names: readonly string[];
}

export interface Compared {
  readonly tables: number;
  readonly rows: number;
  /** Empty: everything is as the archive holds it. */
  readonly differences: readonly Difference[];
  /** Tables of a file that have as many rows, and read otherwise in every way that was tried. */
  readonly unlike: readonly string[];
}

/** As a restore tells them. */
export function differenceProblems(differences: readonly Difference[]): Problem[] {
  return differences.map(({ what, names }) =>
    what === 'tables' ? tablesDiffer(names) : stateDiffers(what, names),
  );
}

export async function compareWithArchive(
  world: ObtainingWorld,
  comparison: Comparison,
  signal: AbortSignal,
): Promise<Compared> {
  const { archive, scratch } = comparison;
  const wanted = tablesToCompare(
    archive.scan,
    archive.proof.tables.map(table => table.extensionCondition),
  );
  const { foreign } = archive;
  let open = await findDifferent(world, comparison, wanted, signal);
  for (const text of foreign?.otherTexts ?? []) {
    if (open.length === 0) break;
    const tables = open.map(({ table }) => table);
    open = await findDifferent(world, { ...comparison, text }, tables, signal);
  }
  const isUnlike = ({ asMany }: DifferentTable) => foreign !== null && asMany;
  const different = open.filter(table => !isUnlike(table)).map(({ table }) => table.name);
  const state = await scratch.readState(signal);
  const { scan, proof } = archive;
  return {
    tables: wanted.length,
    rows: wanted.reduce((sum, { rows }) => sum + rows, 0),
    differences: [
      ...differ('tables', different),
      ...differ('sequences', sequencesThatDiffer(scan.sequences, state.sequences)),
      ...differ('large objects', largeObjectsThatDiffer(scan.largeObjects, state.largeObjects)),
      ...(foreign === null ? notInForce(proof, state) : []),
    ],
    unlike: open.filter(isUnlike).map(({ table }) => table.name),
  };
}

interface DifferentTable {
  readonly table: TableToCompare;
  /** The number of rows is right. */
  readonly asMany: boolean;
}

async function findDifferent(
  world: ObtainingWorld,
  comparison: Comparison,
  wanted: readonly TableToCompare[],
  signal: AbortSignal,
): Promise<DifferentTable[]> {
  const found = await readInShards(comparison, wanted, signal);
  const different: DifferentTable[] = [];
  const unclear: TableToCompare[] = [];
  for (const [at, table] of wanted.entries()) {
    const back = found[at];
    const verdict = back ? compareInOrder(table, back) : 'different';
    if (verdict === 'different') different.push({ table, asMany: false });
    if (verdict === 'look-closer') unclear.push(table);
  }
  const still = await compareFreeOfOrder(world, comparison, unclear, signal);
  return [...different, ...still.map(table => ({ table, asMany: true }))];
}

function notInForce({ validity }: Proof, state: RestoredState): Difference[] {
  return [
    // pg_dump leaves an invalid index out: more than at the source is what must not be.
    ...differ(
      'invalid indexes',
      namesThatDiffer([], state.invalidIndexes).filter(
        name => !namesThatDiffer([], validity.invalidIndexes).includes(name),
      ),
    ),
    ...differ(
      'constraints that are not validated',
      namesThatDiffer(validity.notValidConstraints, state.notValidConstraints),
    ),
    ...differ('disabled triggers', namesThatDiffer(validity.disabledTriggers, state.disabledTriggers)),
  ];
}

function differ(what: string, names: readonly string[]): Difference[] {
  return names.length > 0 ? [{ what, names }] : [];
}

/** Results in the order of `wanted`. */
async function readInShards(
  comparison: Comparison,
  wanted: readonly TableToCompare[],
  signal: AbortSignal,
): Promise<(ScannedTable | undefined)[]> {
  const shards = shardsOf(wanted, comparison.connections);
  const found: (ScannedTable | undefined)[] = wanted.map(() => undefined);
  const read = async (places: readonly number[]) => {
    const scanner = new CopyScanner();
    const tables = places.map(place => wanted[place]).filter(table => table !== undefined);
    await readBack(comparison, tables, scanner, signal);
    for (const [at, table] of scanner.end().tables.entries()) found[places[at] ?? -1] = table;
  };
  await settleAll(shards.map(read));
  return found;
}

/** By rows, the fullest first, each to the shard that has the least so far. */
function shardsOf(wanted: readonly TableToCompare[], count: number): number[][] {
  const shards = Array.from({ length: Math.max(1, count) }, () => ({ rows: 0, places: [] as number[] }));
  const places = wanted
    .map((_, place) => place)
    .sort((a, b) => (wanted[b]?.rows ?? 0) - (wanted[a]?.rows ?? 0));
  for (const place of places) {
    const least = shards.reduce((one, other) => (other.rows < one.rows ? other : one));
    // An empty table costs a question as well.
    least.rows += (wanted[place]?.rows ?? 0) + 100;
    least.places.push(place);
  }
  return shards.map(shard => shard.places).filter(shard => shard.length > 0);
}

async function readBack(
  { scratch, client, text }: Comparison,
  tables: readonly TableToCompare[],
  scanner: CopyScanner,
  signal: AbortSignal,
): Promise<void> {
  await readThrough(await scratch.readTables(client, tables, text), signal, piece => scanner.push(piece));
}

/** Those that differ even so. Both sides are read again: the archive from its file, the tables from the server. */
async function compareFreeOfOrder(
  world: ObtainingWorld,
  comparison: Comparison,
  tables: readonly TableToCompare[],
  signal: AbortSignal,
): Promise<TableToCompare[]> {
  if (tables.length === 0) return [];
  const { archive, client } = comparison;
  const [wanted, found] = [tables.map(makeSink), tables.map(makeSink)];
  const byPlace = new Map(tables.flatMap((table, at) => table.places.map(place => [place, at] as const)));
  const sinkFor = (place: number) => wanted[byPlace.get(place) ?? -1];
  const again = archive.foreign?.sql ? new SqlDumpScanner(sinkFor) : new CopyScanner(sinkFor);
  if (archive.foreign?.sql) for await (const piece of archive.foreign.sql.read(signal)) again.push(piece);
  else await readThrough(world.target.printData(client, archive.file), signal, piece => again.push(piece));
  again.end();
  const back = new CopyScanner(place => found[place]);
  await readBack(comparison, tables, back, signal);
  back.end();
  return tables.filter((_, at) => !agree(wanted[at], found[at]));
}

type Sink = OrderFreeDigest | LineBag;

function makeSink({ relation }: TableToCompare): Sink {
  return relation === 'contains' ? new LineBag() : new OrderFreeDigest();
}

function agree(wanted: Sink | undefined, found: Sink | undefined): boolean {
  if (wanted instanceof LineBag && found instanceof LineBag) return found.contains(wanted);
  if (wanted instanceof OrderFreeDigest && found instanceof OrderFreeDigest)
    return wanted.rows === found.rows && wanted.digest() === found.digest();
  return false;
}

/** All have ended before the first failure is told: none goes on in the background. */
async function settleAll(work: readonly Promise<void>[]): Promise<void> {
  const failed = (await Promise.allSettled(work)).find(result => result.status === 'rejected');
  if (failed) throw failed.reason;
}
