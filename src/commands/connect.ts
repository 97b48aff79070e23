// Connects with a little patience: a server that is failing over or full for a moment answers seconds later. Refusals
// that no waiting mends (password, database, TLS) are not tried again, so that no account is locked by us.

import type { Source } from '../postgres/port.ts';
import { Problem, type ProblemCode } from '../problems/problem.ts';
import type { World } from './world.ts';

/** Host unknown, nobody answers, no connection free, connection lost. */
const PASSING: ReadonlySet<ProblemCode> = new Set(['PGB212', 'PGB213', 'PGB217', 'PGB218']);
const PAUSES_MS = [1_000, 2_000];

export async function connectPatiently(
  world: Pick<World, 'postgres' | 'pause' | 'log'>,
  signal: AbortSignal,
): Promise<Source> {
  for (const pause of PAUSES_MS) {
    try {
      return await world.postgres.connect(signal);
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof Problem) || !PASSING.has(error.code)) throw error;
      world.log.info(`${error.code}: trying again in ${pause / 1000} s`);
      await world.pause(pause, signal);
    }
  }
  return world.postgres.connect(signal);
}
