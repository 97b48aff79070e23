// The outcome of a restore while it comes about: filled in as the story goes on, so that whatever ends the run, what was
// known by then is told.
import type { Instant } from '../../backups/instant.ts';
import { Problem, Problems, type Warning } from '../../problems/problem.ts';
import { restoreCancelled } from '../../problems/restore.ts';
import { internal } from '../../problems/run.ts';
import type { RestoreOutcome } from '../../reports/restore-outcome.ts';
import type { RestorePlan } from '../../reports/restore-plan.ts';
import type { RestoreSettings } from './settings.ts';
import type { RestoreWorld } from './world.ts';

export class RestoreDraft {
  /** Set once the comparison held. */
  compared: { readonly tables: number; readonly rows: number } | undefined;
  readonly #world: RestoreWorld;
  readonly #settings: RestoreSettings;
  readonly #startedAt: Instant;
  readonly #stages: { name: string; seconds: number }[] = [];
  readonly #warnings: Warning[] = [];
  #plan: RestorePlan | null = null;
  #restored: RestoreOutcome['restored'] = null;
  #problems: readonly Problem[] = [];

  constructor(world: RestoreWorld, settings: RestoreSettings) {
    this.#world = world;
    this.#settings = settings;
    this.#startedAt = world.now();
    this.warn(...settings.warnings);
  }

  /** From the swap on nothing may be dropped any more. */
  get inPlace(): boolean {
    return this.#restored !== null;
  }

  warn(...warnings: readonly Warning[]): void {
    for (const warning of warnings) {
      if (this.#warnings.some(told => told.summary === warning.summary)) continue;
      this.#world.log.warn(warning);
      this.#warnings.push(warning);
    }
  }

  async stage<T>(name: string, work: () => Promise<T>): Promise<T> {
    const from = this.#world.now();
    try {
      return await this.#world.log.stage(name, work);
    } finally {
      this.#stages.push({ name, seconds: (this.#world.now() - from) / 1000 });
    }
  }

  planned(plan: RestorePlan): void {
    this.#plan = plan;
    this.warn(...plan.notes);
  }

  replaced(
    names: Pick<NonNullable<RestoreOutcome['restored']>, 'database' | 'kept' | 'undo' | 'drop'>,
  ): void {
    const { tables, rows } = this.compared ?? { tables: 0, rows: 0 };
    this.#restored = { ...names, tables, rows };
  }

  /** After an abort its reason counts, not what broke because of it. */
  fail(error: unknown, signal: AbortSignal): void {
    const cause: unknown = signal.aborted ? signal.reason : error;
    const problems =
      cause instanceof Problems ? cause.all : [cause instanceof Problem ? cause : internal(cause)];
    const database = this.#plan?.database ?? 'the target';
    this.#problems = problems.map(problem =>
      problem.kind === 'cancelled' ? restoreCancelled(database) : problem,
    );
  }

  outcome(): RestoreOutcome {
    return {
      command: 'restore',
      result: this.#result(),
      place: this.#world.store.place,
      startedAt: this.#startedAt,
      durationSeconds: (this.#world.now() - this.#startedAt) / 1000,
      plan: this.#plan,
      restored: this.#restored,
      problems: this.#problems,
      warnings: this.#warnings,
      stages: this.#stages,
      runUrl: this.#world.runUrl,
      detail: this.#settings.detail,
    };
  }

  #result(): RestoreOutcome['result'] {
    if (this.#restored) {
      const look = this.#problems.length > 0 || this.#warnings.some(({ loud }) => loud);
      return look ? 'degraded' : 'success';
    }
    if (this.#problems.some(({ kind }) => kind === 'cancelled')) return 'cancelled';
    return this.#problems.length > 0 ? 'failed' : 'planned';
  }
}
