import fc from 'fast-check';
import { expect, it } from 'vitest';
import { renderProgressBar, renderProgressLine } from '../../../src/reports/progress-line.ts';
import { GIB, MIB } from './outcome-fixture.ts';

const DUMP = {
  what: 'Dumping',
  bytes: 1.2 * GIB,
  expectedBytes: 1.9 * GIB,
  tablesDone: 12,
  tables: 21,
  elapsedMs: 27_000,
};

it('tells bytes, rate and tables in one line', () => {
  expect(renderProgressLine(DUMP)).toBe(
    'Dumping: 1.2 GiB of about 1.9 GiB (63 %), 45.5 MiB/s, 12 of 21 tables, 27 s',
  );
  expect(renderProgressLine({ what: 'Reading back', bytes: 5 * MIB, elapsedMs: 0 })).toBe(
    'Reading back: 5 MiB, 0 s',
  );
  expect(renderProgressLine({ what: 'Dumping', bytes: MIB, tablesDone: 3, elapsedMs: 1_000 })).toBe(
    'Dumping: 1 MiB, 1 MiB/s, 3 tables, 1 s',
  );
});

it('draws a bar where it knows how much there will be', () => {
  expect(renderProgressBar(DUMP, 120)).toBe(
    'Dumping [############........] 1.2 GiB of about 1.9 GiB (63 %), 45.5 MiB/s, 12 of 21 tables, 27 s',
  );
  expect(renderProgressBar({ what: 'Dumping', bytes: MIB, elapsedMs: 1_000 }, 120)).toBe(
    'Dumping 1 MiB, 1 MiB/s, 1 s',
  );
});

it('never claims to be done: an expectation is a guess', () => {
  expect(renderProgressLine({ ...DUMP, bytes: 3 * GIB })).toContain('3 GiB of about 3 GiB (99 %)');
});

it('never fills the width of the terminal', () => {
  fc.assert(
    fc.property(
      fc.string(),
      fc.nat(),
      fc.option(fc.nat(), { nil: undefined }),
      fc.integer({ min: 1, max: 200 }),
      (what, bytes, expected, columns) => {
        const progress = {
          what,
          bytes,
          elapsedMs: 5_000,
          ...(expected === undefined ? {} : { expectedBytes: expected }),
        };
        expect(renderProgressBar(progress, columns).length).toBeLessThanOrEqual(Math.max(1, columns - 1));
      },
    ),
  );
});
