// A backup's outcome as a notice: what, where, how big, how proven, against the last ones; a failure says how old the last
// good backup is.
import { keptWords } from './kept.ts';
import { type Detail, type Fact, makeNotice, type Notice, type Standing } from './notice.ts';
import type { BackupOutcome, NewBackup } from './outcome.ts';
import { outputsOf } from './outputs.ts';
import { marked, oneLine, plural } from './plain-text.ts';
import { formatAge, formatBytes, formatChange, formatDuration, formatMoment } from './quantities.ts';
import { compareWithLast } from './shrink.ts';
import { loudWords, openPoints, verdict, verdictWithoutCause } from './verdict.ts';

export function backupNotice(outcome: BackupOutcome, detail: Detail): Notice {
  const full = detail === 'full';
  return makeNotice(outcome, detail, {
    name: outcome.name,
    title: titleOf(outcome, full),
    verdict: shown => verdict(outcome, shown),
    sentence: shown => verdictWithoutCause(outcome, shown),
    facts: factsOf(outcome, full),
    footnotes: footnotesOf(outcome),
    outputs: outputsOf(outcome),
    before: beforeOf(outcome),
  });
}

function titleOf(outcome: BackupOutcome, full: boolean): string {
  const name = outcome.name === '' || !full ? 'PostgreSQL' : oneLine(outcome.name, 80);
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

function factsOf(outcome: BackupOutcome, full: boolean): readonly Fact[] {
  const { backup, source, place } = outcome;
  return [
    ...(backup ? backupFacts(outcome, backup, full) : lastGood(outcome)),
    ...(source && full
      ? ([
          ['Database', `${marked(source.database, 100)} on ${marked(source.host)}`],
          ['PostgreSQL', oneLine(source.serverVersion, 100)],
        ] as const)
      : []),
    ...(place === '' || !full ? [] : ([['Where', marked(place, 300)]] as const)),
  ];
}

function backupFacts(outcome: BackupOutcome, backup: NewBackup, full: boolean): readonly Fact[] {
  return [
    ['Size', `${formatBytes(backup.bytes)} stored in ${formatDuration(outcome.durationSeconds)}`],
    ['Against the last ones', comparison(outcome, backup, full)],
    ['Proven to', `${marked(backup.level)}, ${backup.encrypted ? 'encrypted' : 'not encrypted'}`],
    ...(full
      ? ([['Content', `${plural(backup.rows, 'row')} in ${plural(backup.tables, 'table')}`]] as const)
      : []),
    ['Tier', `${marked(backup.tier)}, ${keptWords(backup)}`],
  ];
}

function comparison({ history }: BackupOutcome, backup: NewBackup, full: boolean): string {
  const compared = compareWithLast(backup, history);
  if (!compared) return 'the first backup of this name';
  const rows = full ? `, ${formatChange(compared.change.rows)} rows` : '';
  return `${formatChange(compared.change.bytes)} size${rows}`;
}

function lastGood(outcome: BackupOutcome): readonly Fact[] {
  const last = outcome.history.findLast(line => line.notCounted === undefined);
  if (!last) return [];
  const age = formatAge(last.stamp, outcome.startedAt);
  return [['Last good backup', `${formatMoment(last.stamp)} (${age}), ${formatBytes(last.bytes)}`]];
}

function footnotesOf({ backup, prune }: BackupOutcome): readonly string[] {
  return [
    backup ? `backup ${marked(backup.id)}` : '',
    prune && prune.deleted.length > 0 ? `${prune.deleted.length} pruned` : '',
    prune && prune.plan.stopped !== null ? 'prune stopped' : '',
  ].filter(note => note !== '');
}

/** A failed run leaves nothing in the bucket but a gap: the last good backup is older than twice the usual interval. */
function beforeOf({ history, startedAt }: BackupOutcome): Standing | null {
  const stamps = history.filter(line => line.notCounted === undefined).map(line => line.stamp);
  const intervals = stamps.slice(1).map((stamp, index) => stamp - (stamps[index] ?? stamp));
  const usual = intervals.sort((a, b) => a - b)[Math.floor(intervals.length / 2)];
  const last = stamps.at(-1);
  if (usual === undefined || last === undefined) return null;
  return startedAt - last > 2 * usual ? 'bad' : 'good';
}
