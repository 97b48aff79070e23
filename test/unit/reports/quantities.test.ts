import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  commonUnit,
  formatAge,
  formatBytes,
  formatChange,
  formatCount,
  formatDay,
  formatDuration,
  formatMoment,
  formatPercent,
  formatRate,
} from '../../../src/reports/quantities.ts';
import { DAY, GIB, instant, MIB, NIGHT } from './outcome-fixture.ts';

describe('formatBytes', () => {
  it.each([
    [0, '0 B'],
    [812, '812 B'],
    [999, '999 B'],
    [1000, '0.977 KiB'],
    [1024, '1 KiB'],
    [1536, '1.5 KiB'],
    [712 * MIB, '712 MiB'],
    [1023 * MIB, '0.999 GiB'],
    [1.9 * GIB, '1.9 GiB'],
    [46.13 * GIB, '46.1 GiB'],
    [Number.MAX_SAFE_INTEGER, '8 PiB'],
  ])('%d is %s', (bytes, text) => expect(formatBytes(bytes)).toBe(text));

  it('never shows more than three digits before the point, nor an exponent', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), bytes => {
        expect(formatBytes(bytes)).toMatch(/^\d{1,3}(\.\d{1,3})? ([KMGTP]i)?B$/);
      }),
    );
  });

  it('stays within half a per cent of the truth', () => {
    const sizes = { B: 1, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3, TiB: 1024 ** 4, PiB: 1024 ** 5 };
    fc.assert(
      fc.property(fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }), bytes => {
        const [number = '', unit = 'B'] = formatBytes(bytes).split(' ');
        const shown = Number(number) * sizes[unit as keyof typeof sizes];
        expect(Math.abs(shown / bytes - 1)).toBeLessThanOrEqual(0.0051);
      }),
    );
  });
});

it('one unit for a row of sizes is that of the largest', () => {
  expect(commonUnit([3, 5 * MIB, 2 * GIB])).toEqual({ name: 'GiB', bytes: GIB });
  expect(commonUnit([])).toEqual({ name: 'B', bytes: 1 });
});

it.each([
  [0, '0 s'],
  [-3, '0 s'],
  [Number.NaN, '0 s'],
  [0.004, '0.1 s'],
  [4.24, '4.2 s'],
  [9.96, '10 s'],
  [42.3, '42 s'],
  [59.4, '59 s'],
  [59.6, '1 min'],
  [192, '3 min 12 s'],
  [3_599.7, '1 h'],
  [7_500, '2 h 5 min'],
  [172_799, '2 d'],
  [273_600, '3 d 4 h'],
])('%d seconds are %s', (seconds, text) => expect(formatDuration(seconds)).toBe(text));

it.each([
  [7, '7'],
  [999, '999'],
  [1_000, '1,000'],
  [1_234_567, '1,234,567'],
  [0.5, '0.5'],
])('the count %d is %s', (count, text) => expect(formatCount(count)).toBe(text));

it.each([
  [20_000, 'just now'],
  [5 * 60_000, '5 min ago'],
  [119 * 60_000, '119 min ago'],
  [26 * 3_600_000, '26 h ago'],
  [12 * DAY, '12 d ago'],
  [-3 * 3_600_000, 'in 3 h'],
])('%d ms before now is %s', (before, text) => expect(formatAge(NIGHT - before, NIGHT)).toBe(text));

it.each([
  [0, '0 %'],
  [-0.0001, '0 %'],
  [0.033, '+3.3 %'],
  [-0.62, '-62 %'],
  [0.0996, '+10 %'],
  [41.5, '+4,150 %'],
  [Number.POSITIVE_INFINITY, '+∞ %'],
])('a change of %d is %s', (change, text) => expect(formatChange(change)).toBe(text));

it('a share is 100 % only when all is there', () => {
  expect(formatPercent(0.9999)).toBe('99 %');
  expect(formatPercent(1)).toBe('100 %');
  expect(formatPercent(7)).toBe('100 %');
  expect(formatPercent(-1)).toBe('0 %');
});

it('a rate needs time', () => {
  expect(formatRate(46 * MIB, 1_000)).toBe('46 MiB/s');
  expect(formatRate(5, 0)).toBe('');
});

it('moments are in UTC', () => {
  expect(formatMoment(instant('2026-11-21T23:59:59Z'))).toBe('2026-11-21 23:59 UTC');
  expect(formatDay(instant('2026-11-21T23:59:59Z'))).toBe('2026-11-21');
});
