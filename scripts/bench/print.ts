// The bench's tables, for a terminal.
import { alignRows } from '../demo/screen.ts';
import type { CaseMedians } from './record.ts';
import type { Answer } from './results.ts';

export function caseLines(cases: readonly CaseMedians[]): string[] {
  const rows = cases.map(({ name, seconds, cpu, peakMegabytes }) => [
    name,
    ...[seconds, cpu.all, cpu.pg_dump, cpu.pg_restore, cpu.node].map(value => value.toFixed(2)),
    peakMegabytes?.toFixed(0) ?? '',
  ]);
  const head = ['MEDIAN OF A RUN', 'SECONDS', 'CPU', 'PG_DUMP', 'PG_RESTORE', 'NODE', 'NODE MB'];
  return alignRows([head, ...rows], [1, 2, 3, 4, 5, 6]);
}

export function answerLines(answers: readonly Answer[]): string[] {
  const rows = answers.map(({ what, value, unit, target, lowest, highest, rounds, pass }) => [
    what.replaceAll('`', ''),
    inUnit(value, unit),
    `${inUnit(lowest, unit)}..${inUnit(highest, unit)}`,
    String(rounds),
    target === null ? '' : 'most' in target ? `at most ${target.most}` : `at least ${target.least}`,
    target === null ? '' : pass ? 'pass' : 'MISS',
  ]);
  return alignRows([['WHAT', 'MEDIAN', 'RANGE', 'ROUNDS', 'TARGET', ''], ...rows], [1, 2, 3]);
}

/** "1.14 x", "139 MB", "31". */
export function inUnit(value: number, unit: string): string {
  const digits = unit === 'MB' || unit === '' ? 0 : unit === 'times' ? 1 : 2;
  // Never "-0.00".
  return `${(value || 0).toFixed(digits).replace(/^-(0\.?0*)$/, '$1')} ${unit}`.trimEnd();
}
