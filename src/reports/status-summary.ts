// A status's job summary: the verdict, a line for each name, and every check that failed.
import { renderSizeChart } from './chart.ts';
import { code, fold, prose, table } from './markdown.ts';
import { plural } from './plain-text.ts';
import { formatAge, formatBytes, formatCount } from './quantities.ts';
import type { NameStatus } from './status.ts';
import type { Check, StatusOutcome } from './status-outcome.ts';
import { rank, statusHeading, statusSentence } from './status-verdict.ts';
import { withinLimit } from './summary.ts';
import { renderProblems } from './summary-problems.ts';

type Detail = StatusOutcome['detail'];
type Fact = readonly [label: string, value: string];

const MOST_NAMES = 100;

export function renderStatusSummary(outcome: StatusOutcome): string {
  const { names, detail, checks } = outcome;
  const sections = [
    `## ${statusHeading(outcome)}`,
    prose(statusSentence(outcome), 2_000),
    renderProblems(outcome),
    renderNames(outcome),
    checks.length > 0
      ? fold(`All ${plural(checks.length, 'check')}`, renderChecks(checks, names, detail))
      : undefined,
    names.length === 1 && names[0] ? renderChart(names[0]) : undefined,
  ];
  return withinLimit(sections.filter(part => part !== undefined));
}

export function statusFacts({ names, checks, now }: StatusOutcome): readonly Fact[] {
  const failed = checks.filter(check => check.failed);
  const critical = failed.filter(({ severity }) => severity === 'critical').length;
  const [only] = names;
  return [
    ['Critical', String(critical)],
    ['Warnings', String(failed.length - critical)],
    ...(names.length === 1 && only?.latest
      ? ([
          ['Newest good backup', `\`${only.latest.id}\`, ${formatAge(only.latest.stamp, now)}`],
          ['Size', formatBytes(only.latest.bytes)],
        ] as const)
      : ([['Names', formatCount(names.length)]] as const)),
  ];
}

function renderNames({ names, checks, now, detail }: StatusOutcome): string | undefined {
  if (names.length === 0) return undefined;
  const failed = (name: string) => checks.filter(check => check.failed && check.name === name);
  const rows = names.slice(0, MOST_NAMES).map((status, index) => {
    const { latest, lastPassed, good } = status;
    const bad = failed(status.name);
    return [
      detail === 'full' ? code(status.name) : `name ${index + 1}`,
      latest ? formatAge(latest.stamp, now) : '**none**',
      latest ? formatBytes(latest.bytes) : '',
      latest ? latest.level : '',
      lastPassed ? formatAge(lastPassed.at, now) : 'never',
      String(good),
      bad.length === 0
        ? 'fine'
        : `**${bad
            .sort((a, b) => rank(a) - rank(b))
            .map(({ check }) => check)
            .join(', ')}**`,
    ];
  });
  const head = ['Name', 'Newest good', 'Size', 'Proven to', 'Restore test passed', 'Good backups', 'Checks'];
  const shown = table(head, rows, ['Size', 'Good backups']);
  const left = names.length - MOST_NAMES;
  return left > 0 ? `${shown}\n\nand ${plural(left, 'more name')}.` : shown;
}

function renderChecks(checks: readonly Check[], names: readonly NameStatus[], detail: Detail): string {
  const order = new Map(names.map(({ name }, index) => [name, index + 1]));
  const rows = checks
    .toSorted((a, b) => Number(b.failed) - Number(a.failed) || rank(a) - rank(b))
    .slice(0, 5 * MOST_NAMES)
    .map(({ check, severity, name, failed, words }) => [
      name === null ? '' : detail === 'full' ? code(name) : `name ${order.get(name) ?? ''}`,
      check,
      failed ? `**${severity}**` : 'fine',
      detail === 'full' ? prose(words, 400) : '',
    ]);
  return table(['Name', 'Check', '', 'Found'], rows);
}

function renderChart({ sizes }: NameStatus): string | undefined {
  const chart = renderSizeChart(sizes);
  return chart && `**Stored size of the last backups**\n\n${chart}`;
}
