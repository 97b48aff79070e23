// Carries a plan out: each victim and the survivors are looked at again right before the victim goes, and what goes first
// is its manifest, so that a crash leaves an orphan and never half a backup that still counts.
import type { Catalog, CatalogBackup } from '../../backups/catalog.ts';
import type { ListedObject } from '../../backups/holdings.ts';
import { namePrefix, printKey } from '../../backups/key.ts';
import { Problem } from '../../problems/problem.ts';
import type { PruneOutcome } from '../../reports/outcome.ts';
import type { PrunePlan } from '../../retention/plan.ts';
import type { ReadingWorld } from '../world.ts';
import { findBackup } from './plan.ts';

/** What has gone so far; filled in while the work goes on, so that a cancelled run can tell. */
export interface Deletions {
  /** Ids. */
  readonly deleted: string[];
  readonly failed: { readonly id: string; readonly why: string }[];
}

/** Deletes exactly what the plan names, and nothing of a plan that is stopped. */
export async function carryOut(
  world: ReadingWorld,
  catalog: Catalog,
  plan: PrunePlan,
  signal: AbortSignal,
): Promise<PruneOutcome> {
  const done: Deletions = { deleted: [], failed: [] };
  if (plan.stopped === null) await deleteBackups(world, catalog, plan, done, signal);
  return { plan, ...done, dryRun: false };
}

/** Oldest first, whatever may have stopped the plan: that is the caller's to ask. One that doesn't go is told, the others go on. */
export async function deleteBackups(
  world: ReadingWorld,
  catalog: Catalog,
  plan: PrunePlan,
  done: Deletions,
  signal: AbortSignal,
): Promise<void> {
  for (const { id } of plan.delete.toSorted((a, b) => a.stamp - b.stamp)) {
    const victim = findBackup(catalog, id);
    const why = await deleteOne(world, victim.objects, signal, () =>
      findChange(world, catalog, plan, victim, signal),
    );
    if (why === undefined) done.deleted.push(id);
    else done.failed.push({ id, why });
  }
}

/** Resolves with why it did not go, in half a sentence. `findChange` is asked first. */
export async function deleteOne(
  world: ReadingWorld,
  objects: readonly ListedObject[],
  signal: AbortSignal,
  findChange: () => Promise<string | undefined>,
): Promise<string | undefined> {
  try {
    const changed = await findChange();
    if (changed !== undefined) return changed;
    for (const { key, etag } of objects) {
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
    .map(({ id }) => findBackup(catalog, id))
    .filter(({ standing }) => standing === 'good');
  const lost = survivors.find(({ objects }) => objects.some(({ key, etag }) => there.get(key) !== etag));
  if (lost) return `backup ${lost.ref.id}, which should outlive it, is not whole any more`;
  const { key, etag } = victim.manifestObject;
  if (there.get(key) !== etag) return 'its manifest has changed or is gone';
  return there.has(printKey({ ...victim.ref, kind: 'hold' })) ? 'somebody has put a hold on it' : undefined;
}
