// The plan over what the catalog holds: what policy lets go, and what the store locks. Locks are asked for last, and only
// of those that would go.
import type { Catalog, CatalogBackup } from '../../backups/catalog.ts';
import { toCandidates } from '../../backups/choose.ts';
import type { Instant } from '../../backups/instant.ts';
import type { PrunePlan } from '../../retention/plan.ts';
import { type PruneOptions, planPrune } from '../../retention/plan-prune.ts';
import type { Policy } from '../../retention/policy.ts';
import type { ReadingWorld } from '../world.ts';

export interface PruneSettings {
  readonly policy: Policy;
  readonly timezone: string;
  readonly minKeep: number;
  readonly maxDelete: number;
  /** Half a sentence: something about the newest backup that nobody has looked at yet. Nothing goes while it stands. */
  readonly doubt?: string | undefined;
  /** A retired database: see `PruneOptions`. */
  readonly asOf?: Instant | undefined;
  /** Id of the backup that was just taken, where one was. */
  readonly taken?: string | undefined;
  /** The later of this machine's clock and the store's: a backup of another machine must not seem to be of the future. */
  readonly now: Instant;
}

export function pruneOptions(catalog: Catalog, settings: PruneSettings): PruneOptions {
  return {
    ...settings,
    identityChanged: catalog.identityChange?.words,
    latestTrouble: settings.doubt ?? catalog.latestTrouble?.words,
  };
}

/** Locks are looked up for those that would go: asking for every backup's would cost four requests each. */
export async function planPruneOf(
  world: ReadingWorld,
  catalog: Catalog,
  settings: PruneSettings,
  signal: AbortSignal,
): Promise<PrunePlan> {
  const options = pruneOptions(catalog, settings);
  const plan = planPrune(toCandidates(catalog), settings.policy, options);
  const locks = new Map<string, Instant>();
  for (const { id } of plan.delete) {
    const until = await lockOf(world, keysOf(findBackup(catalog, id)), signal);
    if (until !== undefined) locks.set(id, until);
  }
  return locks.size === 0 ? plan : planPrune(toCandidates(catalog, locks), settings.policy, options);
}

/** Until when any of them is locked; undefined where none is. */
export async function lockOf(
  world: ReadingWorld,
  keys: readonly string[],
  signal: AbortSignal,
): Promise<Instant | undefined> {
  const locks = await Promise.all(keys.map(key => world.store.lockedUntil(key, signal)));
  const until = locks.filter(lock => lock !== undefined);
  return until.length > 0 ? Math.max(...until) : undefined;
}

function keysOf({ manifestObject, archive }: CatalogBackup): string[] {
  return [manifestObject.key, ...(archive ? [archive.key] : [])];
}

export function findBackup(catalog: Catalog, id: string): CatalogBackup {
  const backup = catalog.backups.find(({ ref }) => ref.id === id);
  if (!backup) throw new Error(`the plan names backup ${id}, which is not in the catalog it was made from`);
  return backup;
}
