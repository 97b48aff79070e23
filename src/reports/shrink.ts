// Whether a backup is of the size its forerunners lead one to expect. A backup can be proven and still be of a
// database that somebody emptied an hour before, so a large change is told in capitals.

import type { Warning } from '../problems/problem.ts';
import { backupGrew, backupShrank } from '../problems/reports.ts';
import type { BackupLine } from './outcome.ts';
import { plural } from './plain-text.ts';
import { formatBytes, formatChange, formatCount } from './quantities.ts';

/** So many of the last good backups are compared with: one odd night among them doesn't move a median. */
const COMPARED = 5;

/** Growth below these is noise of a small database; a loss is told however small the database. */
const GROWTH_WORTH_TELLING = { bytes: 1024 * 1024, rows: 1_000 } as const;

type Measure = Pick<BackupLine, 'bytes' | 'rows'>;

export interface Comparison {
  /** How many backups were compared with, 1 to 5. */
  readonly against: number;
  readonly median: Measure;
  /** -0.62 = 62 % less; Infinity where the median is zero and this is not. */
  readonly change: Measure;
}

/** undefined where there is no earlier good backup. `history` is oldest first. */
export function compareWithLast(backup: Measure, history: readonly BackupLine[]): Comparison | undefined {
  const last = history.filter(line => line.notCounted === undefined).slice(-COMPARED);
  if (last.length === 0) return undefined;
  const median = {
    bytes: medianOf(last.map(line => line.bytes)),
    rows: medianOf(last.map(line => line.rows)),
  };
  return {
    against: last.length,
    median,
    change: { bytes: change(backup.bytes, median.bytes), rows: change(backup.rows, median.rows) },
  };
}

/** `guardPercent` as in `shrink-guard`: 50 warns below half of the median and above one and a half of it. */
export function shrinkWarnings(
  backup: Measure,
  history: readonly BackupLine[],
  guardPercent: number,
): readonly Warning[] {
  const comparison = compareWithLast(backup, history);
  if (!comparison) return [];
  const guard = guardPercent / 100;
  const measures = ['bytes', 'rows'] as const;
  const shrunk = measures.filter(measure => comparison.change[measure] < -guard);
  const grown = measures.filter(
    measure =>
      comparison.change[measure] > guard &&
      backup[measure] - comparison.median[measure] >= GROWTH_WORTH_TELLING[measure],
  );
  return [
    ...(shrunk.length > 0 ? [backupShrank(describe(shrunk, backup, comparison))] : []),
    ...(grown.length > 0 ? [backupGrew(describe(grown, backup, comparison))] : []),
  ];
}

function describe(measures: readonly ('bytes' | 'rows')[], backup: Measure, comparison: Comparison): string {
  const parts = measures.map(measure => {
    const amount = (value: number): string =>
      measure === 'bytes' ? `${formatBytes(value)} stored` : plural(value, 'row');
    const base =
      measure === 'bytes' ? formatBytes(comparison.median.bytes) : formatCount(comparison.median.rows);
    return `${amount(backup[measure])} (${formatChange(comparison.change[measure])} against ${base})`;
  });
  const base =
    comparison.against === 1 ? 'the backup before' : `the median of the last ${comparison.against} backups`;
  return `${parts.join(' and ')}, compared with ${base}`;
}

function change(value: number, base: number): number {
  if (base === 0) return value === 0 ? 0 : Number.POSITIVE_INFINITY;
  return value / base - 1;
}

function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? 0;
  const lower = sorted[Math.ceil(sorted.length / 2) - 1] ?? 0;
  return Math.round((lower + upper) / 2);
}
