// What the checks of one backup found, as they are made.
import type { Problem } from '../../problems/problem.ts';
import type { Check, CheckName } from '../../reports/verify-outcome.ts';

export class Findings {
  readonly checks: Check[] = [];
  readonly problems: Problem[] = [];
  /** What of the contents could not be looked at, and why: half sentences. */
  readonly unlooked: string[] = [];

  pass(check: CheckName, words: string): void {
    this.checks.push({ check, result: 'passed', words });
  }

  /** The first problem says why. */
  fail(check: CheckName, ...problems: readonly Problem[]): void {
    const words = (problems[0]?.summary ?? '').replace(/\.$/, '');
    this.checks.push({ check, result: 'failed', words });
    this.problems.push(...problems);
  }

  skip(check: CheckName, words: string): void {
    this.checks.push({ check, result: 'skipped', words });
  }

  /** Skipped, and without it the backup isn't shown to be good. */
  leaveOpen(check: CheckName, words: string): void {
    this.skip(check, words);
    if (!this.unlooked.includes(words)) this.unlooked.push(words);
  }
}
