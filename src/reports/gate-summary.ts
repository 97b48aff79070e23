// The gate's job summary, and the comment that it keeps up to date on the pull request.

import type { GateOutcome, JudgedBackup } from './gate-outcome.ts';
import { gateVerdict } from './gate-verdict.ts';
import { code, fold, prose, table } from './markdown.ts';
import { plural } from './plain-text.ts';
import { formatBytes, formatDuration, formatMoment } from './quantities.ts';
import { renderProblems } from './summary-problems.ts';

/** Paths shown of a change. */
const MOST_PATHS = 50;

export function renderGateSummary(outcome: GateOutcome): string {
  const sections = [
    `## ${gateHeading(outcome)}`,
    prose(gateVerdict(outcome), 2_000),
    renderProblems(outcome),
    renderFacts(outcome),
    renderChange(outcome),
  ];
  return `${sections.filter(part => part !== undefined).join('\n\n')}\n`;
}

/** Invisible in the comment. The name in hexadecimal, so that two gates on one pull request keep a comment each. */
export function gateCommentMarker(name: string): string {
  return `<!-- pg-backup-gate ${Buffer.from(name, 'utf8').toString('hex').slice(0, 400)} -->`;
}

export function renderGateComment(outcome: GateOutcome): string {
  const sections = [
    gateCommentMarker(outcome.name),
    `**${gateHeading(outcome)}**`,
    prose(gateVerdict(outcome), 2_000),
    renderProblems(outcome),
    renderFacts(outcome),
    outcome.runUrl === null
      ? undefined
      : `<sub>[Run](${outcome.runUrl}) · a courtesy check: the gate right before the migration decides.</sub>`,
  ];
  return `${sections.filter(part => part !== undefined).join('\n\n')}\n`;
}

export function gateHeading({ result, verdict, reason }: GateOutcome): string {
  if (result === 'cancelled') return 'Migration gate cancelled';
  if (verdict === 'fail') return 'Migration gate CLOSED';
  if (reason === 'no-migration') return 'Migration gate: no migration';
  return result === 'degraded' ? 'Migration gate passed, with warnings' : 'Migration gate passed';
}

function renderFacts(outcome: GateOutcome): string | undefined {
  const { backup, rules, tested, startedAt } = outcome;
  if (!backup || !rules) return undefined;
  const rows = [
    ['Age', ageOf(backup), `${formatDuration(rules.maxAgeSeconds)} at most`],
    ['Proven to', `\`${backup.level}\``, `\`${rules.require}\``],
    ...(rules.restoredWithinSeconds === null
      ? []
      : [
          [
            'Restore test passed',
            tested
              ? `${formatDuration((startedAt - tested.at) / 1000)} ago, backup \`${tested.backup}\``
              : 'none found',
            `within ${formatDuration(rules.restoredWithinSeconds)}`,
          ],
        ]),
    ['Taken', `${formatMoment(backup.stamp)}, ${backup.tier}${backup.standby ? ', from a standby' : ''}`, ''],
    ['Archive', `${formatBytes(backup.bytes)}${backup.signed ? ', signed' : ''}`, 'there, as it was stored'],
  ].map(row => row.map(cell => (cell === '' ? '' : prose(cell, 300))));
  return table([`Backup ${code(backup.id)}`, 'is', 'asked for'], rows);
}

function ageOf({ ageSeconds }: JudgedBackup): string {
  return ageSeconds === null ? 'unknown' : formatDuration(ageSeconds);
}

/** Paths are names of the database's inside, and a private repository's. */
function renderChange({ change, detail }: GateOutcome): string | undefined {
  if (!change || change.files === null || change.migrations.length === 0 || detail === 'minimal')
    return undefined;
  const left = change.migrations.length - MOST_PATHS;
  const paths = change.migrations.slice(0, MOST_PATHS).map(path => `- ${code(path)}`);
  const more = left > 0 ? [`- and ${plural(left, 'more', 'more')}`] : [];
  const title = `${plural(change.migrations.length, 'migration')} among ${plural(change.files, 'changed file')}`;
  return fold(title, [...paths, ...more].join('\n'));
}
