// Sends a notice as JSON to any webhook, signed as Standard Webhooks describes it: HMAC-SHA256 over the message's id, the
// time and the body, so that a receiver can tell a forged or replayed one. Ready-made verifiers exist in most languages.
import { createHmac, randomUUID } from 'node:crypto';
import type { Warning } from '../problems/problem.ts';
import { makeRedactor, type Redact } from '../problems/redact.ts';
import type { Notice } from '../reports/notice.ts';
import { renderWebhook } from '../reports/webhook-body.ts';
import { post } from './http.ts';
import { secretParts } from './outbound-url.ts';
import { PATIENCE, type Patience, persist } from './persist.ts';
import type { Notifier } from './port.ts';

export interface WebhookAddress {
  readonly url: URL;
  /** The key's bytes; null: unsigned. */
  readonly key: Buffer | null;
}

export class WebhookNotifier implements Notifier {
  readonly name = 'The webhook';
  readonly kind = 'message';
  readonly #address: WebhookAddress;
  readonly #patience: Patience;
  readonly #redact: Redact;

  /** As `parseWebhook` accepted it. */
  constructor(address: WebhookAddress, options: Partial<Patience> = {}) {
    this.#address = address;
    this.#patience = { ...PATIENCE, ...options };
    this.#redact = makeRedactor(secretParts(address.url));
  }

  /** Every try carries the same id, so that a receiver can tell a repetition, and its own time. */
  async notify(notice: Notice): Promise<Warning | undefined> {
    const body = JSON.stringify(renderWebhook(notice));
    const id = `msg_${randomUUID()}`;
    return persist(this.#patience, timeoutMs =>
      post(
        {
          channel: this.name,
          url: this.#address.url.href,
          headers: { 'content-type': 'application/json', ...this.#sign(id, body) },
          body,
          redact: this.#redact,
        },
        timeoutMs,
      ),
    );
  }

  #sign(id: string, body: string): Record<string, string> {
    const timestamp = String(Math.floor(Date.now() / 1_000));
    const { key } = this.#address;
    return {
      'webhook-id': id,
      'webhook-timestamp': timestamp,
      ...(key && { 'webhook-signature': `v1,${signature(key, `${id}.${timestamp}.${body}`)}` }),
    };
  }
}

function signature(key: Buffer, text: string): string {
  return createHmac('sha256', key).update(text).digest('base64');
}
