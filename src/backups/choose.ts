// What commands take out of a catalog: the backup to link to, what retention plans over, and the lines of lists and
// charts. Which one to restore or to look at is chosen in choose-backup.ts.
import type { BackupLine } from '../reports/outcome.ts';
import type { Candidate } from '../retention/plan.ts';
import type { Catalog, CatalogBackup } from './catalog.ts';
import type { Instant } from './instant.ts';
import { LEVELS, type Level } from './level.ts';
import type { PreviousLink } from './manifest.ts';

/** For the next backup's manifest: the newest good one before it, of whatever tier. */
export function linkToPrevious(catalog: Catalog): PreviousLink | null {
  const previous = catalog.backups.find(({ standing }) => standing === 'good');
  if (!previous?.manifest || previous.manifestSha256 === undefined) return null;
  const { id, tier, stamp } = previous.manifest;
  return { id, tier, stamp, manifestSha256: previous.manifestSha256 };
}

/** `locks` by id: until when the store keeps the objects of that backup, where it was asked. */
export function toCandidates(catalog: Catalog, locks: ReadonlyMap<string, Instant> = new Map()): Candidate[] {
  return catalog.backups.map(backup => ({
    id: backup.ref.id,
    stamp: backup.ref.stamp,
    tier: backup.ref.tier,
    bytes: backup.objects.reduce((sum, { bytes }) => sum + bytes, 0),
    standing: backup.standing === 'good' ? 'good' : { not: backup.standing.not },
    ours: backup.ours,
    restoreTested: isRestoreTested(backup),
    held: backup.held,
    lockedUntil: locks.get(backup.ref.id),
  }));
}

/** Oldest first. What can't be read is listed all the same, with what its key and the listing tell. */
export function toBackupLines(catalog: Catalog): BackupLine[] {
  return catalog.backups.map(toBackupLine).reverse();
}

/** The highest level that was reached and still holds. */
export function levelOf({
  manifest,
  standing,
  tested,
}: Pick<CatalogBackup, 'manifest' | 'standing' | 'tested'>): Level {
  if (standing === 'good' && tested?.result === 'passed') return 'restored';
  const reached = manifest?.levels.map(({ level }) => level) ?? [];
  return LEVELS.findLast(level => level !== 'restored' && reached.includes(level)) ?? 'listed';
}

/** One line of a list. */
export function toBackupLine(backup: CatalogBackup): BackupLine {
  const { ref, manifest, standing, archive, manifestObject } = backup;
  return {
    id: ref.id,
    tier: ref.tier,
    stamp: ref.stamp,
    bytes: archive?.bytes ?? 0,
    rows: manifest?.totals.rows ?? 0,
    tables: manifest?.totals.tables ?? 0,
    level: levelOf(backup),
    key: manifest?.archive.key ?? archive?.key ?? manifestObject.key,
    ...(standing === 'good' ? {} : { notCounted: standing.not }),
    restoreTested: isRestoreTested(backup),
    held: backup.held,
  };
}

function isRestoreTested({ standing, tested }: CatalogBackup): boolean {
  return standing === 'good' && tested?.result === 'passed';
}
