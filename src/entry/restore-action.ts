// Where the runner starts restore/action.yml: INPUT_* in, outputs, summary, annotation and exit status out.
import * as core from '@actions/core';
import { RESTORE_INPUTS } from '../inputs/specs/restore.ts';
import { initialRestoreOutputs, restoreOutputsOf, restoreVerdict } from '../reports/restore-outcome.ts';
import { renderRestoreSummary, restoreAnnotation } from '../reports/restore-summary.ts';
import { readInputs, setOutputs } from './action.ts';
import { makeActionLog } from './action-log.ts';
import { exitStatus } from './exit-status.ts';
import { watchForInterruption } from './interruption.ts';
import { Lines } from './lines.ts';
import { readRunFacts } from './run-facts.ts';
import { runRestore } from './run-restore.ts';
import { saveFinished, saveFolder } from './state.ts';
import { tellRunner, writeSummary } from './tell-runner.ts';

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
  const { problems, detail, restored } = outcome;
  const annotation = restoreAnnotation(outcome);
  tellRunner({ verdict: restoreVerdict(outcome), problems, detail, annotation }, lines);
  if (restored?.undo && detail === 'full') core.info(lines.clean(`To undo it: ${restored.undo}`));
  await writeSummary(renderRestoreSummary(outcome), lines, log);
  interruption.end();
  return exitStatus(outcome, interruption.received());
}
