// Where the runner starts us: INPUT_* in, outputs, summary, annotation and exit status out. Everything between is the
// same code that the command line runs.
import * as core from '@actions/core';
import { BACKUP_INPUTS } from '../inputs/specs/backup.ts';
import type { InputSpec } from '../inputs/specs/spec.ts';
import { annotationOf } from '../reports/annotation.ts';
import { initialOutputs, outputsOf } from '../reports/outputs.ts';
import { renderSummary } from '../reports/summary.ts';
import { verdict } from '../reports/verdict.ts';
import { makeActionLog } from './action-log.ts';
import { uploadReport } from './artifact.ts';
import { exitStatus } from './exit-status.ts';
import { watchForInterruption } from './interruption.ts';
import { Lines } from './lines.ts';
import { type Host, runBackup } from './run-backup.ts';
import { readRunFacts } from './run-facts.ts';
import { saveFinished, saveFolder, saveUpload } from './state.ts';
import { report, tellRunner, writeSummary } from './tell-runner.ts';

/** Resolves with the exit status, everything reported. */
export async function runBackupAction(): Promise<number> {
  setOutputs(initialOutputs());
  const lines = new Lines();
  const host: Host = {
    environment: process.env,
    run: readRunFacts(process.env),
    lines,
    log: makeActionLog(lines),
    journal: { uploadStarted: saveUpload, uploadEnded: () => saveUpload('') },
    mask: values => values.forEach(core.setSecret),
    folderMade: saveFolder,
  };
  const interruption = watchForInterruption();
  const run = await runBackup(readInputs(BACKUP_INPUTS), host, interruption);
  saveFinished();
  setOutputs(outputsOf(run.outcome), lines);
  const { outcome, documents, reportArtifact } = run;
  const { problems, detail } = outcome;
  tellRunner({ verdict: verdict(outcome), problems, detail, annotation: annotationOf(outcome) }, lines);
  await writeSummary(renderSummary(outcome), lines, host.log);
  if (reportArtifact)
    await report('report artifact', () => uploadReport(outcome, documents, lines), host.log);
  interruption.end();
  return exitStatus(run.outcome, interruption.received());
}

/** Names as the runner makes them: upper case, blanks to underscores, hyphens kept. */
export function readInputs(specs: readonly InputSpec[]): Map<string, string> {
  const given = specs.map(({ name }) => [name, process.env[`INPUT_${name.toUpperCase()}`] ?? ''] as const);
  return new Map(given.filter(([, value]) => value !== ''));
}

export function setOutputs(outputs: Readonly<Record<string, string>>, lines?: Lines): void {
  for (const [name, value] of Object.entries(outputs))
    core.setOutput(name, lines ? lines.redact(value) : value);
}
