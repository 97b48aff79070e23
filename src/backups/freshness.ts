// The moment that a backup speaks for: what was written to the database later is not in it. Gates count ages from here, so
// every doubt makes a backup look older and never younger.
import type { CatalogBackup } from './catalog.ts';
import type { Instant } from './instant.ts';

/**
 * The snapshot's stamp, unless the manifest was stored before it (a clock was wrong) or a standby had replayed less than
 * that. undefined: taken from a standby that could not tell what it had replayed.
 */
export function freshFrom({
  ref,
  manifest,
  manifestObject,
}: Pick<CatalogBackup, 'ref' | 'manifest' | 'manifestObject'>): Instant | undefined {
  const stored = Math.min(ref.stamp, manifestObject.modifiedAt);
  if (!manifest?.server.standby) return stored;
  const { replayedAt } = manifest.server;
  return replayedAt === undefined ? undefined : Math.min(stored, Date.parse(replayedAt));
}
