// Bytes on their way in or out, slowed, spoilt or cut: the streams behind the faults and the bandwidth cap.
import { setTimeout as wait } from 'node:timers/promises';

export type Flow = AsyncIterable<Buffer>;

/** Thrown inside the server where a fault resets the connection: nothing is answered any more. */
export class ConnectionCut extends Error {}

/** Holds to so many bytes a second from the first byte on; chunks are split so that slow means slow, not bursts. */
export async function* throttle(source: Flow, bytesPerSecond: number, signal: AbortSignal): Flow {
  const started = performance.now();
  const step = Math.max(1, Math.floor(bytesPerSecond / 20));
  let sent = 0;
  for await (const chunk of source) {
    for (let at = 0; at < chunk.length; at += step) {
      const piece = chunk.subarray(at, at + step);
      sent += piece.length;
      const due = started + (sent / bytesPerSecond) * 1000;
      const ahead = due - performance.now();
      if (ahead > 1) await wait(ahead, undefined, { signal });
      yield piece;
    }
  }
}

/** Passes exactly `bytes` bytes, then cuts the connection, also where there would have been no more. */
export async function* cutAfter(source: Flow, bytes: number): Flow {
  let left = bytes;
  for await (const chunk of source) {
    if (chunk.length >= left) {
      if (left > 0) yield chunk.subarray(0, left);
      break;
    }
    left -= chunk.length;
    yield chunk;
  }
  throw new ConnectionCut();
}

/** Changes the first byte, in a copy: what is stored stays as it is. */
export async function* spoil(source: Flow): Flow {
  let first = true;
  for await (const chunk of source) {
    if (!first || chunk.length === 0) {
      yield chunk;
      continue;
    }
    const spoilt = Buffer.from(chunk);
    spoilt[0] = (spoilt[0] ?? 0) ^ 0x01;
    first = false;
    yield spoilt;
  }
}
