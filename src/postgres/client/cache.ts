// Where a fetched client is kept between runs, so that a nightly backup doesn't hang on a repository being up. Nothing
// that comes from here is believed: repository.ts checks it from the pinned key on every use.
import type { Files } from './supply.ts';

/** Neither method rejects: a cache that fails costs a download, never a backup. */
export interface ClientCache {
  /** What was kept last under a key that begins with `prefix`. */
  load(prefix: string): Promise<Files | undefined>;
  /** false: not kept (the key is taken, the token may only read, the service is away). `key` begins with `prefix`. */
  save(prefix: string, key: string, files: Files): Promise<boolean>;
}
