// A status as a notice: how the backups stand, and each check that failed.
import { type Detail, makeNotice, type Notice } from './notice.ts';
import { marked } from './plain-text.ts';
import type { StatusOutcome } from './status-outcome.ts';
import { statusFacts } from './status-summary.ts';
import { statusHeading, statusOutputsOf, statusSentence, statusVerdict } from './status-verdict.ts';

export function statusNotice(outcome: StatusOutcome, detail: Detail): Notice {
  const [only, ...others] = outcome.names;
  return makeNotice(outcome, detail, {
    name: others.length === 0 ? (only?.name ?? '') : '',
    title: statusHeading(outcome),
    verdict: shown => statusVerdict(outcome, shown),
    sentence: () => statusSentence(outcome),
    facts: statusFacts(outcome),
    footnotes: detail === 'full' && outcome.place !== '' ? [marked(outcome.place)] : [],
    outputs: statusOutputsOf(outcome),
  });
}
