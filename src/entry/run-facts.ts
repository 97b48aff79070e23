// What the runner tells about this run, from GITHUB_* and the event's payload; on a terminal, nothing.
import { readFileSync } from 'node:fs';
import type { RunPlace } from '../github/last-run.ts';
import { TOOL } from './version.ts';

export interface RunFacts {
  readonly url: string | null;
  readonly commit: string | null;
  readonly actor: string | null;
  readonly tool: string;
  /** null on a terminal. */
  readonly event: string | null;
  /** Known to be private: only then may names and rows be shown by default. A terminal is its user's own. */
  readonly private: boolean;
  /** Where GitHub can be asked about this workflow's runs; null on a terminal and away from branches. */
  readonly place: RunPlace | null;
}

export function readRunFacts(environment: NodeJS.ProcessEnv): RunFacts {
  const text = (name: string) => environment[name] || null;
  if (environment.GITHUB_ACTIONS !== 'true') {
    return {
      url: null,
      commit: null,
      actor: environment.USER || null,
      tool: TOOL,
      event: null,
      private: true,
      place: null,
    };
  }
  const repository = text('GITHUB_REPOSITORY');
  const run = text('GITHUB_RUN_ID');
  return {
    url:
      repository && run
        ? `${text('GITHUB_SERVER_URL') ?? 'https://github.com'}/${repository}/actions/runs/${run}`
        : null,
    commit: text('GITHUB_SHA'),
    actor: text('GITHUB_ACTOR'),
    tool: TOOL,
    event: text('GITHUB_EVENT_NAME'),
    private: isPrivate(text('GITHUB_EVENT_PATH')),
    place: readPlace(text),
  };
}

/** `GITHUB_WORKFLOW_REF` is `owner/name/.github/workflows/file.yml@refs/heads/main`: of the caller, where one is called. */
function readPlace(text: (name: string) => string | null): RunPlace | null {
  const [, workflow] = /\/([^/@]+)@/.exec(text('GITHUB_WORKFLOW_REF') ?? '') ?? [];
  const [repository, branch, run] = [
    text('GITHUB_REPOSITORY'),
    text('GITHUB_REF_NAME'),
    text('GITHUB_RUN_ID'),
  ];
  if (!workflow || !repository || !branch || !run || text('GITHUB_REF_TYPE') !== 'branch') return null;
  const api = text('GITHUB_API_URL') ?? 'https://api.github.com';
  return { api, repository, workflow, branch, run, attempt: Number(text('GITHUB_RUN_ATTEMPT') ?? '1') };
}

/** The `detail` input against who can read what this run shows. */
export function settleDetail(wanted: 'auto' | 'full' | 'minimal', run: RunFacts): 'full' | 'minimal' {
  if (wanted !== 'auto') return wanted;
  return run.private ? 'full' : 'minimal';
}

/** The payload alone says it; where it can't be read the repository is taken for public. */
function isPrivate(path: string | null): boolean {
  if (path === null) return false;
  try {
    const payload: unknown = JSON.parse(readFileSync(path, 'utf8'));
    const { repository } = payload as { repository?: { private?: unknown } };
    return repository?.private === true;
  } catch {
    return false;
  }
}
