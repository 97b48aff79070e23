// Waiting that can be called off: pauses between tries, and a limit to how long one try may take.
import { SlowAnswer } from './s3-failure.ts';

/** What every method of a store throws when its signal was aborted. */
export function abortError(signal: AbortSignal): Error {
  const reason: unknown = signal.reason;
  if (reason instanceof Error && reason.name === 'AbortError') return reason;
  return new DOMException('The operation was aborted', { name: 'AbortError', cause: reason });
}

export function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw abortError(signal);
}

/** Rejects with AbortError at once when the signal is aborted. */
export function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(abortError(signal));
    const stop = () => {
      clearTimeout(timer);
      reject(abortError(signal));
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, milliseconds);
    signal.addEventListener('abort', stop, { once: true });
  });
}

/** Full jitter: anything from nothing to a bound that doubles with each try, so that many clients don't beat in time. */
export function pauseBefore(attempt: number, first: number, longest: number): number {
  return Math.random() * Math.min(longest, first * 2 ** Math.min(attempt, 30));
}

/**
 * Runs one try with a signal of its own that fires on the caller's abort or after `timeout`. Rejects at that moment,
 * whether or not the work notices: a cancel must not wait for a socket.
 */
export async function within<T>(
  timeout: number,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  throwIfAborted(signal);
  const own = new AbortController();
  let giveUp: (error: Error) => void = () => {};
  const cut = new Promise<never>((_, reject) => {
    giveUp = reject;
  });
  const end = (error: Error) => {
    giveUp(error);
    own.abort(error);
  };
  const timer = setTimeout(() => end(new SlowAnswer(timeout)), timeout);
  const onAbort = () => end(abortError(signal));
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([work(own.signal), cut]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
  }
}
