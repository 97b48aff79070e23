// Sends one small body over http and judges the answer, for the notifiers that are no more than that. A redirect is an
// answer like any other: nothing is carried on to where it points.
import { singleLine } from '../problems/harmless.ts';
import type { Redact } from '../problems/redact.ts';
import { notDelivered, refusedByService, serviceInTrouble } from '../problems/telling.ts';
import { readStart, reasonOf, secondsToWait } from './answer.ts';
import type { Attempt } from './persist.ts';

export interface Posting {
  /** Begins the warning's sentence. */
  readonly channel: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly redact: Redact;
}

/** Never throws. Any 2xx is an arrival; a limit or trouble of the server's own is worth another try. */
export async function post(posting: Posting, timeoutMs: number): Promise<Attempt> {
  const { channel, url, headers, body, redact } = posting;
  try {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'user-agent': 'pg-backup-action', ...headers },
      body,
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    });
    const { status } = answer;
    const said = singleLine(await readStart(answer), 200, redact);
    if (status >= 200 && status < 300) return {};
    if (status === 429 || status === 503) {
      const afterMs = answer.headers.has('retry-after')
        ? { afterMs: secondsToWait(answer.headers.get('retry-after')) * 1_000 }
        : {};
      return { warning: serviceInTrouble(channel, status, said), again: afterMs };
    }
    if (status >= 500 || status === 408)
      return { warning: serviceInTrouble(channel, status, said), again: {} };
    return { warning: refusedByService(channel, status, said) };
  } catch (error) {
    return { warning: notDelivered(channel, singleLine(reasonOf(error), 200, redact)), again: {} };
  }
}
