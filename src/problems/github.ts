// Errors of GitHub's API. Codes PGB670 and PGB671.
import { Problem } from './problem.ts';

/** `what`: "list the files of pull request 12"; `why`: GitHub's own words. `status` is undefined where no answer came. */
export function githubRefused(what: string, status: number | undefined, why: string): Problem {
  return new Problem({
    kind: 'remote',
    code: 'PGB670',
    summary: `GitHub would not ${what}${status === undefined ? '' : ` (${status})`}: ${why}`,
    hint:
      status === 401 || status === 403 || status === 404
        ? 'Look at `github-token` and at the `permissions` of the job: `pull-requests: read` to list files, `write` to comment, `contents: read` for pushes and merge groups.'
        : 'Run it again; githubstatus.com tells of outages.',
  });
}

export function apiUrlRefused(): Problem {
  return new Problem({
    kind: 'environment',
    code: 'PGB671',
    summary: 'GITHUB_API_URL is no https URL, so the token is not sent there.',
    hint: 'The runner sets it; http is taken on loopback alone.',
  });
}
