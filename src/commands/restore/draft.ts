// The outcome of a restore while it comes about: filled in as the story goes on, so that whatever ends the run, what was
// known by then is told.
import { restoreCancelled, restoreCutShort } from '../../problems/restore.ts';
import type { RestoreOutcome } from '../../reports/restore-outcome.ts';
import type { RestorePlan } from '../../reports/restore-plan.ts';
import { problemsOf, RunDraft } from '../run-draft.ts';

export class RestoreDraft extends RunDraft {
  /** Set once the comparison held. */
  compared: { readonly tables: number; readonly rows: number } | undefined;
  /** What was restored is whole, and waits beside the live database for somebody to swap the two. */
  copyKept = false;
  #plan: RestorePlan | null = null;
  #restored: RestoreOutcome['restored'] = null;

  /** From the swap on nothing may be dropped any more. */
  get inPlace(): boolean {
    return this.#restored !== null;
  }

  /** The old database's new name. */
  get kept(): string | undefined {
    return this.#restored?.kept ?? undefined;
  }

  planned(plan: RestorePlan): void {
    this.#plan = plan;
    this.warn(...plan.notes);
  }

  replaced(names: Omit<NonNullable<RestoreOutcome['restored']>, 'tables' | 'rows'>): void {
    const { tables, rows } = this.compared ?? { tables: 0, rows: 0 };
    this.#restored = { ...names, tables, rows };
  }

  fail(error: unknown, signal: AbortSignal): void {
    const database = this.#plan?.database ?? 'the target';
    const told = this.#restored ? restoreCutShort : restoreCancelled;
    this.found(problemsOf(error, signal, () => told(database)));
  }

  outcome(): RestoreOutcome {
    const own = { plan: this.#plan, restored: this.#restored };
    return { command: 'restore', result: this.#result(), ...this.frame(), ...own };
  }

  #result(): RestoreOutcome['result'] {
    if (this.#restored) return this.problems.length > 0 || this.loud ? 'degraded' : 'success';
    if (this.cancelled) return 'cancelled';
    return this.problems.length > 0 ? 'failed' : 'planned';
  }
}
