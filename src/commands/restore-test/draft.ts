// The outcome of a restore test while it comes about: filled in as the story goes on, so that whatever ends the run, what
// was known by then is told.
import type { ChosenBackup } from '../../backups/choose-backup.ts';
import type { Isolation } from '../../postgres/test-server-port.ts';
import { testCancelled } from '../../problems/restore-test.ts';
import type { RestoreTestOutcome, TestTimes } from '../../reports/restore-test-outcome.ts';
import { problemsOf, RunDraft } from '../run-draft.ts';
import type { RestoreTestSettings } from './settings.ts';
import type { RestoreTestWorld } from './world.ts';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

export class RestoreTestDraft extends RunDraft {
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

  constructor(world: RestoreTestWorld, settings: RestoreTestSettings) {
    super(world, settings);
    this.name = settings.name ?? '';
  }

  fail(error: unknown, signal: AbortSignal): void {
    this.found(problemsOf(error, signal, testCancelled));
  }

  outcome(): RestoreTestOutcome {
    const { backup } = this;
    return {
      command: 'restore-test',
      result: this.#result(),
      ...this.frame(),
      verdict: this.verdict,
      name: this.name,
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
    };
  }

  #result(): RestoreTestOutcome['result'] {
    if (this.cancelled) return 'cancelled';
    if (this.problems.length > 0) return 'failed';
    return this.loud ? 'degraded' : 'success';
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
