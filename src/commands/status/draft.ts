// The outcome of a status while it comes about. What its checks found decides how the run ends, by `fail-on`.
import type { Instant } from '../../backups/instant.ts';
import { Problem } from '../../problems/problem.ts';
import { checkFailed, checkWarns, storeLost } from '../../problems/status.ts';
import type { Result } from '../../reports/run-outcome.ts';
import type { NameStatus } from '../../reports/status.ts';
import { type Check, type StatusOutcome, verdictOf } from '../../reports/status-outcome.ts';
import { type DraftWorld, problemsOf, RunDraft } from '../run-draft.ts';
import { storeFailed } from './checks.ts';
import type { StatusSettings } from './settings.ts';

export class StatusDraft extends RunDraft {
  now: Instant;
  names: readonly NameStatus[] = [];
  space: StatusOutcome['space'] = null;
  #checks: readonly Check[] = [];
  readonly #failOn: StatusSettings['failOn'];

  constructor(world: DraftWorld, settings: StatusSettings) {
    super(world, settings);
    this.now = world.now();
    this.#failOn = settings.failOn;
  }

  checked(checks: readonly Check[]): void {
    this.#checks = checks;
    for (const { failed, severity, name, words } of checks) {
      if (!failed) continue;
      if (this.#fails(severity)) this.found([checkFailed(name, words)]);
      else this.warn(checkWarns(name, words));
    }
  }

  /** Of the store it is a finding like others; anything else ends the run. */
  fail(error: unknown, signal: AbortSignal): void {
    const problems = problemsOf(error, signal);
    const isOfStore = error instanceof Problem && /^PGB3/.test(error.code);
    if (isOfStore && !signal.aborted)
      this.#checks = storeFailed(`${error.code} ${error.summary.replace(/\.$/, '')}`);
    if (isOfStore && !signal.aborted && !this.#fails('critical')) this.warn(storeLost(error));
    else this.found(problems);
  }

  outcome(): StatusOutcome {
    return {
      command: 'status',
      ...this.frame(),
      result: this.#result(),
      now: this.now,
      names: this.names,
      checks: this.#checks,
      // A run that came to no check found nothing in order.
      verdict: this.#checks.length === 0 ? 'critical' : verdictOf(this.#checks),
      space: this.space,
    };
  }

  #fails(severity: Check['severity']): boolean {
    return this.#failOn === 'warning' || (this.#failOn === 'critical' && severity === 'critical');
  }

  #result(): Result {
    if (this.cancelled) return 'cancelled';
    if (this.problems.length > 0) return 'failed';
    return this.loud ? 'degraded' : 'success';
  }
}
