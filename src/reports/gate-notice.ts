// A gate's outcome as a notice, for whoever is told of runs.
import { type GateOutcome, gateOutputsOf } from './gate-outcome.ts';
import { gateHeading } from './gate-summary.ts';
import { gateVerdict } from './gate-verdict.ts';
import { type Detail, makeNotice, type Notice } from './notice.ts';

export function gateNotice(outcome: GateOutcome, detail: Detail): Notice {
  const say = (shown: Detail) => gateVerdict({ ...outcome, detail: shown });
  return makeNotice(outcome, detail, {
    name: outcome.name,
    title: gateHeading(outcome),
    verdict: say,
    sentence: say,
    facts: [],
    outputs: gateOutputsOf(outcome),
  });
}
