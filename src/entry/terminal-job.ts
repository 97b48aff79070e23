// A job on a terminal: its verdict and problems on standard error, its outcome as JSON where that is asked for.
import type { RawInputs } from '../inputs/raw-inputs.ts';
import type { ProblemCode } from '../problems/problem.ts';
import type { Log } from '../reports/log.ts';
import type { RunOutcome } from '../reports/run-outcome.ts';
import type { Terminal } from './command.ts';
import { exitStatus } from './exit-status.ts';
import type { Job } from './job.ts';
import { readRunFacts } from './run-facts.ts';
import { runJob } from './run-job.ts';
import { tellProblems } from './tell-problems.ts';

/** Resolves with the exit status. */
export async function runOnTerminal<Config, Outcome extends RunOutcome>(
  job: Job<Config, Outcome>,
  raw: RawInputs,
  terminal: Terminal,
): Promise<number> {
  const { environment, interruption, json, lines } = terminal;
  const answered = json ? [] : (job.answered ?? []);
  const isNews = ({ code }: { readonly code: ProblemCode }) => answered !== 'all' && !answered.includes(code);
  const log: Log = { ...terminal.log, warn: warning => isNews(warning) && terminal.log.warn(warning) };
  const host = {
    environment,
    run: readRunFacts(environment),
    lines,
    log,
    // A terminal has no later step: what a kill leaves, the next prune sweeps.
    journal: { uploadStarted() {}, uploadEnded() {}, serverMade() {}, serverGone() {} },
    mask() {},
    folderMade() {},
    report() {},
  };
  const outcome = await runJob(job, raw, host, interruption);
  terminal.tell(job.verdict(outcome));
  tellProblems(outcome.problems.filter(isNews), terminal);
  for (const line of job.afterwards(outcome)) terminal.tell(line);
  if (json) terminal.answer(lines.redact(`${JSON.stringify(job.json(outcome), null, 2)}\n`));
  else if (job.answer) terminal.answer(lines.clean(job.answer(outcome)));
  return exitStatus(outcome, interruption.received());
}
