import { describe, expect, it } from 'vitest';
import { buildProof } from '../../../src/proof/build-proof.ts';
import { type ArchiveFindings, checkArchive } from '../../../src/proof/check-archive.ts';
import type { ScannedTable } from '../../../src/proof/copy-scanner.ts';
import { parseProof } from '../../../src/proof/parse-proof.ts';
import { printProof } from '../../../src/proof/print-proof.ts';

const SHA = '0'.repeat(64);
const block = (target: string, rows: number, viaRoot = false): ScannedTable => ({
  statement: `COPY ${target} (a) FROM stdin;`,
  rawStatement: Buffer.from(`COPY ${target} (a) FROM stdin;`),
  rows,
  bytes: rows * 2,
  sha256: SHA,
  viaRoot,
});
const created = (oid: number) => `20; 1259 ${oid} TABLE public some_name postgres`;
const listed = (oid: number) => `30; 0 ${oid} TABLE DATA public some_name postgres`;

/** A backup of three tables in which everything agrees; each case changes one thing. */
function sound(): ArchiveFindings {
  return {
    toc: [
      created(100),
      created(200),
      listed(100),
      listed(300),
      listed(200),
      '40; 0 0 SEQUENCE SET public s postgres',
      '',
    ].join('\n'),
    scan: {
      tables: [block('public.a', 3), block('"odd.Schema"."user"', 0), block('public.root', 5, true)],
      sequences: [{ name: 'public.s', value: '9', called: true }],
      largeObjects: [],
      rawBytes: 1000,
      otherStatements: 0,
    },
    scope: [
      { oid: 100, name: 'public.a', extensionCondition: null },
      { oid: 200, name: 'public.leaf', extensionCondition: null },
      { oid: 300, name: '"odd.Schema".user', extensionCondition: 'where x' },
    ],
    counts: new Map([
      [100, 3],
      [200, 5],
      [300, 0],
    ]),
  };
}

const codes = (change: Partial<ArchiveFindings>) =>
  checkArchive({ ...sound(), ...change }).map(problem => problem.code);
const summaries = (change: Partial<ArchiveFindings>) =>
  checkArchive({ ...sound(), ...change }).map(problem => problem.summary);
const withScan = (change: Partial<ArchiveFindings['scan']>) => ({ scan: { ...sound().scan, ...change } });

describe('an archive', () => {
  it('in which all agrees has no problem, with counts and without', () => {
    expect(codes({})).toEqual([]);
    expect(codes({ counts: null })).toEqual([]);
  });

  it('without a table in scope names it', () => {
    const scope = [...sound().scope, { oid: 400, name: 'public.forgotten', extensionCondition: null }];
    expect(codes({ scope })).toEqual(['PGB403']);
    expect(summaries({ scope })).toEqual([
      'The archive lacks the data of 1 table in scope: public.forgotten.',
    ]);
  });

  it('without the definition of a table is refused, unless an extension brings it', () => {
    const archive = sound();
    const toc = archive.toc.replace(`${created(200)}\n`, '');
    expect(checkArchive({ ...archive, toc }).map(({ code, summary }) => [code, summary])).toEqual([
      ['PGB414', expect.stringContaining('public.leaf')],
    ]);
  });

  it('with a table out of scope gives its OID', () => {
    expect(codes({ scope: sound().scope.slice(1) })).toEqual(['PGB404']);
  });

  it('with a table twice is refused', () => {
    const toc = sound().toc.replace('0 200 TABLE', '0 100 TABLE');
    const scope = sound().scope.filter(table => table.oid !== 200);
    expect(codes({ toc, scope })).toEqual(['PGB405']);
  });

  it('with fewer or more blocks than listed tables is refused, without blaming rows', () => {
    expect(codes(withScan({ tables: sound().scan.tables.slice(1) }))).toEqual(['PGB406']);
    expect(codes(withScan({ tables: [], otherStatements: 8 }))).toEqual(['PGB406']);
    expect(codes(withScan({ tables: [...sound().scan.tables, block('public.fake', 1)] }))).toEqual([
      'PGB406',
    ]);
  });

  it('whose blocks stand in another order than its list is refused', () => {
    const [first, second, third] = sound().scan.tables as [ScannedTable, ScannedTable, ScannedTable];
    expect(codes(withScan({ tables: [second, first, third] }))).toEqual(['PGB407']);
  });

  it('whose names differ only in quoting or beyond ASCII is sound', () => {
    const tables = [block('"public"."a"', 3), block('"odd.Schema".user', 0), block('public.root', 5, true)];
    expect(codes(withScan({ tables }))).toEqual([]);
    const scope = sound().scope.map(table => (table.oid === 100 ? { ...table, name: 'public.ä' } : table));
    expect(codes({ scope })).toEqual([]);
  });

  it('with other rows than counted names table and figures', () => {
    const counts = new Map([...(sound().counts ?? []), [100, 4], [200, 6]] as [number, number][]);
    expect(codes({ counts })).toEqual(['PGB408']);
    expect(summaries({ counts })).toEqual([
      "The archive's rows differ from those counted in the same snapshot in 2 tables: public.a (3 in the archive, 4 counted), public.leaf (5 in the archive, 6 counted).",
    ]);
  });

  it('with a table that nobody counted is refused', () => {
    expect(codes({ counts: new Map([[100, 3]]) })).toEqual(['PGB409']);
  });

  it('with another number of sequence values than listed is refused', () => {
    expect(codes(withScan({ sequences: [] }))).toEqual(['PGB410']);
  });
});

