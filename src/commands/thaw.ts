// Objects in an archive storage class can't be read at once. What to do about them is for the user to say: bringing them
// back costs money and hours.
import type { ListedObject } from '../backups/holdings.ts';
import { beingThawed, objectArchived } from '../problems/storage.ts';
import type { ReadingWorld } from './world.ts';

export type Thaw = 'off' | 'request' | 'wait';

/** How long they stay readable: long enough for a retry on the next working day. */
const DAYS = 3;
const LOOK_EVERY_MS = 60_000;

/** Resolves when all of these can be read; throws a Problem where that takes longer than the user wants to wait. */
export async function makeReadable(
  world: ReadingWorld,
  objects: readonly ListedObject[],
  thaw: Thaw,
  signal: AbortSignal,
): Promise<void> {
  // The usual class needs no asking.
  const special = objects.filter(({ storageClass }) => storageClass !== undefined);
  const cold = await notReady(world, special, signal);
  const [first] = cold;
  if (first === undefined) return;
  const place = `${world.store.place}/${first.key}`;
  if (thaw === 'off') throw objectArchived(place);
  for (const { key } of cold) await world.store.thaw(key, { days: DAYS, signal });
  if (thaw === 'request') throw beingThawed(place, cold.length);
  world.log.info(`Waiting for ${place} to come back from its archive storage class`);
  while ((await notReady(world, cold, signal)).length > 0) await world.pause(LOOK_EVERY_MS, signal);
}

async function notReady(
  world: ReadingWorld,
  objects: readonly ListedObject[],
  signal: AbortSignal,
): Promise<ListedObject[]> {
  const states = await Promise.all(objects.map(({ key }) => world.store.readiness(key, signal)));
  return objects.filter((_, at) => states[at] !== 'ready');
}
