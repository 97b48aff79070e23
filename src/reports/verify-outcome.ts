// What a look at one backup came to, as plain data.
import type { Problem, Warning } from '../problems/problem.ts';
import type { BackupLine } from './outcome.ts';

/** In the order in which they are made. */
export const CHECKS = ['manifest', 'signature', 'proof', 'roles', 'archive', 'contents'] as const;
export type CheckName = (typeof CHECKS)[number];

export interface Check {
  readonly check: CheckName;
  readonly result: 'passed' | 'failed' | 'skipped';
  /** What was shown, or why not; half a sentence. */
  readonly words: string;
}

export interface VerifyOutcome {
  readonly command: 'verify';
  /** `unproven`: nothing failed, but the contents could not be looked at. */
  readonly result: 'good' | 'failed' | 'unproven';
  readonly name: string;
  readonly place: string;
  readonly backup: BackupLine;
  readonly checks: readonly Check[];
  /** Why it isn't good; the first one is the cause. */
  readonly problems: readonly Problem[];
  readonly warnings: readonly Warning[];
  readonly durationSeconds: number;
}
