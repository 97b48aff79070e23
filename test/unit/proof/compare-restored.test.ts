import { describe, expect, it } from 'vitest';
import {
  compareInOrder,
  largeObjectsThatDiffer,
  namesThatDiffer,
  sequencesThatDiffer,
  tablesToCompare,
} from '../../../src/proof/compare-restored.ts';
import type { ScannedTable } from '../../../src/proof/copy-scanner.ts';

function scanned(statement: string, rows: number, more: Partial<ScannedTable> = {}): ScannedTable {
  const rawStatement = Buffer.from(statement);
  return { statement, rawStatement, rows, bytes: rows, sha256: `sha of ${rows}`, viaRoot: false, ...more };
}

describe('tablesToCompare', () => {
  const tables = [
    scanned('COPY public.a (x) FROM stdin;', 1),
    scanned('COPY public.root (x) FROM stdin;', 3, { viaRoot: true }),
    scanned('COPY ext.all_rows (x) FROM stdin;', 4),
    scanned('COPY public.root (x) FROM stdin;', 5, { viaRoot: true }),
    scanned('COPY ext.some (x) FROM stdin;', 6),
    scanned('COPY public.other (x, y) FROM stdin;', 1, { viaRoot: true }),
    scanned('COPY public.other (y, x) FROM stdin;', 1, { viaRoot: true }),
  ];

  it('takes trees by their root, and extension tables by their condition', () => {
    const wanted = tablesToCompare({ tables }, [null, null, '', null, 'where mine']);
    expect(wanted.map(({ statement: _, ...rest }) => rest)).toEqual([
      {
        name: 'public.a',
        wholeTree: false,
        condition: '',
        relation: 'equal',
        places: [0],
        rows: 1,
        sha256: 'sha of 1',
      },
      {
        name: 'ext.all_rows',
        wholeTree: false,
        condition: '',
        relation: 'contains',
        places: [2],
        rows: 4,
        sha256: 'sha of 4',
      },
      {
        name: 'ext.some',
        wholeTree: false,
        condition: 'where mine',
        relation: 'equal',
        places: [4],
        rows: 6,
        sha256: 'sha of 6',
      },
      {
        name: 'public.root',
        wholeTree: true,
        condition: '',
        relation: 'equal',
        places: [1, 3],
        rows: 8,
        sha256: null,
      },
      {
        name: 'public.other',
        wholeTree: true,
        condition: '',
        relation: 'as-many',
        places: [5, 6],
        rows: 2,
        sha256: null,
      },
    ]);
  });

  it.each([
    ['equal', 0, 1, 'sha of 1', 'same'],
    ['equal', 0, 1, 'another', 'look-closer'],
    ['equal', 0, 2, 'sha of 1', 'different'],
    ['contains', 1, 9, 'another', 'look-closer'],
    ['contains', 1, 3, 'another', 'different'],
    ['as-many', 4, 2, 'another', 'same'],
    ['as-many', 4, 3, 'another', 'different'],
  ] as const)('%s: place %i read back with %i rows, %s: %s', (relation, at, rows, sha256, verdict) => {
    const wanted = tablesToCompare({ tables }, [null, null, '', null, 'where mine'])[at];
    if (!wanted) throw new Error('no such table');
    expect(wanted.relation).toBe(relation);
    expect(compareInOrder(wanted, scanned('COPY t FROM stdin;', rows, { sha256 }))).toBe(verdict);
  });
});

describe('what else is compared', () => {
  const sequence = (name: string, value: string, called = true) => ({ name, value, called });

  it('sequences by value and state; more than the archive names may be there', () => {
    const found = [sequence('public.a', '5'), sequence('"public"."b"', '6', false), sequence('ext.c', '1')];
    expect(sequencesThatDiffer([sequence('public.a', '5'), sequence('public.b', '6', false)], found)).toEqual(
      [],
    );
    expect(sequencesThatDiffer([sequence('public.a', '4')], found)).toEqual(['public.a']);
    expect(sequencesThatDiffer([sequence('public.b', '6')], found)).toEqual(['public.b']);
    expect(sequencesThatDiffer([sequence('public.gone', '6')], found)).toEqual(['public.gone']);
    expect(sequencesThatDiffer([sequence('public.caf\ufffd', '5')], found)).toEqual([]);
    expect(sequencesThatDiffer([sequence('public.caf\ufffd', '7')], found)).toEqual(['public.caf\ufffd']);
  });

  it('large objects both ways', () => {
    const object = (oid: number, sha256 = 'x') => ({ oid, bytes: 1, sha256 });
    expect(largeObjectsThatDiffer([object(1), object(2)], [object(2), object(1)])).toEqual([]);
    expect(largeObjectsThatDiffer([object(1)], [object(1, 'y')])).toEqual(['1']);
    expect(largeObjectsThatDiffer([object(1)], [])).toEqual(['1']);
    expect(largeObjectsThatDiffer([], [object(3)])).toEqual(['3']);
  });

  it('names on one side alone, whatever their quotes', () => {
    expect(namesThatDiffer(['a on public."T"', 'b'], ['a on "public"."T"', 'c'])).toEqual(['b', 'c']);
  });
});
