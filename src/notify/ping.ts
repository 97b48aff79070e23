// Pings a service that raises the alarm when no ping comes (healthchecks.io and its like): the address itself for a
// success, `/fail` below it for a failure. A run that never starts, hangs or dies pings nothing, and is missed.
import type { Warning } from '../problems/problem.ts';
import { makeRedactor, type Redact } from '../problems/redact.ts';
import type { Notice } from '../reports/notice.ts';
import { post } from './http.ts';
import { secretParts } from './outbound-url.ts';
import { PATIENCE, type Patience, persist } from './persist.ts';
import type { Notifier } from './port.ts';

export class PingNotifier implements Notifier {
  readonly name = 'The ping';
  readonly kind = 'ping';
  readonly #url: URL;
  readonly #patience: Patience;
  readonly #redact: Redact;

  /** `url` as `parsePingUrl` accepted it. */
  constructor(url: URL, options: Partial<Patience> = {}) {
    this.#url = url;
    this.#patience = { ...PATIENCE, ...options };
    this.#redact = makeRedactor(secretParts(url));
  }

  /** A run that was cancelled, or only planned, is neither a success nor a failure. */
  async notify({ result, bareVerdict }: Notice): Promise<Warning | undefined> {
    if (result === 'cancelled' || result === 'planned') return undefined;
    const posting = {
      channel: this.name,
      url: this.#urlFor(result === 'failed').href,
      headers: { 'content-type': 'text/plain; charset=utf-8' },
      body: bareVerdict,
      redact: this.#redact,
    };
    return persist(this.#patience, timeoutMs => post(posting, timeoutMs));
  }

  #urlFor(failed: boolean): URL {
    const url = new URL(this.#url);
    if (failed) url.pathname = `${url.pathname.replace(/\/$/, '')}/fail`;
    return url;
  }
}
