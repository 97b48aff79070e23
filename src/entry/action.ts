// Where the runner starts an action: INPUT_* in, outputs, summary, annotation and exit status out. Everything between is
// the same code that the command line runs.
import * as core from '@actions/core';
import type { Document } from '../commands/backup/draft.ts';
import type { InputSpec } from '../inputs/specs/spec.ts';
import { reportFailed } from '../problems/host.ts';
import type { Log } from '../reports/log.ts';
import { problemLines } from '../reports/log-lines.ts';
import type { RunOutcome } from '../reports/run-outcome.ts';
import { makeActionLog } from './action-log.ts';
import { uploadReport } from './artifact.ts';
import { exitStatus } from './exit-status.ts';
import { watchForInterruption } from './interruption.ts';
import type { Host, Job } from './job.ts';
import { Lines } from './lines.ts';
import { readRunFacts } from './run-facts.ts';
import { runJob } from './run-job.ts';
import { saveFinished, saveFolder, saveServer, saveUpload } from './state.ts';

/** Resolves with the exit status, everything reported. */
export async function runAction<Config, Outcome extends RunOutcome>(
  job: Job<Config, Outcome>,
): Promise<number> {
  setOutputs(job.initialOutputs());
  const lines = new Lines();
  const log = makeActionLog(lines);
  let documents: readonly Document[] | undefined;
  const host: Host = {
    environment: process.env,
    run: readRunFacts(process.env),
    lines,
    log,
    journal: {
      uploadStarted: saveUpload,
      uploadEnded: () => saveUpload(''),
      serverMade: saveServer,
      serverGone: () => saveServer(''),
    },
    mask: values => values.forEach(core.setSecret),
    folderMade: saveFolder,
    report: wanted => {
      documents = wanted;
    },
  };
  const interruption = watchForInterruption();
  const outcome = await runJob(job, readInputs(job.specs), host, interruption);
  saveFinished();
  setOutputs(job.outputs(outcome), lines);
  tell(job, outcome, lines);
  const summary = job.summary(outcome);
  await attempt('job summary', () => core.summary.addRaw(lines.redact(summary)).write(), log);
  if (documents) {
    const report = { summary, outcome: job.json(outcome), detail: outcome.detail, documents };
    await attempt(
      'report artifact',
      () => uploadReport(report, artifactName(job.outputs(outcome)), lines),
      log,
    );
  }
  interruption.end();
  return exitStatus(outcome, interruption.received());
}

/** Names as the runner makes them: upper case, blanks to underscores, hyphens kept. */
export function readInputs(specs: readonly InputSpec[]): Map<string, string> {
  const given = specs.map(({ name }) => [name, process.env[`INPUT_${name.toUpperCase()}`] ?? ''] as const);
  return new Map(given.filter(([, value]) => value !== ''));
}

function setOutputs(outputs: Readonly<Record<string, string>>, lines?: Lines): void {
  for (const [name, value] of Object.entries(outputs))
    core.setOutput(name, lines ? lines.redact(value) : value);
}

/** The verdict and the problems in the log, and one annotation. */
function tell<Config, Outcome extends RunOutcome>(
  job: Job<Config, Outcome>,
  outcome: Outcome,
  lines: Lines,
): void {
  const { problems, detail } = outcome;
  core.info(lines.clean(job.verdict(outcome)));
  for (const line of problems.flatMap(problem => problemLines(problem, detail))) core.info(lines.clean(line));
  if (detail === 'full') for (const line of job.afterwards(outcome)) core.info(lines.clean(line));
  const annotation = job.annotation(outcome);
  if (!annotation) return;
  const annotate = annotation.level === 'error' ? core.error : core.warning;
  annotate(lines.clean(annotation.message), { title: lines.clean(annotation.title) });
}

/** A report that can't be written is a warning in the log and changes no result. */
async function attempt(what: string, write: () => Promise<unknown>, log: Log): Promise<void> {
  try {
    await write();
  } catch (error) {
    log.warn(reportFailed(what, error instanceof Error ? error.message : String(error)));
  }
}

/** Of its own for each attempt: an artifact's name can't be taken twice in a run. */
function artifactName(outputs: Readonly<Record<string, string>>): string {
  return `pg-backup-report-${outputs['backup-id'] || 'failed'}-${process.env.GITHUB_RUN_ATTEMPT ?? '1'}`;
}
