// Everything that GitHub gives a running job over the network, in one server on loopback: artifacts, caches, and the
// identity provider. For workflows that run here instead of there.
import { type Artifact, artifactDesk, RUN_TOKEN } from './artifacts.ts';
import { cacheDesk } from './caches.ts';
import { openDesks } from './desk.ts';
import { identityDesk, REQUEST_TOKEN } from './identity.ts';

export interface RunnerServices extends AsyncDisposable {
  /** What the runner gives every step. */
  readonly environment: Readonly<Record<string, string>>;
  /** Finished uploads, oldest first. */
  readonly artifacts: readonly Artifact[];
  /** Where an STS finds the issuer's configuration. */
  readonly issuer: string;
  cacheKeys(): string[];
  stop(): Promise<void>;
}

export async function startRunnerServices(
  claims?: Readonly<Record<string, string>>,
): Promise<RunnerServices> {
  const artifacts = artifactDesk();
  const caches = cacheDesk();
  const { origin, stop } = await openDesks(artifacts.desk, caches.desk, identityDesk(claims));
  return {
    environment: {
      ACTIONS_RESULTS_URL: `${origin}/`,
      ACTIONS_RUNTIME_TOKEN: RUN_TOKEN,
      ACTIONS_CACHE_SERVICE_V2: 'true',
      ACTIONS_ID_TOKEN_REQUEST_URL: `${origin}/identity/token?api-version=2`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: REQUEST_TOKEN,
    },
    artifacts: artifacts.artifacts,
    issuer: `${origin}/identity`,
    cacheKeys: caches.keys,
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
