import fc from 'fast-check';
import { expect, it } from 'vitest';
import { listToJson } from '../../../src/reports/list-json.ts';
import { type NamedBackups, renderList } from '../../../src/reports/list-table.ts';
import { expectGolden, pretty } from './golden.ts';
import { backupLine, DAY, GIB, HOSTILE, NIGHT, nightly } from './outcome-fixture.ts';

const NOW = NIGHT + 5 * 3_600_000;

const APP: NamedBackups = {
  name: 'app',
  backups: [
    backupLine({
      id: 'm0nthly1',
      tier: 'monthly',
      stamp: NIGHT - 50 * DAY,
      bytes: 1.1 * GIB,
      level: 'restored',
      restoreTested: true,
      held: true,
    }),
    backupLine({ id: 'premig01', tier: 'pre-migration', stamp: NIGHT - 2 * DAY + 40_000, rows: 12_000_000 }),
    ...nightly(3),
    backupLine({
      id: 'damaged1',
      stamp: NIGHT - 4 * DAY,
      bytes: 812,
      notCounted: 'the archive is missing\u001b[2J',
    }),
    backupLine(),
  ],
};

const EMPTY: NamedBackups = { name: 'billing', backups: [] };

it('as a table', () => {
  expectGolden('list.txt', renderList([APP, EMPTY], { now: NOW, columns: Number.POSITIVE_INFINITY }));
});

it('on a narrow terminal', () => {
  expectGolden('list-80-columns.txt', renderList([APP], { now: NOW, columns: 80 }));
});

it('as JSON', () => {
  expectGolden('list.json', pretty(listToJson('s3://acme-backups/postgres', [APP, EMPTY])));
});

it('says that there is nothing', () => {
  expect(renderList([], { now: NOW, columns: 80 })).toBe('No backups.\n');
});

it('no row is wider than the terminal, and no name or reason breaks a line', () => {
  fc.assert(
    fc.property(fc.integer({ min: 20, max: 200 }), columns => {
      const backups = [...APP.backups, backupLine({ id: 'hostile1', notCounted: HOSTILE })];
      const lines = renderList([{ name: HOSTILE, backups }], { now: NOW, columns }).split('\n');
      const rows = lines.slice(2, 2 + 1 + backups.length);
      expect(rows.every(row => row.length <= columns)).toBe(true);
      expect(rows[0]?.startsWith('ID')).toBe(true);
      expect(lines[2 + 1 + backups.length]).toBe('');
    }),
  );
});
