// The way to GitHub's REST API: who may be asked, with how much patience, and what a refusal becomes. The library is loaded by
// whoever has a token to use: it is a part of the bundle that most runs don't need.
import { apiUrlRefused, githubRefused } from '../problems/github.ts';
import { Problem } from '../problems/problem.ts';

export interface GitHubSetting {
  readonly token: string;
  /** GITHUB_API_URL. */
  readonly apiUrl: string;
  /** `owner/name`. */
  readonly repository: string;
}

export type Octokit = ReturnType<typeof import('@actions/github')['getOctokit']>;
export type Place = { readonly owner: string; readonly repo: string };
type Ask = <T>(what: string, signal: AbortSignal, request: (own: AbortSignal) => Promise<T>) => Promise<T>;

const PATIENCE_MS = 20_000;

/** Throws a Problem where the token would go out in plain text. */
export async function connect({
  token,
  apiUrl,
  repository,
}: GitHubSetting): Promise<{ octokit: Octokit; place: Place }> {
  if (!isSafe(apiUrl)) throw apiUrlRefused();
  const { getOctokit } = await import('@actions/github');
  const octokit = getOctokit(token, { baseUrl: apiUrl, request: { redirect: 'error' } });
  const [owner = '', repo = ''] = repository.split('/');
  return { octokit, place: { owner, repo } };
}

/** `what` completes "GitHub would not …". Whatever goes wrong is a Problem, unless `signal` was aborted. */
export const ask: Ask = async (what, signal, request) => {
  try {
    return await request(AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]));
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof Problem) throw error;
    const { status, message } = error as { status?: unknown; message?: unknown };
    throw githubRefused(what, typeof status === 'number' ? status : undefined, String(message));
  }
};

function isSafe(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url) return false;
  const isLoopback = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname);
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback);
}
