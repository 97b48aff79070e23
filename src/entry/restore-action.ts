// Where the runner starts restore/action.yml: INPUT_* in, outputs, summary, annotation and exit status out.
import * as core from '@actions/core';
import { RESTORE_INPUTS } from '../inputs/spec.ts';
import { reportFailed } from '../problems/host.ts';
import { problemLines } from '../reports/log-lines.ts';
import {
  initialRestoreOutputs,
  type RestoreOutcome,
  restoreOutputsOf,
  restoreVerdict,
} from '../reports/restore-outcome.ts';
import { renderRestoreSummary, restoreAnnotation } from '../reports/restore-summary.ts';
import { readInputs, setOutputs } from './action.ts';
import { makeActionLog } from './action-log.ts';
import { exitStatus } from './exit-status.ts';
import { watchForInterruption } from './interruption.ts';
import { Lines } from './lines.ts';
import { readRunFacts } from './run-facts.ts';
import { runRestore } from './run-restore.ts';
import { saveFinished, saveFolder } from './state.ts';

/** Resolves with the exit status, everything reported. */
export async function runRestoreAction(): Promise<number> {
  setOutputs(initialRestoreOutputs());
  const lines = new Lines();
  const log = makeActionLog(lines);
  const interruption = watchForInterruption();
  const outcome = await runRestore(
    readInputs(RESTORE_INPUTS),
    {
      environment: process.env,
      run: readRunFacts(process.env),
      lines,
      log,
      mask: values => values.forEach(core.setSecret),
      folderMade: saveFolder,
      ask: undefined,
      again: (backup, confirm) =>
        `run this step again with \`backup: ${backup}\` and \`confirm: ${confirm}\``,
    },
    interruption,
  );
  saveFinished();
  setOutputs(restoreOutputsOf(outcome), lines);
  tell(outcome, lines);
  try {
    await core.summary.addRaw(lines.redact(renderRestoreSummary(outcome))).write();
  } catch (error) {
    log.warn(reportFailed('job summary', error instanceof Error ? error.message : String(error)));
  }
  interruption.end();
  return exitStatus(outcome, interruption.received());
}

function tell(outcome: RestoreOutcome, lines: Lines): void {
  core.info(lines.clean(restoreVerdict(outcome)));
  for (const problem of outcome.problems) {
    for (const line of problemLines(problem, outcome.detail)) core.info(lines.clean(line));
  }
  if (outcome.restored?.undo && outcome.detail === 'full')
    core.info(lines.clean(`To undo it: ${outcome.restored.undo}`));
  const annotation = restoreAnnotation(outcome);
  if (!annotation) return;
  const annotate = annotation.level === 'error' ? core.error : core.warning;
  annotate(lines.clean(annotation.message), { title: lines.clean(annotation.title) });
}
