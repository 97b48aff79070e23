// What `pg-backup status` prints.
import type { Instant } from '../backups/instant.ts';
import type { Warning } from '../problems/problem.ts';
import { marked, oneLine, plural } from './plain-text.ts';
import { formatAge, formatBytes, formatChange, formatMoment } from './quantities.ts';
import type { NameStatus, TierStatus } from './status.ts';
import type { StatusOutcome } from './status-outcome.ts';
import { rank } from './status-verdict.ts';

export function renderStatus({ names, checks, now }: StatusOutcome): string {
  const failed = checks.filter(check => check.failed).sort((a, b) => rank(a) - rank(b));
  const found = failed.map(({ check, severity, name, words }) => {
    const whose = name === null ? '' : `${marked(name)}: `;
    return `  ${severity.padEnd(8)} ${check.padEnd(11)} ${whose}${oneLine(words, 400)}`;
  });
  const parts = [
    ...names.map(name => renderName(name, now)),
    ...(found.length > 0 ? [`Checks that failed:\n\n${found.join('\n')}`] : []),
  ];
  return parts.length === 0 ? '' : `${parts.join('\n\n')}\n`;
}

function renderName(status: NameStatus, now: Instant): string {
  const facts: readonly [string, string][] = [
    ['newest good', newestGood(status, now)],
    ['last test', lastTest(status, now)],
    ['size', trend(status)],
    ...(status.held.length > 0 ? [['held', status.held.join(', ')] as [string, string]] : []),
    ['prune', prune(status)],
    ...status.alarms.map(alarm => ['alarm', alarmText(alarm)] as [string, string]),
  ];
  return [
    `${marked(status.name)}:`,
    '',
    ...facts.map(([label, text]) => `  ${label.padEnd(12)} ${text}`),
    '',
    ...tierTable(status.tiers, now).map(line => `  ${line}`),
  ].join('\n');
}

function newestGood({ latest, why }: NameStatus, now: Instant): string {
  if (!latest) return `NONE: ${oneLine(why?.summary ?? '', 400)}`;
  const { id, tier, stamp, bytes, rows, level } = latest;
  const size = `${formatBytes(bytes)}, ${plural(rows, 'row')}`;
  return `${id}, ${tier}, ${formatAge(stamp, now)} (${formatMoment(stamp)}), ${size}, proven to ${level}`;
}

function lastTest({ lastTest: test }: NameStatus, now: Instant): string {
  return test ? `${test.result} ${formatAge(test.at, now)}, of backup ${test.backup}` : 'no restore test yet';
}

function trend({ trend: comparison }: NameStatus): string {
  if (!comparison) return 'nothing to compare with yet';
  const { against, median, change } = comparison;
  const base = against === 1 ? 'the backup before' : `the median of the ${against} before`;
  return `${formatChange(change.bytes)} against ${base} (${formatBytes(median.bytes)}), rows ${formatChange(change.rows)}`;
}

function prune({ prune: plan }: NameStatus): string {
  if (!plan) return 'give `retention` to see what a prune would do';
  if (plan.stopped !== null) return `would delete nothing: ${oneLine(plan.stopped, 400)}`;
  const ids = plan.delete.slice(0, 8).map(({ id }) => id);
  const more = plan.delete.length > ids.length ? ` and ${plan.delete.length - ids.length} more` : '';
  const which = ids.length === 0 ? '' : `: ${ids.join(', ')}${more}`;
  return `would delete ${plan.delete.length} of ${plural(plan.delete.length + plan.keep.length, 'backup')}${which}`;
}

function alarmText({ code, summary }: Warning): string {
  return `${code} ${oneLine(summary, 400)}`;
}

function tierTable(tiers: readonly TierStatus[], now: Instant): string[] {
  const rows = [
    ['TIER', 'COUNT', 'SIZE', 'NEWEST GOOD', 'NEXT DUE'],
    ...tiers.map(({ tier, count, bytes, newest, due }) => [
      tier,
      String(count),
      formatBytes(bytes),
      newest === null ? 'none' : formatAge(newest, now),
      due === null ? '' : due <= now ? 'due now' : `${formatMoment(due)} (${formatAge(due, now)})`,
    ]),
  ];
  const widths = rows[0]?.map((_, at) => Math.max(...rows.map(row => row[at]?.length ?? 0))) ?? [];
  const isNumber = (at: number) => at === 1 || at === 2;
  return rows.map(row =>
    row
      .map((cell, at) => (isNumber(at) ? cell.padStart(widths[at] ?? 0) : cell.padEnd(widths[at] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
}
