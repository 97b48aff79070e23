// The outcome of a prune while it comes about: what has gone is written down as it goes, so that a run that is cut short
// tells how far it came.
import type { Problem } from '../../problems/problem.ts';
import { pruneCancelled } from '../../problems/prune.ts';
import { cancelledWith } from '../../problems/run.ts';
import type { PrunedName, PruneRunOutcome } from '../../reports/prune-outcome.ts';
import type { Result } from '../../reports/run-outcome.ts';
import type { UploadPlan } from '../../retention/left-uploads.ts';
import type { NamePlan } from '../../retention/name-plan.ts';
import { type DraftWorld, problemsOf, RunDraft } from '../run-draft.ts';
import type { Deletions } from './carry-out.ts';
import type { PruneJobSettings } from './settings.ts';

export interface NameDraft {
  readonly plan: NamePlan;
  /** By id. */
  readonly backups: Deletions;
  /** By stem. */
  readonly leftovers: Deletions;
}

export class PruneDraft extends RunDraft {
  readonly names: NameDraft[] = [];
  uploads: UploadPlan = { keep: [], drop: [] };
  /** By reference. */
  readonly dropped: Deletions = { deleted: [], failed: [] };
  readonly #dryRun: boolean;

  constructor(world: DraftWorld, settings: PruneJobSettings) {
    super(world, settings);
    this.#dryRun = settings.dryRun;
  }

  planned(plan: NamePlan): NameDraft {
    const name = { plan, backups: nothing(), leftovers: nothing() };
    this.names.push(name);
    return name;
  }

  fail(error: unknown, signal: AbortSignal): void {
    this.found(problemsOf(error, signal, cancel => this.#cancelled(cancel)));
  }

  outcome(): PruneRunOutcome {
    return {
      command: 'prune',
      ...this.frame(),
      result: this.#result(),
      dryRun: this.#dryRun,
      names: this.names.map(toPruned),
      uploads: { plan: this.uploads, dropped: this.dropped.deleted, failed: this.dropped.failed },
    };
  }

  #result(): Result {
    if (this.cancelled) return 'cancelled';
    if (this.problems.length > 0) return 'failed';
    if (this.#dryRun) return 'planned';
    return this.loud ? 'degraded' : 'success';
  }

  #cancelled(cancel: Problem): Problem {
    const gone = this.names.reduce((sum, { backups }) => sum + backups.deleted.length, 0);
    if (gone > 0) return pruneCancelled(gone);
    const swept = this.names.some(({ leftovers }) => leftovers.deleted.length > 0);
    const nothing = !swept && this.dropped.deleted.length === 0;
    return cancelledWith(
      cancel,
      nothing ? 'nothing was pruned' : 'no backup was pruned, only what lay left over',
    );
  }
}

function toPruned({ plan, backups, leftovers }: NameDraft): PrunedName {
  return {
    plan,
    deleted: backups.deleted,
    swept: leftovers.deleted,
    failed: [...backups.failed, ...leftovers.failed],
  };
}

function nothing(): Deletions {
  return { deleted: [], failed: [] };
}
