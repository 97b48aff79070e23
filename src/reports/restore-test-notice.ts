// A restore test's outcome as a notice: whether the backup came back whole, and what was measured.
import { bareOutputs, type Notice, type Standing } from './notice.ts';
import { marked, oneLine } from './plain-text.ts';
import { type RestoreTestOutcome, restoreTestOutputsOf } from './restore-test-outcome.ts';
import { restoreTestFacts, restoreTestHeading } from './restore-test-summary.ts';
import { restoreTestSentence, restoreTestVerdict } from './restore-test-verdict.ts';
import { shownProblem, shownWarning } from './shown-problem.ts';

/** `detail` is that of the people who are told, not of those who may read the run's log. */
export function restoreTestNotice(outcome: RestoreTestOutcome, detail: RestoreTestOutcome['detail']): Notice {
  const full = detail === 'full';
  const outputs = restoreTestOutputsOf(outcome);
  return {
    command: outcome.command,
    result: outcome.result,
    name: full ? oneLine(outcome.name, 200) : '',
    title: restoreTestHeading(outcome),
    verdict: restoreTestVerdict(outcome, detail),
    sentence: restoreTestSentence(outcome, detail, ''),
    bareVerdict: restoreTestVerdict(outcome, 'minimal'),
    problems: outcome.problems.map(problem => shownProblem(problem, detail)),
    warnings: outcome.warnings.map(warning => shownWarning(warning, detail)),
    facts: restoreTestFacts({ ...outcome, detail }),
    commands: [],
    footnotes: full && outcome.place !== '' ? [marked(outcome.place)] : [],
    outputs: full ? outputs : bareOutputs(outputs),
    startedAt: outcome.startedAt,
    durationSeconds: outcome.durationSeconds,
    runUrl: outcome.runUrl,
    before: beforeOf(outcome),
  };
}

/** Evidence is written only where the test came to a verdict. */
function beforeOf({ earlier }: RestoreTestOutcome): Standing | null {
  const last = earlier.at(-1);
  if (!last) return null;
  return last.result === 'passed' ? 'good' : 'bad';
}
