// Plans over what the catalog holds and carries the plan out: each victim and the survivors are looked at again right
// before the victim goes, and what goes first is its manifest, so that a crash leaves an orphan and never half a
// backup that still counts.
import type { Catalog, CatalogBackup } from '../../backups/catalog.ts';
import { toCandidates } from '../../backups/choose.ts';
import type { Instant } from '../../backups/instant.ts';
import { namePrefix, printKey } from '../../backups/key.ts';
import { Problem } from '../../problems/problem.ts';
import type { PruneOutcome } from '../../reports/outcome.ts';
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
    const until = await lockOf(world, find(catalog, id), signal);
    if (until !== undefined) locks.set(id, until);
  }
  return locks.size === 0 ? plan : planPrune(toCandidates(catalog, locks), settings.policy, options);
}

/** Deletes exactly what the plan names, oldest first. A deletion that fails is told in the outcome, the others go on. */
export async function carryOut(
  world: ReadingWorld,
  catalog: Catalog,
  plan: PrunePlan,
  signal: AbortSignal,
): Promise<PruneOutcome> {
  const deleted: string[] = [];
  const failed: { id: string; why: string }[] = [];
  const victims = plan.stopped === null ? plan.delete.toSorted((a, b) => a.stamp - b.stamp) : [];
  for (const { id } of victims) {
    const why = await deleteOne(world, catalog, plan, find(catalog, id), signal);
    if (why === undefined) deleted.push(id);
    else failed.push({ id, why });
  }
  return { plan, deleted, failed, dryRun: false };
}

/** Resolves with why it did not go, in half a sentence. */
async function deleteOne(
  world: ReadingWorld,
  catalog: Catalog,
  plan: PrunePlan,
  victim: CatalogBackup,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    const changed = await findChange(world, catalog, plan, victim, signal);
    if (changed !== undefined) return changed;
    for (const { key, etag } of victim.objects) {
      const deletion = await world.store.delete(key, { etag, signal });
      if (deletion === 'changed') return `${key} has changed since it was listed`;
      if (deletion === 'locked') return `${key} is locked by the store`;
    }
    return undefined;
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof Problem) return error.summary;
    throw error;
  }
}

/** Between the plan and this moment somebody may have held the victim, or deleted what should survive it. */
async function findChange(
  world: ReadingWorld,
  catalog: Catalog,
  plan: PrunePlan,
  victim: CatalogBackup,
  signal: AbortSignal,
): Promise<string | undefined> {
  const there = new Map<string, string>();
  for await (const { key, etag } of world.store.list(namePrefix(catalog.name), signal)) there.set(key, etag);
  // A survivor that this very run has already seen whole and that lost an object since is nobody to rely on.
  const survivors = plan.keep
    .map(({ id }) => find(catalog, id))
    .filter(({ standing }) => standing === 'good');
  const lost = survivors.find(({ objects }) => objects.some(({ key, etag }) => there.get(key) !== etag));
  if (lost) return `backup ${lost.ref.id}, which should outlive it, is not whole any more`;
  const { key, etag } = victim.manifestObject;
  if (there.get(key) !== etag) return 'its manifest has changed or is gone';
  return there.has(printKey({ ...victim.ref, kind: 'hold' })) ? 'somebody has put a hold on it' : undefined;
}

async function lockOf(
  world: ReadingWorld,
  { manifestObject, archive }: CatalogBackup,
  signal: AbortSignal,
): Promise<Instant | undefined> {
  const keys = [manifestObject.key, ...(archive ? [archive.key] : [])];
  const locks = await Promise.all(keys.map(key => world.store.lockedUntil(key, signal)));
  const until = locks.filter(lock => lock !== undefined);
  return until.length > 0 ? Math.max(...until) : undefined;
}

function find(catalog: Catalog, id: string): CatalogBackup {
  const backup = catalog.backups.find(({ ref }) => ref.id === id);
  if (!backup) throw new Error(`the plan names backup ${id}, which is not in the catalog it was made from`);
  return backup;
}
