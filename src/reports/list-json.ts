// The list as data, for `pg-backup list --json`: keys may be added to it, none are renamed or removed.
import { formatInstant } from '../backups/instant.ts';
import type { Level } from '../backups/level.ts';
import type { Tier } from '../backups/tier.ts';
import type { NamedBackups } from './list-table.ts';
import type { BackupLine } from './outcome.ts';

export interface ListedBackupJson {
  readonly id: string;
  /** ISO instant in UTC: when the snapshot was taken. */
  readonly taken: string;
  readonly tier: Tier;
  /** Stored bytes of the archive. */
  readonly bytes: number;
  readonly rows: number;
  readonly tables: number;
  readonly level: Level;
  readonly restoreTested: boolean;
  readonly held: boolean;
  /** null = good; else why no decision counts on this backup. */
  readonly notCounted: string | null;
  readonly key: string;
}

export interface ListJson {
  readonly place: string;
  readonly names: readonly { readonly name: string; readonly backups: readonly ListedBackupJson[] }[];
}

/** Backups newest first, as in the table. */
export function listToJson(place: string, names: readonly NamedBackups[]): ListJson {
  return {
    place,
    names: names.map(({ name, backups }) => ({
      name,
      backups: [...backups].sort((a, b) => b.stamp - a.stamp).map(backupToJson),
    })),
  };
}

export function backupToJson(line: BackupLine): ListedBackupJson {
  return {
    id: line.id,
    taken: formatInstant(line.stamp),
    tier: line.tier,
    bytes: line.bytes,
    rows: line.rows,
    tables: line.tables,
    level: line.level,
    restoreTested: line.restoreTested,
    held: line.held,
    notCounted: line.notCounted ?? null,
    key: line.key,
  };
}
