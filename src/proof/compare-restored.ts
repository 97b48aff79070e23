// Whether a restored database holds what its archive does. Tables are read back by the very COPY statement that filled
// them; the first comparison is by the digest in order, the second, where that differs, free of order.
import type { ScannedTable, ScanResult } from './copy-scanner.ts';
import type { LargeObjectProof, SequenceProof } from './proof.ts';

/** How rows read back stand to those in the archive. */
export type Relation =
  | 'equal'
  /** The extension brings rows of its own. */
  | 'contains'
  /** Only the number of rows: leaves of one tree that name its columns in different orders. */
  | 'as-many';

/** One table, or one tree of partitions that was loaded through its root. */
export interface TableToCompare {
  /** As the archive's COPY names it. */
  readonly name: string;
  readonly statement: Buffer;
  readonly wholeTree: boolean;
  readonly condition: string;
  readonly relation: Relation;
  /** Places in the archive, in its order. */
  readonly places: readonly number[];
  readonly rows: number;
  /** null where several pieces make it up: no digest in order can be had. */
  readonly sha256: string | null;
}

/** `conditions`: by place; '' or `where …` for an extension's configuration table, else null. */
export function tablesToCompare(
  { tables }: Pick<ScanResult, 'tables'>,
  conditions: readonly (string | null)[],
): TableToCompare[] {
  const single: TableToCompare[] = [];
  const trees = new Map<string, number[]>();
  for (const [place, table] of tables.entries()) {
    const name = nameOf(table);
    if (table.viaRoot) {
      trees.set(name, [...(trees.get(name) ?? []), place]);
      continue;
    }
    const condition = conditions[place] ?? null;
    single.push({
      name,
      statement: table.rawStatement,
      wholeTree: false,
      condition: condition ?? '',
      relation: condition === '' ? 'contains' : 'equal',
      places: [place],
      rows: table.rows,
      sha256: table.sha256,
    });
  }
  return [...single, ...[...trees].map(([name, places]) => treeOf(name, places, tables))];
}

function treeOf(name: string, places: readonly number[], tables: readonly ScannedTable[]): TableToCompare {
  const leaves = places.map(place => tables[place]).filter(table => table !== undefined);
  const [first] = leaves;
  if (!first) throw new Error(`the tree ${name} has no leaf`);
  const alike = leaves.every(leaf => leaf.statement === first.statement);
  return {
    name,
    statement: first.rawStatement,
    wholeTree: true,
    condition: '',
    relation: alike ? 'equal' : 'as-many',
    places,
    rows: leaves.reduce((sum, leaf) => sum + leaf.rows, 0),
    sha256: null,
  };
}

/** `COPY public.t (a) FROM stdin;` → `public.t`; for people, and to tell trees apart. */
function nameOf({ statement }: ScannedTable): string {
  return /^COPY ((?:"(?:[^"]|"")*"|[^\s"])+)/.exec(statement)?.[1] ?? statement;
}

export type FirstVerdict = 'same' | 'different' | 'look-closer';

export function compareInOrder(wanted: TableToCompare, found: ScannedTable): FirstVerdict {
  if (wanted.relation === 'as-many') return wanted.rows === found.rows ? 'same' : 'different';
  if (wanted.sha256 === found.sha256 && wanted.rows === found.rows) return 'same';
  const enough = wanted.relation === 'contains' ? found.rows >= wanted.rows : found.rows === wanted.rows;
  return enough ? 'look-closer' : 'different';
}

/** Names of sequences whose value is another or that are missing. More than the archive's may be there (extensions'). */
export function sequencesThatDiffer(
  wanted: readonly SequenceProof[],
  found: readonly SequenceProof[],
): string[] {
  const there = new Map(found.map(sequence => [plain(sequence.name), sequence]));
  const values = new Set(found.map(({ value, called }) => `${value} ${called}`));
  return wanted
    .filter(sequence => {
      const same = there.get(plain(sequence.name));
      // A name in another encoding than UTF-8 can't be matched; its value must be there all the same.
      if (!same && sequence.name.includes('\ufffd'))
        return !values.has(`${sequence.value} ${sequence.called}`);
      return same?.value !== sequence.value || same.called !== sequence.called;
    })
    .map(({ name }) => name);
}

export function largeObjectsThatDiffer(
  wanted: readonly LargeObjectProof[],
  found: readonly LargeObjectProof[],
): string[] {
  const there = new Map(found.map(object => [object.oid, object]));
  const differing = wanted.filter(({ oid, bytes, sha256 }) => {
    const same = there.get(oid);
    return same?.bytes !== bytes || same.sha256 !== sha256;
  });
  const expected = new Set(wanted.map(({ oid }) => oid));
  const strays = found.filter(({ oid }) => !expected.has(oid));
  return [...differing, ...strays].map(({ oid }) => String(oid));
}

/** What is invalid or switched off must be so on both sides; quoting differs between majors. */
export function namesThatDiffer(wanted: readonly string[], found: readonly string[]): string[] {
  const [one, other] = [new Set(wanted.map(plain)), new Set(found.map(plain))];
  const onOneSide = [
    ...[...one].filter(name => !other.has(name)),
    ...[...other].filter(name => !one.has(name)),
  ];
  return onOneSide.sort();
}

function plain(name: string): string {
  return name.replaceAll('"', '');
}
