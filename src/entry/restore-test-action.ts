// Where the runner starts restore-test/action.yml: INPUT_* in, outputs, summary, annotation and exit status out.
import * as core from '@actions/core';
import { RESTORE_TEST_INPUTS } from '../inputs/specs/restore-test.ts';
import { initialRestoreTestOutputs, restoreTestOutputsOf } from '../reports/restore-test-outcome.ts';
import { renderRestoreTestSummary } from '../reports/restore-test-summary.ts';
import { restoreTestAnnotation, restoreTestVerdict } from '../reports/restore-test-verdict.ts';
import { readInputs, setOutputs } from './action.ts';
import { makeActionLog } from './action-log.ts';
import { exitStatus } from './exit-status.ts';
import { watchForInterruption } from './interruption.ts';
import { Lines } from './lines.ts';
import { readRunFacts } from './run-facts.ts';
import { runRestoreTest } from './run-restore-test.ts';
import { saveFinished, saveFolder } from './state.ts';
import { tellRunner, writeSummary } from './tell-runner.ts';

/** Resolves with the exit status, everything reported. */
export async function runRestoreTestAction(): Promise<number> {
  setOutputs(initialRestoreTestOutputs());
  const lines = new Lines();
  const log = makeActionLog(lines);
  const interruption = watchForInterruption();
  const outcome = await runRestoreTest(
    readInputs(RESTORE_TEST_INPUTS),
    {
      environment: process.env,
      run: readRunFacts(process.env),
      lines,
      log,
      mask: values => values.forEach(core.setSecret),
      folderMade: saveFolder,
    },
    interruption,
  );
  saveFinished();
  setOutputs(restoreTestOutputsOf(outcome), lines);
  const { problems, detail } = outcome;
  const annotation = restoreTestAnnotation(outcome);
  tellRunner({ verdict: restoreTestVerdict(outcome), problems, detail, annotation }, lines);
  await writeSummary(renderRestoreTestSummary(outcome), lines, log);
  interruption.end();
  return exitStatus(outcome, interruption.received());
}