describe('large objects', () => {
  const found = (...oids: number[]) =>
    withScan({ largeObjects: oids.map(oid => ({ oid, bytes: 0, sha256: SHA })) });
  const groups = (...names: string[]) => ({
    toc: sound().toc + names.map(name => `50; 0 0 BLOBS - ${name} postgres\n`).join(''),
  });
  const single = (...oids: number[]) => ({
    toc: `${sound().toc}${oids.map(oid => `50; 2613 ${oid} BLOB - ${oid} postgres\n`).join('')}60; 0 0 BLOBS - BLOBS \n`,
  });

  it.each<[string, Partial<ArchiveFindings>, string[]]>([
    ['listed one by one, in any order', { ...single(9, 10), ...found(10, 9) }, []],
    ['one by one, one missing', { ...single(9, 10), ...found(10) }, ['PGB411']],
    ['one by one, one more', { ...single(9), ...found(9, 10) }, ['PGB411']],
    ['one by one, one twice', { ...single(9), ...found(9, 9) }, ['PGB411']],
    ['in groups that interleave', { ...groups('1..9', '2..10', '7'), ...found(1, 5, 9, 2, 10, 7) }, []],
    ['in groups, a first one missing', { ...groups('1..9'), ...found(2, 9) }, ['PGB411']],
    ['in groups, a last one missing', { ...groups('1..9', '20'), ...found(1, 5, 20) }, ['PGB411']],
    ['in groups, at the very end', { ...groups('1..9'), ...found(1, 5) }, ['PGB411']],
    ['in groups, a whole group missing', { ...groups('1..9', '20'), ...found(1, 9) }, ['PGB411']],
    ['in groups, one more', { ...groups('1..9'), ...found(1, 9, 10) }, ['PGB411']],
    ['in groups, falling', { ...groups('1..9'), ...found(1, 5, 4, 9) }, ['PGB411']],
    ['nowhere listed', found(1), ['PGB411']],
    ['nowhere found', { ...groups('1..9'), ...found() }, ['PGB411']],
  ])('%s', (_, change, expected) => {
    expect(codes(change)).toEqual(expected);
  });
});

describe('the proof', () => {
  const validity = { invalidIndexes: ['public.i'], notValidConstraints: [], disabledTriggers: [] };
  const schema = { statements: 3, sha256: 'a'.repeat(64) };

  it('gives each table its rows by place', () => {
    const { tables } = buildProof({ ...sound(), schema, validity });
    expect(
      tables.map(({ oid, name, rows, counted, viaRoot, extensionCondition }) => [
        oid,
        name,
        rows,
        counted,
        viaRoot,
        extensionCondition,
      ]),
    ).toEqual([
      [100, 'public.a', 3, 3, false, null],
      [300, '"odd.Schema".user', 0, 0, false, 'where x'],
      [200, 'public.leaf', 5, 5, true, null],
    ]);
  });

  it('says null where counts are off', () => {
    expect(
      buildProof({ ...sound(), counts: null, schema, validity }).tables.map(table => table.counted),
    ).toEqual([null, null, null]);
  });

  it('can not be made of an archive whose blocks are missing', () => {
    expect(() => buildProof({ ...sound(), ...withScan({ tables: [] }), schema, validity })).toThrow(
      'before it was checked',
    );
  });

  it('comes back from its bytes as it was, a long table of contents included', () => {
    const toc = `${sound().toc}; ${'x'.repeat(100_000)}\n`;
    const proof = buildProof({ ...sound(), toc, schema, validity });
    expect(parseProof(printProof(proof), 'k')).toEqual(proof);
  });

  it('of a version that took no digest of the definitions is read as well', () => {
    const { schema: _, ...older } = buildProof({ ...sound(), schema, validity });
    expect(parseProof(Buffer.from(JSON.stringify(older)), 'k')).toEqual({ ...older, schema: null });
  });

  it.each([
    ['another format', { format: 2 }],
    ['a digest that is none', { schema: { ...schema, sha256: 'x' } }],
    ['a field that nobody wrote', { more: 1 }],
    [
      'rows that are no number',
      { tables: [{ ...buildProof({ ...sound(), schema, validity }).tables[0], rows: '3' }] },
    ],
  ])('is refused with %s', (_, change) => {
    const bytes = Buffer.from(JSON.stringify({ ...buildProof({ ...sound(), schema, validity }), ...change }));
    expect(() => parseProof(bytes, 'k')).toThrow(expect.objectContaining({ code: 'PGB413' }));
  });

  it('is refused when it is not JSON', () => {
    expect(() => parseProof(Buffer.from('{'), 'k')).toThrow(expect.objectContaining({ code: 'PGB413' }));
  });
});
