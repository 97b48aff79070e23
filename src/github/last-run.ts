// Asks GitHub how the run before this one ended, of the same workflow on the same branch. Runs that came to no verdict
// (cancelled, skipped) are passed over, and so are those of forks: a branch of theirs may have the same name.
import { singleLine } from '../problems/harmless.ts';
import { Problem, type Warning } from '../problems/problem.ts';
import { makeRedactor } from '../problems/redact.ts';
import { lastRunUnknown } from '../problems/telling.ts';
import { ask, connect } from './connect.ts';

/** What the runner tells of this run. */
export interface RunPlace {
  /** e.g. `https://api.github.com`. */
  readonly api: string;
  /** `owner/name`. */
  readonly repository: string;
  /** The workflow's file, without folders. */
  readonly workflow: string;
  readonly branch: string;
  readonly run: string;
  /** 1 for the first. */
  readonly attempt: number;
}

type Ending = 'good' | 'bad';

export interface LastRun {
  /** null: there is none, or it could not be asked, which `warning` says. */
  readonly before: Ending | null;
  readonly warning?: Warning;
}

const WHAT = 'tell how the last run ended';
const TIMEOUT_MS = 6_000;
const ENDINGS: Readonly<Record<string, Ending>> = {
  success: 'good',
  failure: 'bad',
  timed_out: 'bad',
  startup_failure: 'bad',
};

/** Never throws. */
export async function askLastRun(place: RunPlace, token: string, timeoutMs = TIMEOUT_MS): Promise<LastRun> {
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    return { before: await findEnding(place, token, signal) };
  } catch (error) {
    const said = error instanceof Problem ? error.summary.replace(/\.$/, '') : String(error);
    const why = signal.aborted ? 'no answer in time' : said;
    return { before: null, warning: lastRunUnknown(singleLine(why, 200, makeRedactor([token]))) };
  }
}

async function findEnding(
  { api, repository, workflow, branch, run, attempt }: RunPlace,
  token: string,
  signal: AbortSignal,
): Promise<Ending | null> {
  const { octokit, place } = await connect({ token, apiUrl: api, repository });
  const { actions } = octokit.rest;
  if (attempt > 1) {
    const earlier = { ...place, run_id: Number(run), attempt_number: attempt - 1 };
    const { data } = await ask(WHAT, signal, own =>
      actions.getWorkflowRunAttempt({ ...earlier, request: { signal: own } }),
    );
    const ending = endingIn(data);
    if (ending) return ending;
  }
  const wanted = { ...place, workflow_id: workflow, branch, status: 'completed', per_page: 30 } as const;
  const { data } = await ask(WHAT, signal, own =>
    actions.listWorkflowRuns({ ...wanted, request: { signal: own } }),
  );
  const runs: unknown = (data as { workflow_runs?: unknown } | null)?.workflow_runs;
  const others = (Array.isArray(runs) ? runs : []).filter(
    one => String(one?.id) !== run && one?.head_repository?.full_name === repository,
  );
  return others.map(endingIn).find(ending => ending !== null) ?? null;
}

/** null where it came to no verdict. */
function endingIn(run: unknown): Ending | null {
  const { conclusion } = (run ?? {}) as { conclusion?: unknown };
  return ENDINGS[String(conclusion)] ?? null;
}
