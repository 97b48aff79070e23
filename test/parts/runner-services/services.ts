// What the address in ACTIONS_RESULTS_URL serves to a running job, artifacts and caches, in one server on loopback. For
// workflows that run here instead of at GitHub.
import { type Artifact, artifactDesk, RUN_TOKEN } from './artifacts.ts';
import { cacheDesk } from './caches.ts';
import { openDesks } from './desk.ts';

export interface RunnerServices extends AsyncDisposable {
  /** What the runner gives every step. */
  readonly environment: Readonly<Record<string, string>>;
  /** Finished uploads, oldest first. */
  readonly artifacts: readonly Artifact[];
  cacheKeys(): string[];
  stop(): Promise<void>;
}

export async function startRunnerServices(): Promise<RunnerServices> {
  const artifacts = artifactDesk();
  const caches = cacheDesk();
  const { origin, stop } = await openDesks(artifacts.desk, caches.desk);
  return {
    environment: {
      ACTIONS_RESULTS_URL: `${origin}/`,
      ACTIONS_RUNTIME_TOKEN: RUN_TOKEN,
      ACTIONS_CACHE_SERVICE_V2: 'true',
    },
    artifacts: artifacts.artifacts,
    cacheKeys: caches.keys,
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
