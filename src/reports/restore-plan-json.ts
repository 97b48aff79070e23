// A restore's plan as JSON, for `--json` and for whoever compares plans by program.
import { formatInstant } from '../backups/instant.ts';
import type { Problem, Warning } from '../problems/problem.ts';
import { oneLine } from './plain-text.ts';
import type { RestorePlan } from './restore-plan.ts';

/** As `--json` prints it: keys may be added, none are renamed or removed. `hash` stands at the top level. */
export function planToJson(plan: RestorePlan): Readonly<Record<string, unknown>> {
  const told = ({ code, summary, hint }: Problem | Warning) => ({
    code,
    summary: oneLine(summary),
    hint: oneLine(hint),
  });
  return {
    ...plan,
    backup: plan.backup && { ...plan.backup, stamp: formatInstant(plan.backup.stamp) },
    expected: plan.expected && {
      ...plan.expected,
      testedAt: formatInstant(plan.expected.testedAt),
    },
    notes: plan.notes.map(told),
    problems: plan.problems.map(told),
    plannedAt: formatInstant(plan.plannedAt),
  };
}
