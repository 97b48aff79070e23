// The job summary of a backup: verdict, what to look at, one table, the chart, what the destination holds, the prune
// plan. Kept below GitHub's limit, because a summary above 1 MiB is thrown away whole.
import { renderSizeChart } from './chart.ts';
import { code, prose, table } from './markdown.ts';
import type { BackupOutcome } from './outcome.ts';
import { formatBytes, formatMoment } from './quantities.ts';
import { renderProblems } from './summary-problems.ts';
import { renderPrune } from './summary-prune.ts';
import { renderStages } from './summary-stages.ts';
import { renderFactsTable } from './summary-table.ts';
import { verdictWithoutCause } from './verdict.ts';

/** GitHub's limit is 1 MiB of UTF-8 for a step; the rest is left to whatever else the step writes. */
export const SUMMARY_LIMIT_BYTES = 960 * 1024;

export function renderSummary(outcome: BackupOutcome): string {
  const sections = [
    `## ${headingOf(outcome)}`,
    prose(verdictWithoutCause(outcome), 2_000),
    renderProblems(outcome),
    renderFactsTable(outcome),
    renderChart(outcome),
    renderHeld(outcome),
    renderPrune(outcome),
    renderStages(outcome),
  ];
  return withinLimit(sections.filter(section => section !== undefined));
}

function headingOf({ result }: BackupOutcome): string {
  switch (result) {
    case 'success':
      return 'PostgreSQL backup';
    case 'degraded':
      return 'PostgreSQL backup, with warnings';
    case 'failed':
      return 'PostgreSQL backup FAILED';
    case 'cancelled':
      return 'PostgreSQL backup cancelled';
    case 'planned':
      return 'PostgreSQL backup, dry run';
  }
}

/** Only beside a new backup: a failure's page is about its cause. */
function renderChart({ backup, history }: BackupOutcome): string | undefined {
  if (!backup) return undefined;
  const good = history.filter(line => line.notCounted === undefined);
  const chart = renderSizeChart([...good, backup]);
  return chart && `**Stored size of the last backups** (the last bar is this one)\n\n${chart}`;
}

function renderHeld(outcome: BackupOutcome): string | undefined {
  if (outcome.held.length === 0) return undefined;
  const rows = outcome.held.map(tier => [
    code(tier.tier),
    String(tier.count),
    formatBytes(tier.bytes),
    formatMoment(tier.newest),
  ]);
  return table(['Tier held', 'Backups', 'Size', 'Newest'], rows, ['Backups', 'Size']);
}

/** A section that no longer fits is left out whole: half a table or an open fold would spoil the rest. */
export function withinLimit(sections: readonly string[]): string {
  const note = 'A part of this summary is left out because it was too long; the log has it.';
  let room = SUMMARY_LIMIT_BYTES - note.length - 2;
  const fitting = sections.filter(section => {
    const bytes = Buffer.byteLength(section) + 2;
    if (bytes > room) return false;
    room -= bytes;
    return true;
  });
  const all = fitting.length === sections.length ? fitting : [...fitting, note];
  return `${all.join('\n\n')}\n`;
}
