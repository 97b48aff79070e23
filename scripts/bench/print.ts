// The bench's tables, for a terminal and for a commit message.
import { alignRows } from '../demo/screen.ts';
import type { CaseName } from './cases.ts';
import type { Usage } from './processes.ts';
import { type Answer, median, type Round } from './results.ts';

/** One line a case: medians over its rounds. */
export function caseLines(rounds: readonly Round[]): string[] {
  const names = [...new Set(rounds.flatMap(round => Object.keys(round)))] as CaseName[];
  const rows = names.map(name => {
    const usages = rounds.map(round => round[name]).filter(usage => usage !== undefined);
    const of = (pick: (usage: Usage) => number | undefined | null) =>
      median(usages.map(usage => pick(usage) ?? 0).toSorted((a, b) => a - b));
    const cpu = (program: string) => of(usage => usage.cpu[program]).toFixed(2);
    const memory = (of(usage => usage.peakBytes) / 1e6).toFixed(0);
    const own = cpu('node') === '0.00' ? '' : memory;
    return [
      name,
      of(usage => usage.seconds).toFixed(2),
      cpu('all'),
      cpu('pg_dump'),
      cpu('pg_restore'),
      cpu('node'),
      own,
    ];
  });
  const head = ['MEDIAN OF A RUN', 'SECONDS', 'CPU', 'PG_DUMP', 'PG_RESTORE', 'NODE', 'NODE MB'];
  return alignRows([head, ...rows], [1, 2, 3, 4, 5, 6]);
}

export function answerLines(answers: readonly Answer[]): string[] {
  const rows = answers.map(({ what, value, unit, target, lowest, highest, rounds, pass }) => [
    what,
    inUnit(value, unit),
    `${inUnit(lowest, unit)}..${inUnit(highest, unit)}`,
    String(rounds),
    target === null ? '' : 'most' in target ? `at most ${target.most}` : `at least ${target.least}`,
    target === null ? '' : pass ? 'pass' : 'MISS',
  ]);
  return alignRows([['WHAT', 'MEDIAN', 'RANGE', 'ROUNDS', 'TARGET', ''], ...rows], [1, 2, 3]);
}

function inUnit(value: number, unit: string): string {
  return `${value.toFixed(unit === 'MB' ? 0 : 2)} ${unit}`;
}
