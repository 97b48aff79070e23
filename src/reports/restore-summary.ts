// A restore's job summary and annotation: the verdict, what to look at, the plan, how to undo it.
import { block, prose } from './markdown.ts';
import { type RestoreOutcome, restoreSentence, restoreVerdict } from './restore-outcome.ts';
import { planLines } from './restore-plan.ts';
import { shownProblem, shownWarning } from './shown-problem.ts';
import { renderProblems } from './summary-problems.ts';
import { renderStages } from './summary-stages.ts';

const HEADINGS = {
  success: 'PostgreSQL restore',
  degraded: 'PostgreSQL restore, with warnings',
  failed: 'PostgreSQL restore FAILED',
  cancelled: 'PostgreSQL restore cancelled',
  planned: 'PostgreSQL restore, plan only',
} as const;

export function restoreHeading({ result }: RestoreOutcome): string {
  return HEADINGS[result];
}

export function renderRestoreSummary(outcome: RestoreOutcome): string {
  const { plan, restored, detail } = outcome;
  const sections = [
    `## ${restoreHeading(outcome)}`,
    prose(restoreSentence(outcome, detail, ''), 2_000),
    renderProblems(outcome),
    plan &&
      planLines(plan, detail)
        .map(line => `- ${prose(line, 2_000)}`)
        .join('\n'),
    restored?.undo && detail === 'full' ? `**To undo it**\n\n${block(restored.undo, 10)}` : undefined,
    restored?.drop && detail === 'full'
      ? `**Once nobody wants the old database any more**\n\n${block(restored.drop, 10)}`
      : undefined,
    renderStages(outcome),
  ];
  return `${sections.filter(Boolean).join('\n\n')}\n`;
}

/** What GitHub shows on the run's page; a plain success has none. */
export function restoreAnnotation(
  outcome: RestoreOutcome,
): { readonly level: 'error' | 'warning'; readonly title: string; readonly message: string } | undefined {
  const { result, detail } = outcome;
  if (result !== 'failed' && result !== 'degraded') return undefined;
  const points = [
    ...outcome.problems.map(problem => shownProblem(problem, detail)),
    ...outcome.warnings.filter(({ loud }) => loud).map(warning => shownWarning(warning, detail)),
  ];
  const lines = points.map(({ code: number, summary, hint }) => `${number}: ${summary} ${hint ?? ''}`);
  return {
    level: result === 'failed' ? 'error' : 'warning',
    title: result === 'failed' ? 'PostgreSQL restore failed' : 'PostgreSQL restore needs a look',
    message: [restoreVerdict(outcome), ...lines].join('\n').slice(0, 4_000),
  };
}
