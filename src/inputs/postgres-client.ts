// Which client a run asks for, and where one may be fetched from.
import { badMirror } from '../problems/client.ts';
import { isLoopback } from './loopback.ts';
import type { InputReader } from './raw-inputs.ts';
import { POSTGRES_VERSIONS } from './specs/connection.ts';

export interface ClientConfig {
  /** `postgres-bin`. */
  readonly given: string | undefined;
  readonly version: number | 'auto';
  /** Address of the package repository. */
  readonly mirror: string;
}

export function readClient(inputs: InputReader): ClientConfig {
  const version = inputs.choice('postgres-version', POSTGRES_VERSIONS);
  const mirror = inputs.text('pgdg-mirror');
  if (!isRepositoryAddress(mirror)) inputs.problems.push(badMirror());
  return {
    given: inputs.optional('postgres-bin'),
    version: version === 'auto' ? 'auto' : Number(version),
    mirror,
  };
}

/** No user and password: the address is shown in messages. */
function isRepositoryAddress(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || url.username || url.password || url.search || url.hash) return false;
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname));
}
