// Sends a notice to a Slack incoming webhook. Whatever Slack does, the run's result stands: after fifteen seconds at
// the latest this resolves, with a warning where the notice can't be shown to have arrived.
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
import type { Notice } from '../reports/notice.ts';
import { renderSlack, type SlackMessage } from '../reports/slack-message.ts';
import { readStart, reasonOf, secondsToWait } from './answer.ts';
import { type Attempt, PATIENCE, type Patience, persist } from './persist.ts';
import type { Notifier } from './port.ts';

export interface SlackOptions extends Partial<Patience> {
  readonly fetch?: typeof globalThis.fetch;
}

export class SlackNotifier implements Notifier {
  readonly name = 'Slack';
  readonly kind = 'message';
  readonly #url: string;
  readonly #fetch: typeof globalThis.fetch;
  readonly #redact: Redact;
  readonly #patience: Patience;

  /** `url` as `parseSlackUrl` accepted it. */
  constructor(url: string, options: SlackOptions = {}) {
    const path = new URL(url).pathname;
    this.#url = url;
    this.#redact = makeRedactor([url, path, ...path.split('/').slice(2)]);
    this.#fetch = options.fetch ?? globalThis.fetch;
    this.#patience = { ...PATIENCE, ...options };
  }

  /** A try whose answer is lost is repeated all the same: a notice that comes twice is better than none. */
  async notify(notice: Notice): Promise<Warning | undefined> {
    const message = renderSlack(notice);
    return persist(this.#patience, timeoutMs => this.#try(message, timeoutMs));
  }

  async #try(message: SlackMessage, timeoutMs: number): Promise<Attempt> {
    let retryAfter: string | null = null;
    const webhook = new IncomingWebhook(this.#url, {
      timeout: timeoutMs,
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
        : { warning: slackUnreachable(this.#show(reasonOf(error))), again: {} };
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

function judgeStatus(status: number, said: string, retryAfter: string | null): Attempt {
  if (status === 429) {
    const wait = secondsToWait(retryAfter);
    return { warning: slackLimited(wait), again: { afterMs: wait * 1_000 } };
  }
  if (status >= 500) return { warning: slackTrouble(status, said), again: {} };
  const gone = status === 404 || status === 410 || /invalid_token|no_active_hooks|no_service/.test(said);
  return { warning: gone ? slackWebhookGone(status, said) : slackRefused(status, said) };
}
