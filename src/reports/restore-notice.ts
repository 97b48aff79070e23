// A restore's outcome as a notice: which backup went where, and how to undo it.
import { type Detail, type Fact, makeNotice, type Notice } from './notice.ts';
import { marked } from './plain-text.ts';
import { formatBytes, formatMoment } from './quantities.ts';
import { type RestoreOutcome, restoreOutputsOf, restoreSentence, restoreVerdict } from './restore-outcome.ts';
import { restoreHeading } from './restore-summary.ts';

export function restoreNotice(outcome: RestoreOutcome, detail: Detail): Notice {
  const { plan, restored } = outcome;
  const full = detail === 'full';
  return makeNotice(outcome, detail, {
    name: plan?.backup?.name ?? plan?.database ?? '',
    title: restoreHeading(outcome),
    verdict: shown => restoreVerdict(outcome, shown),
    sentence: shown => restoreSentence(outcome, shown, ''),
    facts: factsOf(outcome, full),
    commands: restored?.undo && full ? [{ label: 'To undo it', text: restored.undo }] : [],
    outputs: restoreOutputsOf(outcome),
  });
}

function factsOf({ plan }: RestoreOutcome, full: boolean): readonly Fact[] {
  if (!plan) return [];
  const { backup, file } = plan;
  const source = backup ?? file;
  return [
    ...(backup ? ([['Backup', `${marked(backup.id)}, ${formatMoment(backup.stamp)}`]] as const) : []),
    ...(file && full ? ([['File', `${marked(file.path)}, written ${file.writtenAt}`]] as const) : []),
    ...(source
      ? ([
          ['Size', formatBytes(source.bytes)],
          ['Proven to', marked(source.level)],
        ] as const)
      : []),
    ...(full ? ([['Target', `${marked(plan.database)} on ${marked(plan.target.host)}`]] as const) : []),
  ];
}
