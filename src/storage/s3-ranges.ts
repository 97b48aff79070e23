// Reads a large object through several connections at once and gives it out in order. Where each connection is capped
// (by the store, or by the way there) that is as many times as fast; memory is one buffer for each, and one more.
import { throwIfAborted } from './patience.ts';

/** Reads one span, resumed by itself; rejects when its signal is aborted. */
export type ReadSpan = (span: { from: number; to: number }, signal: AbortSignal) => AsyncIterable<Buffer>;

export interface RangePlan {
  readonly bytes: number;
  readonly rangeBytes: number;
  readonly connections: number;
}

export async function* streamInRanges(
  read: ReadSpan,
  { bytes, rangeBytes, connections }: RangePlan,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  throwIfAborted(signal);
  const own = new AbortController();
  const stop = () => own.abort(signal.reason);
  signal.addEventListener('abort', stop, { once: true });
  const spare: Buffer[] = [];
  const underWay: Promise<Buffer>[] = [];
  let from = 0;
  const startNext = () => {
    if (from >= bytes) return;
    const span = { from, to: Math.min(from + rangeBytes, bytes) };
    from = span.to;
    const range = collect(read(span, own.signal), spare.pop() ?? Buffer.allocUnsafeSlow(rangeBytes));
    // Told when its turn comes; until then nobody waits for it.
    range.catch(() => {});
    underWay.push(range);
  };
  try {
    for (let started = 0; started < connections; started++) startNext();
    for (let next = underWay.shift(); next; next = underWay.shift()) {
      const range = await next;
      throwIfAborted(signal);
      startNext();
      yield range;
      spare.push(Buffer.from(range.buffer));
    }
  } finally {
    signal.removeEventListener('abort', stop);
    own.abort();
    await Promise.allSettled(underWay);
  }
}

async function collect(source: AsyncIterable<Buffer>, into: Buffer): Promise<Buffer> {
  let filled = 0;
  for await (const chunk of source) filled += chunk.copy(into, filled);
  return into.subarray(0, filled);
}
