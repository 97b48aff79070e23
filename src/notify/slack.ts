// Sends a notice to a Slack incoming webhook. Whatever Slack does, the run's result stands: after fifteen seconds at
// the latest this resolves, with a warning where the notice can't be shown to have arrived.
import { setTimeout as delay } from 'node:timers/promises';
import { type FetchFunction, IncomingWebhook, IncomingWebhookHTTPError } from '@slack/webhook';
import { singleLine } from '../problems/harmless.ts';
import {
  slackAnsweredStrangely,
  slackLimited,
  slackRefused,
  slackTrouble,
  slackUnreachable,
  slackWebhookGone,
} from '../problems/notices.ts';
import type { Warning } from '../problems/problem.ts';
import { makeRedactor, type Redact } from '../problems/redact.ts';
import type { Message } from '../reports/message.ts';
import type { Notifier } from './port.ts';

export { parseSlackUrl } from './slack-url.ts';

export interface SlackOptions {
  readonly fetch?: typeof globalThis.fetch;
  /** All tries and waits together. */
  readonly deadlineMs?: number;
  readonly tryTimeoutMs?: number;
  /** Before the second try; doubles from try to try. */
  readonly firstPauseMs?: number;
}

const TRIES = 4;
/** Slack answers with a word; more is somebody else's page, of which a little is enough. */
const ANSWER_BYTES = 4_096;

/** How one try ended; `again`: worth another one, after that many milliseconds if Slack said so. */
interface Attempt {
  readonly warning?: Warning;
  readonly again?: { readonly afterMs?: number };
}

export class SlackNotifier implements Notifier {
  readonly name = 'Slack';
  readonly #url: string;
  readonly #fetch: typeof globalThis.fetch;
  readonly #deadlineMs: number;
  readonly #tryTimeoutMs: number;
  readonly #firstPauseMs: number;
  readonly #redact: Redact;

  /** `url` as `parseSlackUrl` accepted it. */
  constructor(url: string, options: SlackOptions = {}) {
    const path = new URL(url).pathname;
    this.#url = url;
    this.#redact = makeRedactor([url, path, ...path.split('/').slice(2)]);
    this.#fetch = options.fetch ?? globalThis.fetch;
    this.#deadlineMs = options.deadlineMs ?? 15_000;
    this.#tryTimeoutMs = options.tryTimeoutMs ?? 6_000;
    this.#firstPauseMs = options.firstPauseMs ?? 500;
  }

  /** A try whose answer is lost is repeated all the same: a notice that comes twice is better than none. */
  async notify(message: Message): Promise<Warning | undefined> {
    const endsAt = performance.now() + this.#deadlineMs;
    for (let tried = 1; ; tried++) {
      const remainingMs = endsAt - performance.now();
      const { warning, again } = await this.#try(message, Math.min(remainingMs, this.#tryTimeoutMs));
      const pauseMs = again?.afterMs ?? this.#firstPauseMs * 2 ** (tried - 1);
      const outOfTime = performance.now() + pauseMs >= endsAt;
      if (!warning || !again || tried === TRIES || outOfTime) return warning;
      await delay(pauseMs);
    }
  }

  async #try(message: Message, timeoutMs: number): Promise<Attempt> {
    let retryAfter: string | null = null;
    const webhook = new IncomingWebhook(this.#url, {
      timeout: Math.max(1, Math.ceil(timeoutMs)),
      fetch: async (url, init) => {
        const answer = await this.#request(url, init);
        retryAfter = answer.headers.get('retry-after');
        return answer;
      },
    });
    try {
      // Blocks come ready from reports; the library's types of them say less than Slack accepts.
      const payload: object = message;
      const { text } = await webhook.send(payload);
      return text.trim() === 'ok' ? {} : { warning: slackAnsweredStrangely(this.#show(text)) };
    } catch (error) {
      return error instanceof IncomingWebhookHTTPError
        ? judgeStatus(error.statusCode, this.#show(error.body ?? ''), retryAfter)
        : { warning: slackUnreachable(this.#show(reason(error))), again: {} };
    }
  }

  /** A redirect comes back as it is: the notice isn't carried on to where it points. */
  async #request(...[url, init]: Parameters<FetchFunction>): ReturnType<FetchFunction> {
    const answer = await this.#fetch(url, { ...init, redirect: 'manual' });
    const text = await readStart(answer);
    return {
      ok: answer.ok,
      status: answer.status,
      statusText: answer.statusText,
      url: answer.url,
      headers: answer.headers,
      text: async () => text,
      json: async () => JSON.parse(text),
      arrayBuffer: async () => new TextEncoder().encode(text).buffer,
    };
  }

  #show(text: string): string {
    return singleLine(text, 200, this.#redact);
  }
}

async function readStart(answer: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  // Leaving the loop early cancels the rest.
  for await (const chunk of answer.body ?? []) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes >= ANSWER_BYTES) break;
  }
  return Buffer.concat(chunks).subarray(0, ANSWER_BYTES).toString();
}

function judgeStatus(status: number, said: string, retryAfter: string | null): Attempt {
  if (status === 429) {
    const seconds = Number(retryAfter ?? 1);
    const wait = Number.isFinite(seconds) && seconds >= 0 ? seconds : 1;
    return { warning: slackLimited(wait), again: { afterMs: wait * 1_000 } };
  }
  if (status >= 500) return { warning: slackTrouble(status, said), again: {} };
  const gone = status === 404 || status === 410 || /invalid_token|no_active_hooks|no_service/.test(said);
  return { warning: gone ? slackWebhookGone(status, said) : slackRefused(status, said) };
}

/** The innermost cause: fetch wraps what happened in "fetch failed". */
function reason(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown trouble';
  if (error.cause instanceof Error) return reason(error.cause);
  if (error.name === 'TimeoutError') return 'no answer in time';
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return error.message || code || error.name;
}
