// A restore test's job summary: the verdict, what to look at, what was measured, and how long backups
// of this name have taken to come back over time.
import { renderDurationChart } from './chart.ts';
import { code, facts, prose } from './markdown.ts';
import type { Fact } from './notice.ts';
import { formatBytes, formatDuration, formatMoment, formatRate } from './quantities.ts';
import type { RestoreTestOutcome } from './restore-test-outcome.ts';
import { restoreTestSentence } from './restore-test-verdict.ts';
import { renderProblems } from './summary-problems.ts';
import { renderStages } from './summary-stages.ts';

export function renderRestoreTestSummary(outcome: RestoreTestOutcome): string {
  const { detail } = outcome;
  const rows = restoreTestFacts(outcome).map(([label, value]) => [label, prose(value, 600)] as const);
  const sections = [
    `## ${restoreTestHeading(outcome)}`,
    prose(restoreTestSentence(outcome, detail, ''), 2_000),
    renderProblems(outcome),
    rows.length > 0 ? facts(rows) : undefined,
    renderChart(outcome),
    outcome.evidenceKey && detail === 'full' ? `Evidence: ${code(outcome.evidenceKey, 1_100)}` : undefined,
    renderStages(outcome),
  ];
  return `${sections.filter(part => part !== undefined).join('\n\n')}\n`;
}

export function restoreTestHeading({ result, verdict }: RestoreTestOutcome): string {
  if (result === 'cancelled') return 'PostgreSQL restore test cancelled';
  if (verdict === 'failed') return 'PostgreSQL restore test FAILED';
  if (verdict === null || result === 'failed') return 'PostgreSQL restore test without a verdict';
  return result === 'degraded'
    ? 'PostgreSQL restore test passed, with warnings'
    : 'PostgreSQL restore test passed';
}

export function restoreTestFacts({
  backup,
  server,
  times,
  compared,
  detail,
}: RestoreTestOutcome): readonly Fact[] {
  const seconds = (label: string, value: number | null): readonly Fact[] =>
    value === null ? [] : [[label, formatDuration(value)]];
  const rate = times.bytesPerSecond === null ? '' : formatRate(times.bytesPerSecond, 1_000);
  return [
    ...(backup
      ? ([
          [
            'Backup',
            `\`${backup.id}\`, ${backup.tier}, ${formatMoment(backup.stamp)}, ${formatBytes(backup.bytes)}`,
          ],
        ] as const)
      : []),
    ...(server ? ([['Server', `PostgreSQL ${server.version}: ${server.isolation}`]] as const) : []),
    ...(compared && detail === 'full'
      ? ([
          [
            'Compared',
            `${compared.rows} rows in ${compared.tables} tables, ${compared.assertions} assertions`,
          ],
        ] as const)
      : []),
    ...seconds('Download and verify', times.obtain),
    ...(times.restore === null
      ? []
      : ([['pg_restore', `${formatDuration(times.restore)}${rate && ` (${rate} of rows)`}`]] as const)),
    ...seconds('First query answered after', times.firstQuery),
    ...seconds('Recovered after (RTO)', times.recovery),
  ];
}

/** Only tests that came that far have a bar. */
function renderChart({ earlier, times, startedAt }: RestoreTestOutcome): string | undefined {
  if (times.recovery === null) return undefined;
  const points = [
    ...earlier.map(({ at, recovery }) => ({ stamp: at, seconds: recovery })),
    { stamp: startedAt, seconds: times.recovery },
  ];
  const chart = renderDurationChart(
    points.flatMap(({ stamp, seconds }) => (seconds === null ? [] : [{ stamp, seconds }])),
  );
  return chart && `**Time to recover, test by test** (the last bar is this one)\n\n${chart}`;
}
