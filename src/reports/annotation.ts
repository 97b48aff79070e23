// The one annotation of a run: what GitHub shows on the run's page and in its e-mail. A plain success has none.
import type { BackupOutcome } from './outcome.ts';
import { clip, oneLine } from './plain-text.ts';
import type { RunOutcome } from './run-outcome.ts';
import { shownProblem, shownWarning } from './shown-problem.ts';
import { loudWords, verdict } from './verdict.ts';

export interface Annotation {
  readonly level: 'error' | 'warning';
  readonly title: string;
  readonly message: string;
}

/** GitHub cuts a longer message without a word. */
const LIMIT = 4_096;

/** A line for each problem and warning, with its hint, below the sentence where one is given; all that GitHub shows. */
export function annotationMessage(
  sentence: string | null,
  { problems, warnings, detail }: Pick<RunOutcome, 'problems' | 'warnings' | 'detail'>,
): string {
  const points = [
    ...problems.map(problem => shownProblem(problem, detail)),
    ...warnings.map(warning => shownWarning(warning, detail)),
  ];
  const lines = points.map(({ code, summary, hint }) => oneLine(`${code}: ${summary} ${hint ?? ''}`, 1_500));
  return clip([...(sentence === null ? [] : [sentence]), ...lines].join('\n'), LIMIT);
}

export function annotationOf(outcome: BackupOutcome): Annotation | undefined {
  const { result } = outcome;
  const loud = loudWords(outcome);
  if (result !== 'failed' && result !== 'degraded' && loud.length === 0) return undefined;
  const words = loud.length === 0 ? '' : `: ${loud.join(', ')}`;
  return {
    level: result === 'failed' ? 'error' : 'warning',
    title: result === 'failed' ? 'PostgreSQL backup failed' : `PostgreSQL backup needs a look${words}`,
    // A failure's verdict repeats its first problem, which stands below with its hint.
    message: annotationMessage(result === 'failed' ? null : verdict(outcome), outcome) || verdict(outcome),
  };
}
