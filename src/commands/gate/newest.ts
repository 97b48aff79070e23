// Reads as little of a bucket as the verdict takes: keys carry their moment, so what is too old to pass isn't even listed,
// and manifests are read from the newest on. Only where that finds nothing that passes is everything of the name listed, to
// say what there is.
import type { Catalog } from '../../backups/catalog.ts';
import type { ListedObject } from '../../backups/holdings.ts';
import type { Instant } from '../../backups/instant.ts';
import { namePrefix, printStamp } from '../../backups/key.ts';
import { type Pile, sortIntoPiles } from '../../backups/piles.ts';
import { TIERS } from '../../backups/tier.ts';
import type { ObjectStore } from '../../storage/port.ts';
import type { CatalogQuestion, CatalogReader } from '../read-catalog.ts';

/** Backups whose manifests are read at a time, and in all. */
const AT_ONCE = 4;
const MOST = 12;

export interface Wanted {
  /** Older stamps can't pass. */
  readonly since: Instant;
  /** Tests of older backups count as well. */
  readonly tests: boolean;
  /** Nothing older would change the verdict. `next` is the stamp of the newest one that isn't in the catalog. */
  settled(catalog: Catalog, next: Instant | undefined): boolean;
}

/** The catalog of the newest backups, as far back as it takes. */
export async function readNewest(
  { store, reader }: { readonly store: ObjectStore; readonly reader: CatalogReader },
  question: CatalogQuestion,
  { since, tests, settled }: Wanted,
  signal: AbortSignal,
): Promise<Catalog> {
  const { name } = question;
  const young = await Promise.all(
    TIERS.map(tier => listSince(store, `${namePrefix(name)}${tier}/`, since, signal)),
  );
  const lately = await readFrom(young.flat(), false);
  if (settled(lately, undefined)) return lately;
  return readFrom(await collect(store.list(namePrefix(name), signal)), tests);

  async function readFrom(objects: readonly ListedObject[], withTested: boolean): Promise<Catalog> {
    const piles = withManifest(name, objects);
    const newest = piles.toSorted((a, b) => b.ref.stamp - a.ref.stamp);
    const tested = withTested ? byNewestTest(piles).slice(0, AT_ONCE) : [];
    for (let count = AT_ONCE; ; count += AT_ONCE) {
      const chosen = [...new Set([...newest.slice(0, count), ...tested])];
      const catalog = await reader.readOf(question, chosen.flatMap(objectsOf), signal);
      if (count >= Math.min(newest.length, MOST) || settled(catalog, newest[count]?.ref.stamp))
        return catalog;
    }
  }
}

/** A stem sorts as its stamp does, and the stamp alone before every stem that has it. */
function listSince(
  store: ObjectStore,
  prefix: string,
  since: Instant,
  signal: AbortSignal,
): Promise<ListedObject[]> {
  return collect(store.list(prefix, signal, `${prefix}${printStamp(since)}`));
}

async function collect(objects: AsyncIterable<ListedObject>): Promise<ListedObject[]> {
  const found: ListedObject[] = [];
  for await (const object of objects) found.push(object);
  return found;
}

function withManifest(name: string, objects: readonly ListedObject[]): Pile[] {
  const { piles } = sortIntoPiles({ name, objects });
  return [...piles.values()].filter(pile => pile.objects.some(({ key }) => key.kind === 'manifest'));
}

function byNewestTest(piles: readonly Pile[]): Pile[] {
  return piles
    .map(pile => ({ pile, at: newestTestOf(pile) }))
    .filter(({ at }) => at > Number.NEGATIVE_INFINITY)
    .toSorted((a, b) => b.at - a.at)
    .map(({ pile }) => pile);
}

function newestTestOf({ objects }: Pile): Instant {
  return Math.max(
    ...objects.map(({ key }) => (key.kind === 'evidence' ? key.testStamp : Number.NEGATIVE_INFINITY)),
  );
}

/** All tests of it too: whichever were left out, a failed one might be among them. */
function objectsOf({ objects }: Pile): ListedObject[] {
  return objects.map(({ object }) => object);
}
