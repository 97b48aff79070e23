// What time it is, where more than one machine has a say: ages of what others stored are counted from it.
import type { Instant } from '../backups/instant.ts';
import { clocksApart } from '../problems/run.ts';
import type { ReadingWorld } from './world.ts';

/** Farther apart, nothing may be decided by either. S3 itself refuses requests that are fifteen minutes off. */
export const CLOCKS_APART_MS = 10 * 60_000;

export interface Clocks {
  /** The later of the two: a backup of another machine must not seem to be of the future. */
  readonly latest: Instant;
  /** The earlier: what is young must not seem to be old. */
  readonly earliest: Instant;
}

/** Throws PGB900 where this machine and the store don't agree. */
export async function askClocks(world: ReadingWorld, signal: AbortSignal): Promise<Clocks> {
  const store = await world.store.time(signal);
  const own = world.now();
  if (Math.abs(own - store) > CLOCKS_APART_MS) throw clocksApart(own, store);
  return { latest: Math.max(own, store), earliest: Math.min(own, store) };
}
