// The outcome of a restore test while it comes about: filled in as the story goes on, so that whatever ends the run, what
// was known by then is told.
import type { ChosenBackup } from '../../backups/choose-backup.ts';
import type { Instant } from '../../backups/instant.ts';
import type { Isolation } from '../../postgres/test-server-port.ts';
import { Problem, Problems, type Warning } from '../../problems/problem.ts';
import { testCancelled } from '../../problems/restore-test.ts';
import { internal } from '../../problems/run.ts';
import type { RestoreTestOutcome, TestTimes } from '../../reports/restore-test-outcome.ts';
import type { RestoreTestSettings } from './settings.ts';
import type { RestoreTestWorld } from './world.ts';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

export class RestoreTestDraft {
  name = '';
  backup: ChosenBackup | undefined;
  isolation: Isolation | 'service' | null = null;
  serverVersion: string | null = null;
  compared: RestoreTestOutcome['compared'] = null;
  evidenceKey: string | null = null;
  earlier: RestoreTestOutcome['earlier'] = [];
  verdict: RestoreTestOutcome['verdict'] = null;
  readonly times: Mutable<TestTimes> = {
    obtain: null,
    restore: null,
    firstQuery: null,
    recovery: null,
    bytesPerSecond: null,
  };
  readonly #world: RestoreTestWorld;
  readonly #settings: RestoreTestSettings;
  readonly #startedAt: Instant;
  readonly #stages: { name: string; seconds: number }[] = [];
  readonly #warnings: Warning[] = [];
  readonly #problems: Problem[] = [];

  constructor(world: RestoreTestWorld, settings: RestoreTestSettings) {
    this.#world = world;
    this.#settings = settings;
    this.#startedAt = world.now();
    this.name = settings.name ?? '';
    this.warn(...settings.warnings);
  }

  warn(...warnings: readonly Warning[]): void {
    for (const warning of warnings) {
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

  /** What speaks against the backup. */
  found(problems: readonly Problem[]): void {
    this.#problems.push(...problems);
  }

  /** After an abort its reason counts, not what broke because of it. */
  fail(error: unknown, signal: AbortSignal): void {
    const cause: unknown = signal.aborted ? signal.reason : error;
    const problems =
      cause instanceof Problems ? cause.all : [cause instanceof Problem ? cause : internal(cause)];
    this.#problems.push(
      ...problems.map(problem => (problem.kind === 'cancelled' ? testCancelled() : problem)),
    );
  }

  outcome(): RestoreTestOutcome {
    const { backup } = this;
    return {
      command: 'restore-test',
      result: this.#result(),
      verdict: this.verdict,
      name: this.name,
      place: this.#world.store.place,
      startedAt: this.#startedAt,
      durationSeconds: (this.#world.now() - this.#startedAt) / 1000,
      backup: backup
        ? {
            id: backup.ref.id,
            tier: backup.ref.tier,
            stamp: backup.ref.stamp,
            bytes: backup.manifest.archive.bytes,
            key: backup.manifest.archive.key,
            serverVersion: backup.manifest.server.version,
          }
        : null,
      server:
        this.serverVersion === null
          ? null
          : { version: this.serverVersion, isolation: describeIsolation(this.isolation) },
      times: { ...this.times },
      compared: this.compared,
      evidenceKey: this.evidenceKey,
      earlier: this.earlier,
      problems: this.#problems,
      warnings: this.#warnings,
      stages: this.#stages,
      runUrl: this.#world.run.url,
      detail: this.#settings.detail,
    };
  }

  #result(): RestoreTestOutcome['result'] {
    if (this.#problems.some(({ kind }) => kind === 'cancelled')) return 'cancelled';
    if (this.#problems.length > 0) return 'failed';
    return this.#warnings.some(({ loud }) => loud) ? 'degraded' : 'success';
  }
}

/** `a user of its own, no network, no other processes in sight`. */
export function describeIsolation(isolation: Isolation | 'service' | null): string {
  if (isolation === null) return '';
  if (isolation === 'service') return 'a server that was given (`target-url`)';
  return [
    isolation.user === 'own' ? 'a user of its own' : "the run's own user",
    isolation.network === 'none' ? 'no network' : 'the network open',
    isolation.processes === 'hidden' ? 'no other processes in sight' : 'other processes in sight',
  ].join(', ');
}
