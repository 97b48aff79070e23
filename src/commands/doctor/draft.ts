// The outcome of a doctor's round while it comes about: what is found is kept, and what is wrong decides how the run ends.
import { type DoctorOutcome, inOrder } from '../../reports/doctor-outcome.ts';
import { type DraftWorld, problemsOf, RunDraft } from '../run-draft.ts';
import { type Finding, findingsOf } from './finding.ts';
import type { DoctorSettings } from './settings.ts';

const job = findingsOf('job');

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

  /** What ended the round is a finding too, but for a cancel. */
  fail(error: unknown, signal: AbortSignal): void {
    for (const problem of problemsOf(error, signal)) {
      if (problem.kind === 'cancelled') this.found([problem]);
      else this.find([job.wrong('doctor', problem)]);
    }
  }

  outcome(): DoctorOutcome {
    const result = this.cancelled ? 'cancelled' : this.problems.length > 0 ? 'failed' : 'success';
    const checks = inOrder(this.#findings.map(({ problem: _, ...check }) => check));
    return { command: 'doctor', ...this.frame(), result, checks };
  }
}
