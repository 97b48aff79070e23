// The one sentence that says how a restore test ended, and the annotation made from it.
import { type Annotation, annotationMessage } from './annotation.ts';
import { marked, oneLine, plural } from './plain-text.ts';
import { formatDuration, formatMoment } from './quantities.ts';
import type { RestoreTestOutcome } from './restore-test-outcome.ts';

type Detail = RestoreTestOutcome['detail'];

export function restoreTestVerdict(outcome: RestoreTestOutcome, detail: Detail = outcome.detail): string {
  const [first, ...others] = outcome.problems;
  if (!first) return restoreTestSentence(outcome, detail, '');
  const more = others.length === 0 ? '' : ` (and ${plural(others.length, 'more problem', 'more problems')})`;
  const cause = detail === 'full' ? oneLine(first.summary, 600).replace(/\.$/, '') : first.code;
  return restoreTestSentence(outcome, detail, `: ${cause}${more}`);
}

/** `why`: '' where the cause stands right below with its hint. */
export function restoreTestSentence(outcome: RestoreTestOutcome, detail: Detail, why: string): string {
  const { backup, verdict, compared, times, durationSeconds } = outcome;
  const of = detail === 'full' && outcome.name !== '' ? ` of ${marked(outcome.name)}` : '';
  const what = backup
    ? `backup ${marked(backup.id)}${of} from ${formatMoment(backup.stamp)}`
    : `a backup${of}`;
  const took = formatDuration(durationSeconds);
  if (outcome.result === 'cancelled') return `Restore test of ${what} was cancelled after ${took}${why}.`;
  if (verdict === 'failed') return `Restore test: ${what} FAILED${why}.`;
  if (verdict === null || outcome.result === 'failed')
    return `Restore test of ${what} came to no recorded verdict after ${took}${why}.`;
  const recovery = times.recovery === null ? '' : ` in ${formatDuration(times.recovery)}`;
  const rows =
    detail === 'full' && compared
      ? `, ${plural(compared.rows, 'row')} in ${plural(compared.tables, 'table')} compared`
      : '';
  const asked =
    compared && compared.assertions > 0 ? `, ${plural(compared.assertions, 'assertion')} held` : '';
  const look = outcome.result === 'degraded' ? ', with something to look at' : '';
  return `Restore test: ${what} came back whole${recovery}${rows}${asked}${look}.`;
}

export function restoreTestAnnotation(outcome: RestoreTestOutcome): Annotation | undefined {
  const { result, verdict, detail } = outcome;
  if (result !== 'failed' && result !== 'degraded') return undefined;
  const warnings = outcome.warnings.filter(({ loud }) => loud);
  const title =
    verdict === 'failed' ? 'PostgreSQL backup does not restore' : 'PostgreSQL restore test needs a look';
  return {
    level: result === 'failed' ? 'error' : 'warning',
    title,
    message: annotationMessage(restoreTestSentence(outcome, detail, ''), { ...outcome, warnings }),
  };
}
