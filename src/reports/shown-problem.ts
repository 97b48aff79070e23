// A problem or warning as it may be shown to this reader. Its text can hold names and hosts, so with minimal detail
// only the code and the kind remain: enough to look it up, nothing to learn about the database.

import type { Problem, ProblemKind, Warning } from '../problems/problem.ts';
import { GROWN_CODE, SHRUNK_CODE } from '../problems/reports.ts';
import type { BackupOutcome } from './outcome.ts';

export interface Shown {
  readonly code: string;
  readonly summary: string;
  /** null where it is left out. */
  readonly hint: string | null;
  readonly detail: string | undefined;
  readonly loud: boolean;
}

/** Where the codes are explained: relative links lead nowhere from a summary, so this is a path to look up. */
export const CODES_ARE_EXPLAINED = 'Each code is a heading in `docs/troubleshooting.md`.';

export const TEXTS_ARE_HIDDEN =
  'The texts are left out because `detail` is `minimal`, as it is by default in a public repository; Slack messages and e-mails have them then.';

const MINIMAL_TEXT: Readonly<Record<ProblemKind, string>> = {
  configuration: 'The configuration is not usable as it stands.',
  environment: 'Something is missing or not allowed where this runs.',
  remote: 'PostgreSQL or the store refused or failed.',
  integrity: 'A check of the backup did not hold.',
  stale: 'What the bucket holds is too old or not proven enough.',
  cancelled: 'The run was cancelled.',
  internal: 'This program failed in a way that it should not.',
};

const MINIMAL_WARNINGS: Readonly<Record<string, string>> = {
  [SHRUNK_CODE]: 'SHRUNK: the backup is much smaller than the last ones.',
  [GROWN_CODE]: 'GROWN: the backup is much larger than the last ones.',
};

export function shownProblem(problem: Problem, detail: BackupOutcome['detail']): Shown {
  const { code, summary, hint } = problem;
  if (detail === 'full') return { code, summary, hint, detail: problem.detail, loud: false };
  return { code, summary: MINIMAL_TEXT[problem.kind], hint: null, detail: undefined, loud: false };
}

export function shownWarning(warning: Warning, detail: BackupOutcome['detail']): Shown {
  const { code, summary, hint } = warning;
  const loud = warning.loud === true;
  if (detail === 'full') return { code, summary, hint, detail: undefined, loud };
  const minimal = MINIMAL_WARNINGS[code] ?? (loud ? 'CHECK THIS.' : 'There is something to look at.');
  return { code, summary: minimal, hint: null, detail: undefined, loud };
}
