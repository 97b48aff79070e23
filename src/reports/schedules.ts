// What a watch over schedules says: one sentence, one annotation, a line for each workflow.

import type { Problem } from '../problems/problem.ts';
import { scheduleOff, watchedWorkflowMissing } from '../problems/schedules.ts';
import type { Annotation } from './annotation.ts';
import { code, prose, table } from './markdown.ts';
import { type Detail, makeNotice, type Notice } from './notice.ts';
import { problemToJson, warningToJson } from './outcome-json.ts';
import { plural } from './plain-text.ts';
import type { RunOutcome } from './run-outcome.ts';
import { renderProblems } from './summary-problems.ts';

export interface WatchedWorkflow {
  readonly file: string;
  /** As GitHub's API calls it, `active` for one that runs; null: there is no such workflow. */
  readonly state: string | null;
}

export interface SchedulesOutcome extends RunOutcome {
  readonly command: 'schedules';
  readonly workflows: readonly WatchedWorkflow[];
}

export function problemsOfSchedules(workflows: readonly WatchedWorkflow[]): Problem[] {
  return workflows.flatMap(({ file, state }) => {
    if (state === 'active') return [];
    return [state === null ? watchedWorkflowMissing(file) : scheduleOff(file, state)];
  });
}

export function schedulesVerdict({ workflows, problems }: SchedulesOutcome): string {
  const [problem] = problems;
  if (problem) return problem.summary;
  return `${plural(workflows.length, 'schedule')} on.`;
}

export function schedulesAnnotation({ problems }: SchedulesOutcome): Annotation | undefined {
  if (problems.length === 0) return undefined;
  const lines = problems.map(({ code: name, summary, hint }) => `${name}: ${summary} ${hint}`);
  return { level: 'error', title: 'A schedule is off', message: lines.join('\n') };
}

export function renderSchedulesSummary(outcome: SchedulesOutcome): string {
  const rows = outcome.workflows.map(({ file, state }) => [code(file), code(state ?? 'missing')]);
  const sections = [
    '## Schedules',
    prose(schedulesVerdict(outcome)),
    renderProblems(outcome),
    rows.length > 0 ? table(['Workflow', 'State'], rows) : undefined,
  ];
  return `${sections.filter(part => part !== undefined).join('\n\n')}\n`;
}

export function schedulesNotice(outcome: SchedulesOutcome, detail: Detail): Notice {
  return makeNotice(outcome, detail, {
    title: outcome.problems.length > 0 ? 'A schedule is OFF' : 'Schedules are on',
    verdict: () => schedulesVerdict(outcome),
    sentence: () => schedulesVerdict(outcome),
    facts: outcome.workflows.map(({ file, state }) => [file, state ?? 'missing']),
    outputs: {},
  });
}

export function schedulesToJson({ problems, warnings, ...outcome }: SchedulesOutcome): object {
  return { ...outcome, problems: problems.map(problemToJson), warnings: warnings.map(warningToJson) };
}
