// How long a notifier goes on: a few tries, each with its own time, all of them together within a deadline, because
// nobody should wait long for a run that is over.
import { setTimeout as delay } from 'node:timers/promises';
import type { Warning } from '../problems/problem.ts';

export interface Patience {
  /** All tries and waits together. */
  readonly deadlineMs: number;
  readonly tryTimeoutMs: number;
  /** Before the second try; doubles from try to try. */
  readonly firstPauseMs: number;
}

export const PATIENCE: Patience = { deadlineMs: 15_000, tryTimeoutMs: 6_000, firstPauseMs: 500 };

const TRIES = 4;

/** How one try ended; `again`: worth another one, after that many milliseconds if the other side said so. */
export interface Attempt {
  readonly warning?: Warning;
  readonly again?: { readonly afterMs?: number };
}

/** The last try's warning. `attempt` must not throw, and must end in the time it is given. */
export async function persist(
  { deadlineMs, tryTimeoutMs, firstPauseMs }: Patience,
  attempt: (timeoutMs: number) => Promise<Attempt>,
): Promise<Warning | undefined> {
  const endsAt = performance.now() + deadlineMs;
  for (let tried = 1; ; tried++) {
    const remainingMs = endsAt - performance.now();
    const { warning, again } = await attempt(Math.max(1, Math.ceil(Math.min(remainingMs, tryTimeoutMs))));
    const pauseMs = again?.afterMs ?? firstPauseMs * 2 ** (tried - 1);
    const outOfTime = performance.now() + pauseMs >= endsAt;
    if (!warning || !again || tried === TRIES || outOfTime) return warning;
    await delay(pauseMs);
  }
}
