import fc from 'fast-check';
import { expect, it } from 'vitest';
import { renderSizeChart } from '../../../src/reports/chart.ts';
import { DAY, GIB, MIB, NIGHT } from './outcome-fixture.ts';

const HOUR = 3_600_000;

function labels(chart: string | undefined): readonly string[] {
  const axis = chart?.match(/x-axis \[(.*)\]/)?.[1] ?? '';
  return axis.split(', ').map(label => label.replaceAll('"', ''));
}

function points(count: number, apart: number): { stamp: number; bytes: number }[] {
  return Array.from({ length: count }, (_, index) => ({ stamp: NIGHT + index * apart, bytes: GIB }));
}

it('draws nothing for fewer than two backups', () => {
  expect(renderSizeChart([])).toBeUndefined();
  expect(renderSizeChart(points(1, DAY))).toBeUndefined();
});

it('draws at most the last twenty', () => {
  const chart = renderSizeChart(points(30, DAY));
  expect(labels(chart)).toHaveLength(20);
  expect(labels(chart).at(-1)).toBe('12-20');
});

it.each([
  ['a day apart', DAY, ['11-21', '11-22', '11-23']],
  ['an hour apart', HOUR, ['03:17', '04:17', '05:17']],
  ['some seconds apart', 5_000, ['03:17:00', '03:17:05', '03:17:10']],
  ['twelve hours apart', 12 * HOUR, ['21 03h', '21 15h', '22 03h']],
  ['at the same moment', 0, ['11-21 #1', '11-21 #2', '11-21 #3']],
])('labels backups %s so that they differ', (_, apart, expected) => {
  expect(labels(renderSizeChart(points(3, apart)))).toEqual(expected);
});

it('measures in the unit of the largest, from zero to a little above it', () => {
  const chart = renderSizeChart([
    { stamp: NIGHT, bytes: 712 * MIB },
    { stamp: NIGHT + DAY, bytes: 1.9 * GIB },
  ]);
  expect(chart).toContain('y-axis "GiB" 0 --> 2\n');
  expect(chart).toContain('bar [0.695, 1.9]');
});

it('keeps to the grammar for any sizes and times', () => {
  const point = fc.record({
    stamp: fc.integer({ min: 0, max: 4e12 }),
    bytes: fc.oneof(fc.integer({ min: 0, max: 2000 }), fc.integer({ min: 0, max: 2 ** 52 })),
  });
  fc.assert(
    fc.property(fc.array(point, { minLength: 2, maxLength: 25 }), any => {
      const sorted = [...any].sort((a, b) => a.stamp - b.stamp);
      const chart = renderSizeChart(sorted) ?? '';
      const number = String.raw`\d+(?:\.\d+)?`;
      expect(chart).toMatch(new RegExp(`\\n    y-axis "[KMGTP]?i?B" 0 --> ${number}\\n`));
      expect(chart).toMatch(new RegExp(`\\n    bar \\[${number}(?:, ${number})*\\]\\n\`\`\`$`));
      expect(new Set(labels(chart)).size).toBe(Math.min(20, any.length));
      const top = Number(chart.match(/--> (\S+)/)?.[1]);
      const bars = (chart.match(/bar \[(.*)\]/)?.[1] ?? '').split(', ').map(Number);
      expect(Math.max(...bars)).toBeLessThanOrEqual(top);
    }),
  );
});
