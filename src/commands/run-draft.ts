// What every run notes down while it goes on, whatever the command: its stages and their times, its warnings, and why it
// ended. Whatever ends a run, what was known by then is told.
import type { Instant } from '../backups/instant.ts';
import { Problem, Problems, type Warning } from '../problems/problem.ts';
import { internal } from '../problems/run.ts';
import type { Log } from '../reports/log.ts';
import type { RunOutcome } from '../reports/run-outcome.ts';

export interface DraftWorld {
  now(): Instant;
  readonly log: Log;
  readonly store: { readonly place: string };
  readonly run: { readonly url: string | null };
}

export class RunDraft {
  readonly #world: DraftWorld;
  readonly #detail: RunOutcome['detail'];
  readonly #startedAt: Instant;
  readonly #stages: { name: string; seconds: number }[] = [];
  readonly #warnings: Warning[] = [];
  #problems: readonly Problem[] = [];

  constructor(world: DraftWorld, settings: { detail: RunOutcome['detail']; warnings: readonly Warning[] }) {
    this.#world = world;
    this.#detail = settings.detail;
    this.#startedAt = world.now();
    this.warn(...settings.warnings);
  }

  get warnings(): readonly Warning[] {
    return this.#warnings;
  }

  get problems(): readonly Problem[] {
    return this.#problems;
  }

  get cancelled(): boolean {
    return this.#problems.some(({ kind }) => kind === 'cancelled');
  }

  /** Something must be looked at. */
  get loud(): boolean {
    return this.#warnings.some(({ loud }) => loud);
  }

  /** Each is shown at once and kept for the reports; what was told in a first run is not told again. */
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

  /** What speaks against the run's success. */
  found(problems: readonly Problem[]): void {
    this.#problems = [...this.#problems, ...problems];
  }

  /** What every outcome holds but for how it ended. */
  frame(): Omit<RunOutcome, 'command' | 'result'> {
    return {
      place: this.#world.store.place,
      startedAt: this.#startedAt,
      durationSeconds: (this.#world.now() - this.#startedAt) / 1000,
      problems: this.#problems,
      warnings: this.#warnings,
      stages: this.#stages,
      runUrl: this.#world.run.url,
      detail: this.#detail,
    };
  }
}

/**
 * What ended a run: after an abort its reason counts, not what broke because of it. `cut`: what the command itself says
 * of a cancel, since it alone knows what has happened by then.
 */
export function problemsOf(
  error: unknown,
  signal: AbortSignal,
  cut: (cancel: Problem) => Problem = cancel => cancel,
): readonly Problem[] {
  const cause: unknown = signal.aborted ? signal.reason : error;
  const problems =
    cause instanceof Problems ? cause.all : [cause instanceof Problem ? cause : internal(cause)];
  return problems.map(problem => (problem.kind === 'cancelled' ? cut(problem) : problem));
}
