// The outcome of a doctor's round while it comes about: what is found is kept, and what is wrong decides how the run ends.
import { type DoctorOutcome, inOrder } from '../../reports/doctor-outcome.ts';
import { type DraftWorld, problemsOf, RunDraft } from '../run-draft.ts';
import type { Finding } from './finding.ts';
import type { DoctorSettings } from './settings.ts';

export class DoctorDraft extends RunDraft {
  readonly #findings: Finding[] = [];

  /** What was found while the inputs were read is a check of its own here. */
  constructor(world: DraftWorld, { detail }: DoctorSettings) {
    super(world, { detail, warnings: [] });
  }

  find(findings: readonly Finding[]): void {
    this.#findings.push(...findings);
    this.found(findings.flatMap(({ problem }) => problem ?? []));
  }

  fail(error: unknown, signal: AbortSignal): void {
    this.found(problemsOf(error, signal));
  }

  outcome(): DoctorOutcome {
    const result = this.cancelled ? 'cancelled' : this.problems.length > 0 ? 'failed' : 'success';
    const checks = inOrder(this.#findings.map(({ problem: _, ...check }) => check));
    return { command: 'doctor', ...this.frame(), result, checks };
  }
}
