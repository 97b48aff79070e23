// Asks GitHub how the run before this one ended, of the same workflow on the same branch. Runs that came to no verdict
// (cancelled, skipped) are passed over.
import { singleLine } from '../problems/harmless.ts';
import type { Warning } from '../problems/problem.ts';
import { makeRedactor } from '../problems/redact.ts';
import { lastRunUnknown } from '../problems/telling.ts';
import type { Standing } from '../reports/notice.ts';
import { reasonOf } from './answer.ts';

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

export interface LastRun {
  /** null: there is none, or it could not be asked, which `warning` says. */
  readonly before: Standing | null;
  readonly warning?: Warning;
}

const TIMEOUT_MS = 6_000;
const STANDINGS: Readonly<Record<string, Standing>> = {
  success: 'good',
  failure: 'bad',
  timed_out: 'bad',
  startup_failure: 'bad',
};

/** Never throws. */
export async function askLastRun(place: RunPlace, token: string, timeoutMs = TIMEOUT_MS): Promise<LastRun> {
  try {
    const own = `${place.api}/repos/${place.repository}/actions`;
    if (place.attempt > 1) {
      const url = `${own}/runs/${place.run}/attempts/${place.attempt - 1}`;
      const earlier = standingIn(await ask(url, token, timeoutMs));
      if (earlier) return { before: earlier };
    }
    const branch = encodeURIComponent(place.branch);
    const url = `${own}/workflows/${encodeURIComponent(place.workflow)}/runs?branch=${branch}&status=completed&per_page=30`;
    const { workflow_runs: runs } = (await ask(url, token, timeoutMs)) as { workflow_runs?: unknown };
    const others = (Array.isArray(runs) ? runs : []).filter(run => String(run?.id) !== place.run);
    return { before: others.map(standingIn).find(standing => standing !== null) ?? null };
  } catch (error) {
    const why = singleLine(reasonOf(error), 200, makeRedactor([token]));
    return { before: null, warning: lastRunUnknown(why) };
  }
}

async function ask(url: string, token: string, timeoutMs: number): Promise<unknown> {
  const answer = await fetch(url, {
    headers: {
      accept: 'application/vnd.github+json',
      authorization: `Bearer ${token}`,
      'user-agent': 'pg-backup-action',
      'x-github-api-version': '2022-11-28',
    },
    redirect: 'manual',
    signal: AbortSignal.timeout(timeoutMs),
  });
  if (answer.status !== 200) throw new Error(`it answered ${answer.status}`);
  return answer.json();
}

/** null where it came to no verdict. */
function standingIn(run: unknown): Standing | null {
  const { conclusion } = (run ?? {}) as { conclusion?: unknown };
  return STANDINGS[String(conclusion)] ?? null;
}
