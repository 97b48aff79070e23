// Which of GitHub's events may start what touches a database: whoever can open one of the refused ones needs no rights
// in the repository, or gets those of somebody else.
import { eventRefused } from '../problems/inputs.ts';
import type { InputReader } from './raw-inputs.ts';

const REFUSED =
  /^(?:pull_request|issues$|issue_comment$|discussion$|discussion_comment$|fork$|watch$|workflow_run$)/;

export function isRefusedEvent(event: string): boolean {
  return REFUSED.test(event);
}

/** `event`: null on a terminal. `what`: "A backup", "A restore". */
export function refuseEvent(inputs: InputReader, event: string | null, what: string): void {
  const allowed = inputs.text('allow-event').split(/[\s,]+/);
  if (event !== null && isRefusedEvent(event) && !allowed.includes(event))
    inputs.problems.push(eventRefused(what, event));
}
