import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareWithLast, shrinkWarnings } from '../../../src/reports/shrink.ts';
import { backupLine, MIB, type nightly } from './outcome-fixture.ts';

function codes(backup: { bytes: number; rows: number }, history: ReturnType<typeof nightly>, guard = 50) {
  return shrinkWarnings(backup, history, guard).map(warning => warning.code);
}

const line = (bytes: number, rows: number) => backupLine({ bytes, rows });

describe('compareWithLast', () => {
  it('has nothing to say about a first backup', () => {
    expect(compareWithLast({ bytes: 1, rows: 1 }, [])).toBeUndefined();
    expect(compareWithLast({ bytes: 1, rows: 1 }, [backupLine({ notCounted: 'damaged' })])).toBeUndefined();
  });

  it('takes the median of the last five good ones, so one odd night does not matter', () => {
    const history = [line(9_999, 9_999), ...[100, 100, 1, 100, 104].map(size => line(size, size * 10))];
    expect(compareWithLast({ bytes: 110, rows: 500 }, history)).toEqual({
      against: 5,
      median: { bytes: 100, rows: 1_000 },
      change: { bytes: expect.closeTo(0.1), rows: -0.5 },
    });
  });

  it('takes the middle of two', () => {
    expect(compareWithLast({ bytes: 0, rows: 0 }, [line(10, 0), line(30, 0)])).toMatchObject({
      against: 2,
      median: { bytes: 20 },
      change: { bytes: -1, rows: 0 },
    });
  });
});

describe('shrinkWarnings', () => {
  const history = [line(100 * MIB, 100_000)];

  it.each([
    ['just at the lower guard', 50, 50_000, []],
    ['below it', 49.9, 100_000, ['PGB510']],
    ['fewer rows alone', 100, 49_999, ['PGB510']],
    ['just at the upper guard', 150, 150_000, []],
    ['above it', 151, 100_000, ['PGB511']],
    ['smaller, with more rows', 10, 200_000, ['PGB510', 'PGB511']],
    ['empty', 0, 0, ['PGB510']],
  ])('%s', (_, mebibytes, rows, expected) => {
    expect(codes({ bytes: mebibytes * MIB, rows }, history)).toEqual(expected);
  });

  it('tells a loss in the smallest database, but growth only where it amounts to something', () => {
    expect(codes({ bytes: 900, rows: 1 }, [line(2_000, 3)])).toEqual(['PGB510']);
    expect(codes({ bytes: 20_000, rows: 30 }, [line(2_000, 3)])).toEqual([]);
    expect(codes({ bytes: 2_000, rows: 5_000 }, [line(2_000, 0)])).toEqual(['PGB511']);
  });

  it('is loud and says the numbers', () => {
    const [warning] = shrinkWarnings({ bytes: 38 * MIB, rows: 40_000 }, history, 50);
    expect(warning).toMatchObject({
      loud: true,
      summary:
        'SHRUNK: 38 MiB stored (-62 % against 100 MiB) and 40,000 rows (-60 % against 100,000), compared with the backup before.',
    });
  });

  it('a wider guard never warns more', () => {
    const size = fc.record({ bytes: fc.nat(), rows: fc.nat() });
    fc.assert(
      fc.property(size, fc.array(size, { maxLength: 8 }), fc.nat(300), fc.nat(300), (backup, sizes, a, b) => {
        const lines = sizes.map(one => backupLine(one));
        const strict = codes(backup, lines, Math.min(a, b));
        for (const code of codes(backup, lines, Math.max(a, b))) expect(strict).toContain(code);
      }),
    );
  });
});
