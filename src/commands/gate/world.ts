// The outside as the gate sees it. What it has no use for in this run isn't there: no store for a fork, no server on a pull
// request's event.
import type { Instant } from '../../backups/instant.ts';
import type { GitHub } from '../../github/port.ts';
import type { Log } from '../../reports/log.ts';
import type { BackupSettings } from '../backup/settings.ts';
import type { ReadingWorld, World } from '../world.ts';

export interface GateWorld {
  now(): Instant;
  readonly log: Log;
  readonly run: { readonly url: string | null };
  /** null: no token was given, or nobody to ask. */
  readonly github: GitHub | null;
  /** null: nothing is to be read, since a fork has no credentials. */
  readonly bucket: ReadingWorld | null;
  /** The database that is about to be migrated, on the same bucket; null where none was given or none may be touched. */
  readonly database: { readonly world: World; readonly settings: BackupSettings } | null;
}
