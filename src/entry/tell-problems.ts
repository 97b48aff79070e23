// Problems on a terminal: what failed, what to do, and the tool's last lines.
import type { Problem } from '../problems/problem.ts';
import { problemLines } from '../reports/log-lines.ts';
import type { Terminal } from './command.ts';

export function tellProblems(problems: readonly Problem[], terminal: Pick<Terminal, 'tell'>): void {
  for (const problem of problems) for (const line of problemLines(problem, 'full')) terminal.tell(line);
}
