// What a status came to, as plain data: everything that its text, summary, page, badge, metrics, outputs and `--json` are
// made from.
import type { Instant } from '../backups/instant.ts';
import type { RunOutcome } from './run-outcome.ts';
import type { NameStatus } from './status.ts';

/** In the order in which they are shown; each is of one severity. */
export const CHECKS = {
  store: 'critical',
  backup: 'critical',
  age: 'warning',
  activity: 'warning',
  count: 'warning',
  size: 'warning',
  'size-change': 'warning',
  proof: 'warning',
  alarms: 'warning',
  space: 'warning',
} as const;

export type CheckName = keyof typeof CHECKS;
export type Severity = (typeof CHECKS)[CheckName];

export interface Check {
  readonly check: CheckName;
  readonly severity: Severity;
  /** Whose backups; null: the store's, or nobody's in particular. */
  readonly name: string | null;
  readonly failed: boolean;
  /** What was found; half a sentence, with the figures. */
  readonly words: string;
}

export type Verdict = 'ok' | Severity;

export interface StatusOutcome extends RunOutcome {
  readonly command: 'status';
  /** What ages are counted to: the later of this machine's clock and the store's. */
  readonly now: Instant;
  /** In alphabetical order. */
  readonly names: readonly NameStatus[];
  readonly checks: readonly Check[];
  readonly verdict: Verdict;
  /** Of the disk that a folder lies on, in bytes; null for other stores. */
  readonly space: { readonly free: number; readonly total: number } | null;
}

/** The worst of what failed. */
export function verdictOf(checks: readonly Check[]): Verdict {
  const failed = checks.filter(check => check.failed);
  if (failed.some(({ severity }) => severity === 'critical')) return 'critical';
  return failed.length > 0 ? 'warning' : 'ok';
}
