// A backup's outcome as a Slack message: what, where, how big, how proven, against the last ones; a failure says its
// cause and the next step. Always with full detail: a channel belongs to the team, a public run's log doesn't.
import { keptWords } from './kept.ts';
import type { Message } from './message.ts';
import type { BackupOutcome, NewBackup } from './outcome.ts';
import { plural } from './plain-text.ts';
import { formatAge, formatBytes, formatChange, formatDuration, formatMoment } from './quantities.ts';
import { shownProblem, shownWarning } from './shown-problem.ts';
import { compareWithLast } from './shrink.ts';
import {
  context,
  fields,
  header,
  link,
  type SlackObject,
  section,
  slackBlock,
  slackCode,
  slackProse,
} from './slack-text.ts';
import { loudWords, openPoints, verdict, verdictWithoutCause } from './verdict.ts';

/** More are counted: a message is read on a phone, the log holds the rest. */
const MOST_PROBLEMS = 5;
const MOST_WARNINGS = 5;

export function renderSlackMessage(outcome: BackupOutcome): Message {
  return {
    text: slackProse(verdict(outcome, 'full'), 1_500),
    blocks: [
      header(titleOf(outcome)),
      section(slackProse(verdictWithoutCause(outcome, 'full'), 1_000)),
      ...problemBlocks(outcome),
      ...warningBlocks(outcome),
      ...factBlocks(outcome),
      ...footer(outcome),
    ],
  };
}

function titleOf(outcome: BackupOutcome): string {
  const name = outcome.name === '' ? 'PostgreSQL' : outcome.name.slice(0, 80);
  const loud = loudWords(outcome).map(word => ` - ${word}`);
  switch (outcome.result) {
    case 'success':
      return `Backup of ${name}${loud.join('')}`;
    case 'degraded':
      return `Backup of ${name}${loud.join('')}, with ${plural(Math.max(1, openPoints(outcome)), 'warning')}`;
    case 'failed':
      return `Backup of ${name} FAILED`;
    case 'cancelled':
      return `Backup of ${name} cancelled`;
    case 'planned':
      return `Backup of ${name}, dry run`;
  }
}

function problemBlocks(outcome: BackupOutcome): readonly SlackObject[] {
  const problems = outcome.problems.map(problem => shownProblem(problem, 'full'));
  const left = problems.length - MOST_PROBLEMS;
  const detail = problems[0]?.detail;
  return [
    ...problems
      .slice(0, MOST_PROBLEMS)
      .map(({ code, summary, hint }) =>
        section(`*Cause* (${code})\n${slackProse(summary)}\n*Next step*\n${slackProse(hint ?? '')}`),
      ),
    ...(left > 0 ? [section(`and ${plural(left, 'more problem', 'more problems')}: see the run's log`)] : []),
    ...(detail ? [section(slackBlock(detail, 8))] : []),
  ];
}

/** Loud ones first and bold, each a block of its own; the others share one. */
function warningBlocks(outcome: BackupOutcome): readonly SlackObject[] {
  const warnings = outcome.warnings.map(warning => shownWarning(warning, 'full'));
  const loud = warnings.filter(warning => warning.loud);
  const quiet = warnings.filter(warning => !warning.loud);
  const left = Math.max(0, loud.length - MOST_WARNINGS) + Math.max(0, quiet.length - MOST_WARNINGS);
  return [
    ...loud
      .slice(0, MOST_WARNINGS)
      .map(one =>
        section(`*WARNING* (${one.code})\n${slackProse(one.summary)}\n${slackProse(one.hint ?? '')}`),
      ),
    ...quiet
      .slice(0, MOST_WARNINGS)
      .map(one => section(`Warning (${one.code}): ${slackProse(one.summary)} ${slackProse(one.hint ?? '')}`)),
    ...(left > 0 ? [section(`and ${plural(left, 'more warning')}: see the run's log`)] : []),
  ];
}

function factBlocks(outcome: BackupOutcome): readonly SlackObject[] {
  const { backup, source } = outcome;
  const pairs: readonly (readonly [string, string])[] = [
    ...(backup ? backupFields(outcome, backup) : lastGood(outcome)),
    ...(source
      ? ([
          ['Database', `${slackCode(source.database, 100)} on ${slackCode(source.host)}`],
          ['PostgreSQL', slackProse(source.serverVersion, 100)],
        ] as const)
      : []),
    ...(outcome.place === '' ? [] : ([['Where', slackCode(outcome.place)]] as const)),
  ];
  return pairs.length === 0 ? [] : [fields(pairs)];
}

function backupFields(outcome: BackupOutcome, backup: NewBackup): readonly (readonly [string, string])[] {
  const comparison = compareWithLast(backup, outcome.history);
  const against = comparison
    ? `${formatChange(comparison.change.bytes)} size, ${formatChange(comparison.change.rows)} rows`
    : 'the first backup of this name';
  return [
    ['Size', `${formatBytes(backup.bytes)} stored in ${formatDuration(outcome.durationSeconds)}`],
    ['Against the last ones', against],
    ['Proven to', `${slackCode(backup.level)}, ${backup.encrypted ? 'encrypted' : 'not encrypted'}`],
    ['Content', `${plural(backup.rows, 'row')} in ${plural(backup.tables, 'table')}`],
    ['Tier', `${slackCode(backup.tier)}, ${keptWords(backup)}`],
  ];
}

function lastGood(outcome: BackupOutcome): readonly (readonly [string, string])[] {
  const last = outcome.history.findLast(line => line.notCounted === undefined);
  if (!last) return [];
  const age = formatAge(last.stamp, outcome.startedAt);
  return [['Last good backup', `${formatMoment(last.stamp)} (${age}), ${formatBytes(last.bytes)}`]];
}

function footer(outcome: BackupOutcome): readonly SlackObject[] {
  const { backup, prune, runUrl } = outcome;
  const parts = [
    runUrl === null ? '' : link(runUrl, 'Open the run'),
    backup ? `backup ${slackCode(backup.id)}` : '',
    prune && prune.deleted.length > 0 ? `${prune.deleted.length} pruned` : '',
    prune && prune.plan.stopped !== null ? 'prune stopped' : '',
  ].filter(part => part !== '');
  return parts.length === 0 ? [] : [context(parts.join(' · '))];
}
