// What the commands need of GitHub itself, besides what the runner tells: the files of a change, and one comment on a pull
// request. Everything here throws `Problem` (problems/github.ts) and nothing else, except `AbortError` when its signal was
// aborted.

/** What is about to be merged or was just pushed. Commits are full SHAs. */
export type Change =
  | {
      readonly by: 'pull';
      readonly number: number;
      /** The commit that this run judges: the pull request may have moved on since. */
      readonly head: string;
      /** How many files it changes, as the event said; null where it didn't. */
      readonly files: number | null;
    }
  | { readonly by: 'range'; readonly base: string; readonly head: string };

export interface ChangedFile {
  /** From the root of the repository. */
  readonly path: string;
  /** Where the file was renamed. */
  readonly previous: string | null;
}

export interface GitHub {
  /**
   * undefined where GitHub doesn't tell all of them: more than it lists (3,000 of a pull request, 300 of a comparison),
   * history that was rewritten, a pull request that has other commits by now.
   */
  changedFiles(change: Change, signal: AbortSignal): Promise<readonly ChangedFile[] | undefined>;
  /** Keeps one comment on the pull request up to date. Idempotent. */
  comment(pull: number, comment: Comment, signal: AbortSignal): Promise<void>;
}

export interface Workflows {
  /** As GitHub calls it: `active`, `disabled_inactivity`, `disabled_manually`, …; undefined where there is no such file. */
  stateOf(file: string, signal: AbortSignal): Promise<string | undefined>;
}

export interface Comment {
  /** What `body` begins with. A bot's comment that begins so is ours; people may copy it. */
  readonly marker: string;
  /** Markdown. */
  readonly body: string;
  /** Where there is none yet. */
  readonly create: boolean;
}
