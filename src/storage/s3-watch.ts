// Ends a body that comes too slowly: it looks at what came while somebody was waiting for it, not at who reads slowly.
import { abortError } from './patience.ts';
import { SlowAnswer } from './s3-failure.ts';
import type { S3Tuning } from './s3-options.ts';
import type { Body } from './s3-read.ts';

export async function* watchBody(tuning: S3Tuning, body: Body, signal: AbortSignal): AsyncGenerator<Buffer> {
  const { requestTimeout, slowestRate } = tuning;
  const enough = (requestTimeout / 1000) * slowestRate;
  let received = 0;
  let waited = 0;
  const stop = () => body.destroy(abortError(signal));
  signal.addEventListener('abort', stop, { once: true });
  let since = Date.now();
  const timer = setInterval(
    () => {
      if (since === 0) return;
      if (waited + Date.now() - since < requestTimeout) return;
      if (received < enough) body.destroy(new SlowAnswer(requestTimeout));
      received = 0;
      waited = 0;
      since = Date.now();
    },
    Math.max(10, requestTimeout / 10),
  );
  try {
    if (signal.aborted) stop();
    for await (const chunk of body) {
      waited += Date.now() - since;
      since = 0;
      received += chunk.length;
      yield chunk;
      since = Date.now();
    }
  } finally {
    clearInterval(timer);
    signal.removeEventListener('abort', stop);
  }
}
