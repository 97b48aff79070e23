// The one sentence that says how a prune ended, its heading, and the annotation made from it.
import { type Annotation, annotationMessage } from './annotation.ts';
import { oneLine, plural } from './plain-text.ts';
import { type PruneRunOutcome, totalsOf } from './prune-outcome.ts';
import { formatBytes } from './quantities.ts';

export type Detail = PruneRunOutcome['detail'];

export function pruneVerdict(outcome: PruneRunOutcome, detail: Detail = outcome.detail): string {
  const [first, ...others] = outcome.problems;
  const sentence = pruneSentence(outcome);
  if (!first) return sentence;
  const more = others.length === 0 ? '' : ` (and ${plural(others.length, 'more problem', 'more problems')})`;
  const cause = detail === 'full' ? oneLine(first.summary, 600).replace(/\.$/, '') : first.code;
  return `${sentence.replace(/\.$/, '')}: ${cause}${more}.`;
}

/** Without a failure's cause, where that stands right below with its hint. Names nobody. */
export function pruneSentence(outcome: PruneRunOutcome): string {
  if (outcome.names.length === 0 && outcome.result === 'failed') return 'Prune failed.';
  const totals = totalsOf(outcome);
  const of = `${plural(totals.names, 'name')}, ${plural(totals.keep, 'backup')} kept`;
  const left = outcome.dryRun ? totals.plannedLeftovers : totals.swept;
  const also = [
    ...(left > 0 ? [plural(left, 'leftover')] : []),
    ...(totals.uploads > 0 ? [plural(totals.uploads, 'unfinished upload')] : []),
  ];
  const and = also.length === 0 ? '' : ` and ${also.join(' and ')}`;
  const size = totals.freedBytes > 0 ? ` (${formatBytes(totals.freedBytes)})` : '';
  if (outcome.dryRun && outcome.problems.length === 0)
    return `Dry run: would prune ${plural(totals.planned, 'backup')}${and}${size} of ${of}. Nothing was changed.`;
  const stuck = totals.failed > 0 ? `, ${totals.failed} could not be deleted` : '';
  const done = `pruned ${plural(totals.deleted, 'backup')}${and}${size} of ${of}${stuck}`;
  if (outcome.result === 'cancelled') return `Prune was cancelled; ${done}.`;
  if (outcome.result === 'failed') return `Prune failed; ${done}.`;
  return `P${done.slice(1)}.`;
}

export function pruneHeading({ result }: PruneRunOutcome): string {
  switch (result) {
    case 'planned':
      return 'PostgreSQL prune, dry run';
    case 'failed':
      return 'PostgreSQL prune FAILED';
    case 'cancelled':
      return 'PostgreSQL prune cancelled';
    case 'degraded':
      return 'PostgreSQL prune, with warnings';
    case 'success':
      return 'PostgreSQL prune';
  }
}

export function pruneAnnotation(outcome: PruneRunOutcome): Annotation | undefined {
  const { result } = outcome;
  const loud = outcome.warnings.filter(warning => warning.loud);
  if (result !== 'failed' && loud.length === 0) return undefined;
  return {
    level: result === 'failed' ? 'error' : 'warning',
    title: result === 'failed' ? 'PostgreSQL prune failed' : 'PostgreSQL backups need a look',
    message: annotationMessage(pruneSentence(outcome), { ...outcome, warnings: loud }),
  };
}
