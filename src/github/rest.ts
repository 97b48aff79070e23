// GitHub's REST API behind the port: the files of a change, the comment on a pull request, whether a schedule is on.
import { ask, connect, type GitHubSetting, type Octokit, type Place } from './connect.ts';
import type { Change, ChangedFile, Comment, GitHub, Workflows } from './port.ts';

/** GitHub lists no more files than these, and says nothing of the rest. */
const MOST_OF_A_PULL = 3_000;
const MOST_OF_A_COMPARISON = 300;
const PAGE = 100;
/** Comments that are looked through for our own: a thousand. */
const MOST_COMMENT_PAGES = 10;

/** Throws a Problem where the token would go out in plain text. */
export async function openGitHub(setting: GitHubSetting): Promise<GitHub> {
  const { octokit, place } = await connect(setting);
  return {
    changedFiles: (change, signal) =>
      change.by === 'pull'
        ? filesOfPull(octokit, place, change, signal)
        : filesOfRange(octokit, place, change, signal),
    comment: (pull, comment, signal) =>
      keepComment(octokit, { ...place, issue_number: pull }, comment, signal),
  };
}

/** Throws a Problem where the token would go out in plain text. */
export async function openWorkflows(setting: GitHubSetting): Promise<Workflows> {
  const { octokit, place } = await connect(setting);
  return {
    stateOf: (file, signal) =>
      ask(`look at the workflow ${file}`, signal, async own => {
        const request = { ...place, workflow_id: file, request: { signal: own } };
        try {
          return (await octokit.rest.actions.getWorkflow(request)).data.state;
        } catch (error) {
          if ((error as { status?: unknown }).status === 404) return undefined;
          throw error;
        }
      }),
  };
}

async function filesOfPull(
  { rest }: Octokit,
  place: Place,
  { number, head, files: told }: Extract<Change, { by: 'pull' }>,
  signal: AbortSignal,
): Promise<readonly ChangedFile[] | undefined> {
  const pull = { ...place, pull_number: number };
  const found: ChangedFile[] = [];
  for (let page = 1; found.length < MOST_OF_A_PULL; page++) {
    const { data } = await ask(`list the files of pull request ${number}`, signal, own =>
      rest.pulls.listFiles({ ...pull, per_page: PAGE, page, request: { signal: own } }),
    );
    found.push(...data.map(toFile));
    if (data.length < PAGE) break;
  }
  // A check stays with the commit that it was made for: the list must be that commit's, not a later push's.
  const { data } = await ask(`look at pull request ${number}`, signal, own =>
    rest.pulls.get({ ...pull, request: { signal: own } }),
  );
  const whole = found.length < MOST_OF_A_PULL && found.length >= Math.max(told ?? 0, data.changed_files);
  return whole && data.head.sha === head ? found : undefined;
}

async function filesOfRange(
  { rest }: Octokit,
  place: Place,
  { base, head }: Extract<Change, { by: 'range' }>,
  signal: AbortSignal,
): Promise<readonly ChangedFile[] | undefined> {
  const { data } = await ask(`compare ${base.slice(0, 12)} with ${head.slice(0, 12)}`, signal, own =>
    rest.repos.compareCommitsWithBasehead({
      ...place,
      basehead: `${base}...${head}`,
      per_page: 1,
      request: { signal: own },
    }),
  );
  const files = data.files ?? [];
  // Three dots leave out what was only on the other side: a history that was rewritten.
  const straight = data.status === 'ahead' || data.status === 'identical';
  return straight && data.files && files.length < MOST_OF_A_COMPARISON ? files.map(toFile) : undefined;
}

function toFile(file: { filename: string; previous_filename?: string | undefined }): ChangedFile {
  return { path: file.filename, previous: file.previous_filename ?? null };
}

async function keepComment(
  { rest }: Octokit,
  issue: Place & { readonly issue_number: number },
  { marker, body, create }: Comment,
  signal: AbortSignal,
): Promise<void> {
  const where = `pull request ${issue.issue_number}`;
  for (let page = 1; page <= MOST_COMMENT_PAGES; page++) {
    const { data } = await ask(`list the comments of ${where}`, signal, own =>
      rest.issues.listComments({ ...issue, per_page: PAGE, page, request: { signal: own } }),
    );
    const old = data.find(({ body: text, user }) => user?.type === 'Bot' && text?.startsWith(marker));
    if (old) {
      if (old.body?.trimEnd() === body.trimEnd()) return;
      await ask(`change the comment on ${where}`, signal, own =>
        rest.issues.updateComment({ ...issue, comment_id: old.id, body, request: { signal: own } }),
      );
      return;
    }
    if (data.length < PAGE) break;
  }
  if (!create) return;
  await ask(`comment on ${where}`, signal, own =>
    rest.issues.createComment({ ...issue, body, request: { signal: own } }),
  );
}
