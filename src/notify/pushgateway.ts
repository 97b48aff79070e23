// Hands metrics to a Prometheus Pushgateway. Like every notice it changes no result: it resolves with a warning, within its
// own deadline.
import { setTimeout as delay } from 'node:timers/promises';
import { singleLine } from '../problems/harmless.ts';
import type { Problem, Warning } from '../problems/problem.ts';
import { makeRedactor } from '../problems/redact.ts';
import { badPushgatewayUrl, metricsNotPushed } from '../problems/status.ts';
import { isForbidden, isThisMachine } from './outbound-url.ts';

/** The group that a push replaces as a whole; with a name, a group of its own for each. */
const JOB = 'pg-backup';
const TRIES = 3;
const PAUSE_MS = 500;
const TRY_TIMEOUT_MS = 5_000;
const ANSWER_BYTES = 2_048;

export type ParsedPushgateway = { readonly gateway: Pushgateway } | { readonly problems: readonly [Problem] };

/** https, or http on loopback; a user and password in it are sent as Basic authentication. */
export function parsePushgatewayUrl(text: string): ParsedPushgateway {
  const trimmed = text.trim();
  const url = /[\s\x00-\x1f\\]/.test(trimmed) ? null : URL.parse(trimmed);
  const refuse = (why: string): ParsedPushgateway => ({ problems: [badPushgatewayUrl(why)] });
  if (!url || !/^https?:$/.test(url.protocol)) return refuse('is not a URL');
  if (url.protocol === 'http:' && !isThisMachine(url.hostname))
    return refuse('does not start with `https://`, so that others on the way could read and change it');
  if (isForbidden(url.hostname))
    return refuse('points to where clouds keep the credentials of the machine itself');
  if (url.search + url.hash !== '') return refuse('carries parameters or a `#` part');
  if (!isDecodable(url.username) || !isDecodable(url.password))
    return refuse('has a user or password that is not percent-encoded');
  return { gateway: new Pushgateway(url) };
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

export class Pushgateway {
  readonly #base: string;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #redact: (text: string) => string;

  constructor(url: URL) {
    const { username, password } = url;
    const bare = new URL(url);
    bare.username = '';
    bare.password = '';
    this.#base = bare.href.replace(/\/+$/, '');
    const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
    this.#headers = {
      'content-type': 'text/plain; version=0.0.4; charset=utf-8',
      ...(username + password !== '' && {
        authorization: `Basic ${Buffer.from(credentials).toString('base64')}`,
      }),
    };
    this.#redact = makeRedactor([url.href, password, decodeURIComponent(password)].filter(one => one !== ''));
  }

  /** Replaces what an earlier push of the same group left. */
  async push(metrics: string, name: string | undefined, signal: AbortSignal): Promise<Warning | undefined> {
    for (let tried = 1; ; tried++) {
      const { said, again } = await this.#try(metrics, name, signal);
      if (said === undefined) return undefined;
      if (!again || tried === TRIES || signal.aborted) return metricsNotPushed(said);
      await delay(PAUSE_MS * tried, undefined, { signal }).catch(() => {});
    }
  }

  async #try(
    body: string,
    name: string | undefined,
    signal: AbortSignal,
  ): Promise<{ readonly said?: string; readonly again?: boolean }> {
    const group = name === undefined ? '' : `/name@base64/${Buffer.from(name).toString('base64url')}`;
    try {
      const answer = await fetch(`${this.#base}/metrics/job/${JOB}${group}`, {
        method: 'PUT',
        body,
        headers: this.#headers,
        redirect: 'manual',
        signal: AbortSignal.any([signal, AbortSignal.timeout(TRY_TIMEOUT_MS)]),
      });
      const text = (await answer.text()).slice(0, ANSWER_BYTES);
      if (answer.status >= 200 && answer.status < 300) return {};
      const said = singleLine(this.#redact(text)).slice(0, 200);
      return { said: `it answered ${answer.status}${said && `: ${said}`}`, again: answer.status >= 500 };
    } catch (error) {
      const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
      const why = cause instanceof Error ? cause.message : String(cause);
      return { said: singleLine(this.#redact(why)).slice(0, 200), again: true };
    }
  }
}
