// The tables of measured figures, made from docs/bench.json: a short one for README, all of them for docs/performance.md.
import { inUnit } from './bench/print.ts';
import { type BenchRecord, type CaseMedians, readRecord } from './bench/record.ts';
import type { Answer, Stage } from './bench/results.ts';

/** What tells most, in the order of README. */
const TELLING = [
  'backup',
  'age',
  'cpu',
  'memory',
  'restore-load',
  'restore',
  'download',
  'gate',
  'recipe-gzip6',
  'recipe-gzip9',
];

/** Each page with what lies between its marks made anew. */
export function withShortBench(page: string): string {
  return between(page, 'bench', short(readRecord()));
}

export function performancePage(page: string): string {
  const record = readRecord();
  const withAnswers = between(page, 'bench', full(record));
  return between(withAnswers, 'stages', stageTables(record));
}

function between(page: string, mark: string, text: string): string {
  const marks = new RegExp(`<!-- ${mark} -->[\\s\\S]*<!-- /${mark} -->`);
  return page.replace(marks, () => `<!-- ${mark} -->\n${text}\n<!-- /${mark} -->`);
}

function short(record: BenchRecord): string {
  const { answers } = record;
  const told = TELLING.map(id => answers.find(answer => answer.id === id)).filter(
    answer => answer !== undefined,
  );
  const rows = told.map(({ what, value, ...answer }) => [what, inUnit(value, answer.unit), aim(answer)]);
  return [
    `${facts(record)} Ratios carry over to other machines, seconds don't.`,
    '',
    table(['', 'measured', 'aim'], rows),
    '',
    `${verdict(answers)} [Performance](docs/performance.md) has all figures, where the time goes, and what to do for a large database.`,
  ].join('\n');
}

function full(record: BenchRecord): string {
  const { answers, machine, span } = record;
  const rows = answers.map(({ what, value, lowest, highest, rounds, ...answer }) => [
    what,
    inUnit(value, answer.unit),
    lowest === highest ? '' : `${inUnit(lowest, answer.unit).split(' ')[0]}..${inUnit(highest, answer.unit)}`,
    String(rounds),
    aim(answer),
  ]);
  const busy = `Meanwhile the machine was ${percent(span.busy)} busy, and neighbours stole ${percent(span.steal)} of its time.`;
  return [
    `${facts(record)} ${record.day}; ${machine.cpu}, ${Math.round(machine.memoryBytes / 1e9)} GB of memory, Node ${machine.node.slice(1)}; store: ${record.store}. ${busy}`,
    '',
    table(['', 'measured', 'range', 'rounds', 'aim'], rows),
    '',
    verdict(answers),
  ].join('\n');
}

function stageTables({ stages, cases, jobs }: BenchRecord): string {
  const of = (list: readonly Stage[]) =>
    table(
      ['stage', 'seconds'],
      list.map(({ name, seconds }) => [name, seconds.toFixed(2)]),
    );
  const row = ({ name, seconds, cpu, peakMegabytes }: CaseMedians) => [
    `\`${name}\``,
    ...[seconds, cpu.all, cpu.pg_dump, cpu.pg_restore, cpu.node].map(value => value.toFixed(2)),
    peakMegabytes?.toFixed(0) ?? '',
  ];
  const head = ['run', 'seconds', 'CPU seconds', 'of `pg_dump`', 'of `pg_restore`', 'of Node', 'MB of Node'];
  return [
    'A backup:',
    '',
    of(stages.backup),
    '',
    `A restore into a new database, with ${jobs} jobs:`,
    '',
    of(stages.restore),
    '',
    'Medians of every run that was timed; the CPU of the server is in none of them:',
    '',
    table(head, cases.map(row)),
  ].join('\n');
}

function facts({
  rawBytes,
  storedBytes,
  postgres,
  machine,
  span,
  rounds,
  recipeRounds,
}: BenchRecord): string {
  const megabytes = (bytes: number) => `${Math.round(bytes / 1e6)} MB`;
  const ofRecipes = recipeRounds === 0 ? '' : ` (recipes: ${recipeRounds})`;
  return `\`npm run bench\`: ${megabytes(rawBytes)} of rows, ${megabytes(storedBytes)} stored; PostgreSQL ${postgres}, the store and the product on one machine with ${machine.cores} cores; medians of ${rounds} interleaved rounds${ofRecipes}; load of the machine before it ${span.load.toFixed(1)}.`;
}

function aim({ target, unit, pass }: Pick<Answer, 'target' | 'unit' | 'pass'>): string {
  if (target === null) return '';
  const amount = (value: number) => (unit === 's' || unit === 'MB' ? `${value} ${unit}` : String(value));
  const wanted = 'most' in target ? `at most ${amount(target.most)}` : `at least ${amount(target.least)}`;
  return pass ? wanted : `${wanted}: **missed**`;
}

function verdict(answers: readonly Answer[]): string {
  const held = answers.filter(({ target }) => target !== null);
  const missed = held.filter(({ pass }) => !pass);
  return missed.length === 0
    ? `All ${held.length} aims are held.`
    : `${held.length - missed.length} of ${held.length} aims are held, ${missed.length} missed.`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n');
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
