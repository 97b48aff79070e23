// A restore's outcome as a notice: which backup went where, and how to undo it.
import { bareOutputs, type Fact, type Notice } from './notice.ts';
import { marked } from './plain-text.ts';
import { formatBytes, formatMoment } from './quantities.ts';
import { type RestoreOutcome, restoreOutputsOf, restoreSentence, restoreVerdict } from './restore-outcome.ts';
import { restoreHeading } from './restore-summary.ts';
import { shownProblem, shownWarning } from './shown-problem.ts';

/** `detail` is that of the people who are told, not of those who may read the run's log. */
export function restoreNotice(outcome: RestoreOutcome, detail: RestoreOutcome['detail']): Notice {
  const full = detail === 'full';
  const outputs = restoreOutputsOf(outcome);
  const { plan, restored } = outcome;
  return {
    command: outcome.command,
    result: outcome.result,
    name: full ? (plan?.backup.name ?? '') : '',
    title: restoreHeading(outcome),
    verdict: restoreVerdict(outcome, detail),
    sentence: restoreSentence(outcome, detail, ''),
    bareVerdict: restoreVerdict(outcome, 'minimal'),
    problems: outcome.problems.map(problem => shownProblem(problem, detail)),
    warnings: outcome.warnings.map(warning => shownWarning(warning, detail)),
    facts: factsOf(outcome, full),
    commands: restored?.undo && full ? [{ label: 'To undo it', text: restored.undo }] : [],
    footnotes: [],
    outputs: full ? outputs : bareOutputs(outputs),
    startedAt: outcome.startedAt,
    durationSeconds: outcome.durationSeconds,
    runUrl: outcome.runUrl,
    before: null,
  };
}

function factsOf({ plan }: RestoreOutcome, full: boolean): readonly Fact[] {
  if (!plan) return [];
  return [
    ['Backup', `${marked(plan.backup.id)}, ${formatMoment(plan.backup.stamp)}`],
    ['Size', formatBytes(plan.backup.bytes)],
    ['Proven to', marked(plan.backup.level)],
    ...(full ? ([['Target', `${marked(plan.database)} on ${marked(plan.target.host)}`]] as const) : []),
  ];
}
