// Where the runner starts us: INPUT_* in, outputs, summary, annotation and exit status out. Everything between is the
// same code that the command line runs.
import * as core from '@actions/core';
import { BACKUP_INPUTS, type InputSpec } from '../inputs/spec.ts';
import { reportFailed } from '../problems/host.ts';
import { annotationOf } from '../reports/annotation.ts';
import { problemLines } from '../reports/log-lines.ts';
import type { BackupOutcome } from '../reports/outcome.ts';
import { initialOutputs, outputsOf } from '../reports/outputs.ts';
import { renderSummary } from '../reports/summary.ts';
import { verdict } from '../reports/verdict.ts';
import { makeActionLog } from './action-log.ts';
import { uploadReport } from './artifact.ts';
import { exitStatus } from './exit-status.ts';
import { watchForInterruption } from './interruption.ts';
import { Lines } from './lines.ts';
import { type BackupRun, type Host, runBackup } from './run-backup.ts';
import { readRunFacts } from './run-facts.ts';
import { saveFinished, saveFolder, saveUpload } from './state.ts';

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
  await report(run, host);
  interruption.end();
  return exitStatus(run.outcome, interruption.received());
}

/** Names as the runner makes them: upper case, blanks to underscores, hyphens kept. */
export function readInputs(specs: readonly InputSpec[]): Map<string, string> {
  const given = specs.map(({ name }) => [name, process.env[`INPUT_${name.toUpperCase()}`] ?? ''] as const);
  return new Map(given.filter(([, value]) => value !== ''));
}

async function report(
  { outcome, documents, reportArtifact }: BackupRun,
  { lines, log }: Host,
): Promise<void> {
  tell(outcome, lines);
  const attempts: readonly (readonly [string, () => Promise<unknown>])[] = [
    ['job summary', () => core.summary.addRaw(lines.redact(renderSummary(outcome))).write()],
    ...(reportArtifact ? [['report artifact', () => uploadReport(outcome, documents, lines)] as const] : []),
  ];
  for (const [what, attempt] of attempts) {
    try {
      await attempt();
    } catch (error) {
      log.warn(reportFailed(what, error instanceof Error ? error.message : String(error)));
    }
  }
}

function tell(outcome: BackupOutcome, lines: Lines): void {
  core.info(lines.clean(verdict(outcome)));
  for (const problem of outcome.problems) {
    for (const line of problemLines(problem, outcome.detail)) core.info(lines.clean(line));
  }
  const annotation = annotationOf(outcome);
  if (!annotation) return;
  const annotate = annotation.level === 'error' ? core.error : core.warning;
  annotate(lines.clean(annotation.message), { title: lines.clean(annotation.title) });
}

export function setOutputs(outputs: Readonly<Record<string, string>>, lines?: Lines): void {
  for (const [name, value] of Object.entries(outputs))
    core.setOutput(name, lines ? lines.redact(value) : value);
}
