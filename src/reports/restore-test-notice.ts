// A restore test's outcome as a notice: whether the backup came back whole, and what was measured.
import { type Detail, makeNotice, type Notice, type Standing } from './notice.ts';
import { marked } from './plain-text.ts';
import { type RestoreTestOutcome, restoreTestOutputsOf } from './restore-test-outcome.ts';
import { restoreTestFacts, restoreTestHeading } from './restore-test-summary.ts';
import { restoreTestSentence, restoreTestVerdict } from './restore-test-verdict.ts';

export function restoreTestNotice(outcome: RestoreTestOutcome, detail: Detail): Notice {
  return makeNotice(outcome, detail, {
    name: outcome.name,
    title: restoreTestHeading(outcome),
    verdict: shown => restoreTestVerdict(outcome, shown),
    sentence: shown => restoreTestSentence(outcome, shown, ''),
    facts: restoreTestFacts({ ...outcome, detail }),
    footnotes: detail === 'full' && outcome.place !== '' ? [marked(outcome.place)] : [],
    outputs: restoreTestOutputsOf(outcome),
    before: beforeOf(outcome),
  });
}

/** Evidence is written only where the test came to a verdict. */
function beforeOf({ earlier }: RestoreTestOutcome): Standing | null {
  const last = earlier.at(-1);
  if (!last) return null;
  return last.result === 'passed' ? 'good' : 'bad';
}
