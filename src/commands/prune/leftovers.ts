// What crashed runs left of a name: which of it may go, and taking it away. A file without a manifest is looked into from
// every side before it is called a leftover: versions, locks, holds, the links of later backups.
import type { Catalog, Orphan } from '../../backups/catalog.ts';
import { toCandidates } from '../../backups/choose.ts';
import type { Instant } from '../../backups/instant.ts';
import { parseKey, printKey, printStem } from '../../backups/key.ts';
import type { PreviousLink } from '../../backups/manifest.ts';
import { findMissed } from '../../retention/expiry.ts';
import type { PrunePlan } from '../../retention/plan.ts';
import { type Leftover, planSweep, type SweepDecision, type SweepPlan } from '../../retention/sweep.ts';
import type { ReadingWorld } from '../world.ts';
import { type Deletions, deleteOne } from './carry-out.ts';
import { lockOf, type PruneSettings, pruneOptions } from './plan.ts';

export interface SweepSettings extends PruneSettings {
  readonly graceMs: number;
  /** The earlier of this machine's clock and the store's: what is young must not seem to be old. */
  readonly graceNow: Instant;
}

/** Versions and locks are asked for last, and only of what would go. */
export async function planSweepOf(
  world: ReadingWorld,
  catalog: Catalog,
  settings: SweepSettings,
  { anchor }: PrunePlan,
  signal: AbortSignal,
): Promise<SweepPlan> {
  const links = missedLinks(catalog, settings);
  const stamps = links.map(({ stamp }) => Date.parse(stamp));
  const options = {
    now: settings.graceNow,
    graceMs: settings.graceMs,
    anchorStamp: settings.asOf ?? catalog.backups.find(({ ref }) => ref.id === anchor)?.ref.stamp,
    missedStamp: stamps.length === 0 ? undefined : Math.max(...stamps),
  };
  const missed = new Set(links.map(({ id }) => id));
  const leftovers = new Map(
    catalog.orphans.map(orphan => [printStem(orphan.ref), toLeftover(orphan, missed)]),
  );
  for (const { stem } of planSweep([...leftovers.values()], options).delete) {
    const [orphan, leftover] = [findOrphan(catalog, stem), leftovers.get(stem)];
    if (!leftover) continue;
    const manifest = await world.store.history(printKey({ ...orphan.ref, kind: 'manifest' }), signal);
    const keys = orphan.objects.map(({ key }) => key);
    const lockedUntil = manifest === 'never' ? await lockOf(world, keys, signal) : undefined;
    leftovers.set(stem, { ...leftover, manifest, lockedUntil });
  }
  return planSweep([...leftovers.values()], options);
}

/** Deletes exactly what the plan names, each only if nothing was added, changed or held meanwhile. Told by stem. */
export async function deleteLeftovers(
  world: ReadingWorld,
  catalog: Catalog,
  { delete: victims }: SweepPlan,
  done: Deletions,
  signal: AbortSignal,
): Promise<void> {
  for (const { stem } of victims) {
    const { objects } = findOrphan(catalog, stem);
    const why = await deleteOne(world, objects, signal, () => findChange(world, stem, objects, signal));
    if (why === undefined) done.deleted.push(stem);
    else done.failed.push({ id: stem, why });
  }
}

export function objectsOf(catalog: Catalog, { stem }: SweepDecision): Orphan['objects'] {
  return findOrphan(catalog, stem).objects;
}

async function findChange(
  world: ReadingWorld,
  stem: string,
  objects: Orphan['objects'],
  signal: AbortSignal,
): Promise<string | undefined> {
  const planned = new Map(objects.map(({ key, etag }) => [key, etag]));
  for await (const { key, etag } of world.store.list(stem, signal)) {
    const parsed = parseKey(key);
    if (parsed === undefined || printStem(parsed) !== stem) continue;
    if (parsed.kind === 'manifest') return 'it has a manifest now';
    if (parsed.kind === 'hold') return 'somebody has put a hold on it';
    if (planned.get(key) !== etag) return `${key} was added or has changed`;
  }
  return undefined;
}

/** To backups that policy would have kept: whoever took their manifests away was not this program. */
function missedLinks(catalog: Catalog, settings: SweepSettings): readonly PreviousLink[] {
  const options = pruneOptions(catalog, settings);
  return findMissed(toCandidates(catalog), catalog.missingLinks, settings.policy, options);
}

function toLeftover({ ref, objects, modifiedAt, held }: Orphan, missed: ReadonlySet<string>): Leftover {
  return {
    stem: printStem(ref),
    id: ref.id,
    tier: ref.tier,
    stamp: ref.stamp,
    bytes: objects.reduce((sum, { bytes }) => sum + bytes, 0),
    objects: objects.length,
    modifiedAt,
    held,
    lockedUntil: undefined,
    manifest: 'never',
    missed: missed.has(ref.id),
  };
}

function findOrphan(catalog: Catalog, stem: string): Orphan {
  const orphan = catalog.orphans.find(({ ref }) => printStem(ref) === stem);
  if (!orphan) throw new Error(`the plan names ${stem}, which is not in the catalog it was made from`);
  return orphan;
}
