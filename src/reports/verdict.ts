// The one sentence that says how a run ended: first line of the summary, of Slack, of the annotation and last line
// of the log, so that all of them agree. Names stand between backticks; each format writes those its own way.
import { GROWN_CODE, SHRUNK_CODE } from '../problems/reports.ts';
import type { BackupOutcome } from './outcome.ts';
import { marked, oneLine, plural } from './plain-text.ts';
import { formatBytes, formatDuration } from './quantities.ts';

type Detail = BackupOutcome['detail'];

/** `detail` differs from the outcome's own where the reader is known to be one of the team (Slack). */
export function verdict(outcome: BackupOutcome, detail: Detail = outcome.detail): string {
  return sentence(outcome, detail, cause(outcome, detail));
}

/** The same without a failure's cause, where that stands right below with its hint. */
export function verdictWithoutCause(outcome: BackupOutcome, detail: Detail = outcome.detail): string {
  return sentence(outcome, detail, '');
}

function sentence(outcome: BackupOutcome, detail: Detail, why: string): string {
  const name = what(outcome, detail);
  switch (outcome.result) {
    case 'success':
    case 'degraded':
      return `Backed up ${name}${where(outcome, detail)}${figures(outcome, detail)}${loudly(outcome)}${toLookAt(outcome)}.`;
    case 'failed':
      return `Backup of ${name} failed ${after(outcome)}${why}.`;
    case 'cancelled':
      return `Backup of ${name} was cancelled ${after(outcome)}; ${
        outcome.backup ? 'the new backup itself is complete' : 'no backup was stored'
      }.`;
    case 'planned':
      return `Dry run: would back up ${name}${where(outcome, detail)}${asTier(outcome)}${wouldPrune(outcome)}. Nothing was changed.`;
  }
}

/** What a loud warning shouts, in capitals, without repeats: `SHRUNK`, `GROWN`, else `CHECK THIS`. */
export function loudWords(outcome: Pick<BackupOutcome, 'warnings'>): readonly string[] {
  const words = outcome.warnings
    .filter(warning => warning.loud)
    .map(warning => LOUD_WORDS[warning.code] ?? 'CHECK THIS');
  return [...new Set(words)];
}

const LOUD_WORDS: Readonly<Record<string, string>> = { [SHRUNK_CODE]: 'SHRUNK', [GROWN_CODE]: 'GROWN' };

/** How many things a person should look at after a run that left a good backup. */
export function openPoints(outcome: BackupOutcome): number {
  return outcome.warnings.length + outcome.problems.length;
}

function what(outcome: BackupOutcome, detail: Detail): string {
  return detail === 'minimal' || outcome.name === '' ? 'the database' : marked(outcome.name);
}

function where(outcome: BackupOutcome, detail: Detail): string {
  return detail === 'minimal' || outcome.place === '' ? '' : ` to ${marked(outcome.place)}`;
}

function asTier(outcome: BackupOutcome): string {
  return outcome.tier ? ` as ${marked(outcome.tier)}` : '';
}

function figures(outcome: BackupOutcome, detail: Detail): string {
  const { backup } = outcome;
  if (!backup) return ` in ${formatDuration(outcome.durationSeconds)}`;
  const rows = `, ${plural(backup.rows, 'row')} in ${plural(backup.tables, 'table')}`;
  const size = `${formatBytes(backup.bytes)} in ${formatDuration(outcome.durationSeconds)}`;
  return `${asTier(outcome)}: ${size}, proven to ${marked(backup.level)}${detail === 'minimal' ? '' : rows}`;
}

function loudly(outcome: BackupOutcome): string {
  const words = loudWords(outcome);
  return words.length === 0 ? '' : ` - ${words.join(', ')}`;
}

function toLookAt(outcome: BackupOutcome): string {
  const count = openPoints(outcome);
  if (outcome.result !== 'degraded' || count === 0) return '';
  return `, with ${plural(count, 'warning')} to look at`;
}

function after(outcome: BackupOutcome): string {
  return `after ${formatDuration(outcome.durationSeconds)}`;
}

function cause(outcome: BackupOutcome, detail: Detail): string {
  const [first, ...others] = outcome.problems;
  if (!first) return '';
  const more = others.length === 0 ? '' : ` (and ${plural(others.length, 'more problem', 'more problems')})`;
  if (detail === 'minimal') return `: ${first.code}${more}`;
  return `: ${oneLine(first.summary, 600).replace(/\.$/, '')}${more}`;
}

function wouldPrune(outcome: BackupOutcome): string {
  const plan = outcome.prune?.plan;
  if (!plan || plan.stopped !== null) return '';
  return `, then prune ${plan.delete.length} of ${plural(plan.keep.length + plan.delete.length, 'backup')}`;
}
