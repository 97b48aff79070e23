import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  evenPartBytes,
  LARGEST_PART,
  MOST_PARTS,
  partBytes,
  partsInFlight,
  SMALLEST_PART,
} from '../../../src/storage/part-plan.ts';

const MIB = 1024 * 1024;
const TIB = 1024 ** 4;
const LARGEST_OBJECT = MOST_PARTS * LARGEST_PART;

function capacity(expectedBytes: number): number {
  const even = evenPartBytes(expectedBytes);
  let bytes = 0;
  for (let number = 1; number <= MOST_PARTS; number++) bytes += partBytes(even, number);
  return bytes;
}

test('every size that S3 can hold fits into 10,000 parts', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: LARGEST_OBJECT }), expected => {
      expect(capacity(expected)).toBeGreaterThanOrEqual(expected);
    }),
    { numRuns: 60, examples: [[LARGEST_OBJECT], [LARGEST_OBJECT - 1], [9_000 * SMALLEST_PART + 1]] },
  );
});

test.each([
  [10, TIB / 8],
  [2, 2 * TIB],
])('a stream of %i times the estimate still fits, for estimates up to %i bytes', (times, most) => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: most }), expected => {
      expect(capacity(expected)).toBeGreaterThanOrEqual(times * expected);
    }),
    { numRuns: 60, examples: [[most]] },
  );
});

test('no part is below 8 MiB, above 5 GiB or anything but whole MiB, and they never shrink', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: LARGEST_OBJECT }),
      fc.integer({ min: 1, max: MOST_PARTS - 1 }),
      (expected, number) => {
        const size = partBytes(evenPartBytes(expected), number);
        expect(size).toBeGreaterThanOrEqual(SMALLEST_PART);
        expect(size).toBeLessThanOrEqual(LARGEST_PART);
        expect(size % MIB).toBe(0);
        expect(partBytes(evenPartBytes(expected), number + 1)).toBeGreaterThanOrEqual(size);
      },
    ),
  );
});

test('within the estimate all parts have one size, as some stores demand', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 40 * TIB }), expected => {
      const even = evenPartBytes(expected);
      expect(partBytes(even, Math.ceil(expected / even))).toBe(even);
    }),
  );
});

test.each([
  [8, 4],
  [32, 4],
  [40, 3],
  [64, 1],
  [5 * 1024, 1],
])('parts of %i MiB go out %i at a time', (mebibytes, atOnce) => {
  expect(partsInFlight(mebibytes * MIB, 4)).toBe(atOnce);
});
