// A restore's job summary and Slack message: the verdict, what to look at, the plan, how to undo it.
import { block, prose } from './markdown.ts';
import type { Message } from './message.ts';
import { formatBytes, formatMoment } from './quantities.ts';
import { type RestoreOutcome, restoreSentence, restoreVerdict } from './restore-outcome.ts';
import { planLines } from './restore-plan.ts';
import { shownProblem, shownWarning } from './shown-problem.ts';
import { context, fields, header, link, section, slackBlock, slackCode, slackProse } from './slack-text.ts';
import { renderProblems } from './summary-problems.ts';
import { renderStages } from './summary-stages.ts';

const HEADINGS = {
  success: 'PostgreSQL restore',
  degraded: 'PostgreSQL restore, with warnings',
  failed: 'PostgreSQL restore FAILED',
  cancelled: 'PostgreSQL restore cancelled',
  planned: 'PostgreSQL restore, plan only',
} as const;

const MOST_POINTS = 5;

export function renderRestoreSummary(outcome: RestoreOutcome): string {
  const { plan, restored, detail } = outcome;
  const sections = [
    `## ${HEADINGS[outcome.result]}`,
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

/** Always with full detail: a channel belongs to the team. */
export function renderRestoreSlack(outcome: RestoreOutcome): Message {
  const { plan, restored, result, runUrl } = outcome;
  const points = [
    ...outcome.problems.map(problem => shownProblem(problem, 'full')),
    ...outcome.warnings.map(warning => shownWarning(warning, 'full')),
  ];
  const detail = outcome.problems[0]?.detail;
  return {
    text: slackProse(restoreVerdict(outcome, 'full'), 1_500),
    blocks: [
      header(HEADINGS[result]),
      section(slackProse(restoreSentence(outcome, 'full', ''), 1_000)),
      ...points
        .slice(0, MOST_POINTS)
        .map(({ code: number, summary, hint }) =>
          section(`*${number}* ${slackProse(summary)}\n${slackProse(hint ?? '')}`),
        ),
      ...(detail ? [section(slackBlock(detail, 8))] : []),
      ...(plan
        ? [
            fields([
              ['Backup', `${slackCode(plan.backup.id)}, ${formatMoment(plan.backup.stamp)}`],
              ['Size', formatBytes(plan.backup.bytes)],
              ['Proven to', slackCode(plan.backup.level)],
              ['Target', `${slackCode(plan.database)} on ${slackCode(plan.target.host)}`],
            ]),
          ]
        : []),
      ...(restored?.undo ? [section(`*To undo it*\n${slackBlock(restored.undo, 10)}`)] : []),
      ...(runUrl === null ? [] : [context(link(runUrl, 'Open the run'))]),
    ],
  };
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
