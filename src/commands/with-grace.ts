// Steps that a cancel must not cut in half: between a request and its answer nobody knows whether it was carried out.

/** Gives `work` a signal that fires so much later than the run's own; a run that is cancelled already doesn't begin it. */
export async function withGrace<T>(
  graceMs: number,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  const later = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const onAbort = () => {
    timer = setTimeout(() => later.abort(signal.reason), graceMs);
  };
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await work(later.signal);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
  }
}
