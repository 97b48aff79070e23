// Problems and warnings in the summary: what failed, what to do, and the tool's own last lines folded away.
import { block, fold, prose } from './markdown.ts';
import type { BackupOutcome } from './outcome.ts';
import { plural } from './plain-text.ts';
import {
  CODES_ARE_EXPLAINED,
  type Shown,
  shownProblem,
  shownWarning,
  TEXTS_ARE_HIDDEN,
} from './shown-problem.ts';

/** Beyond these a list is no longer read; the log has them all. */
const MOST_LISTED = 30;
const MOST_DETAILS = 5;
const DETAIL_LINES = 20;

/** Problems first, loud warnings before the others. */
export function renderProblems(
  outcome: Pick<BackupOutcome, 'problems' | 'warnings' | 'detail'>,
): string | undefined {
  const problems = outcome.problems.map(problem => shownProblem(problem, outcome.detail));
  const warnings = outcome.warnings.map(warning => shownWarning(warning, outcome.detail));
  const all = [...problems, ...warnings.filter(one => one.loud), ...warnings.filter(one => !one.loud)];
  if (all.length === 0) return undefined;
  const left = all.length - MOST_LISTED;
  return [
    `### ${titleOf(problems.length, warnings.length)}`,
    [
      ...all.slice(0, MOST_LISTED).map(item),
      ...(left > 0 ? [`- and ${plural(left, 'more', 'more')}: see the log`] : []),
    ].join('\n'),
    prose(outcome.detail === 'full' ? CODES_ARE_EXPLAINED : `${CODES_ARE_EXPLAINED} ${TEXTS_ARE_HIDDEN}`),
    ...all
      .filter(one => one.detail)
      .slice(0, MOST_DETAILS)
      .map(details),
  ].join('\n\n');
}

function titleOf(problems: number, warnings: number): string {
  if (problems === 0) return warnings === 1 ? 'Warning' : 'Warnings';
  if (warnings > 0) return 'Problems and warnings';
  return problems === 1 ? 'Problem' : 'Problems';
}

function item(shown: Shown): string {
  const summary = shown.loud ? `**${prose(shown.summary)}**` : prose(shown.summary);
  return `- **${shown.code}** ${summary}${shown.hint === null ? '' : `<br>${prose(shown.hint)}`}`;
}

function details(shown: Shown): string {
  return fold(`${shown.code}: the last lines that were printed`, block(shown.detail ?? '', DETAIL_LINES));
}
