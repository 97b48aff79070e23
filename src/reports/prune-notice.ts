// A prune's outcome as a notice: how much went, how much stays, and what was stopped.
import { type Detail, makeNotice, type Notice } from './notice.ts';
import { marked } from './plain-text.ts';
import { type PruneRunOutcome, pruneOutputsOf } from './prune-outcome.ts';
import { pruneFacts } from './prune-summary.ts';
import { pruneHeading, pruneSentence, pruneVerdict } from './prune-verdict.ts';

export function pruneNotice(outcome: PruneRunOutcome, detail: Detail): Notice {
  const [only, ...others] = outcome.names;
  return makeNotice(outcome, detail, {
    name: others.length === 0 ? (only?.plan.name ?? '') : '',
    title: pruneHeading(outcome),
    verdict: shown => pruneVerdict(outcome, shown),
    sentence: () => pruneSentence(outcome),
    facts: pruneFacts(outcome),
    footnotes: detail === 'full' && outcome.place !== '' ? [marked(outcome.place)] : [],
    outputs: pruneOutputsOf(outcome),
  });
}
