// `webhook-url`, `webhook-secret` and `ping-url` as their notifiers want them, or what is wrong with them.
import {
  badWebhookSecret,
  noticeInputMissing,
  outboundHostForbidden,
  outboundUrlUnusable,
} from '../problems/outbound.ts';
import type { Problem } from '../problems/problem.ts';
import { readOutboundUrl } from './outbound-url.ts';
import type { WebhookAddress } from './webhook.ts';

type Parsed<Address> = Address | { readonly problems: readonly Problem[] };

/** null: neither is given. */
export function parseWebhook(
  url: string | undefined,
  secret: string | undefined,
): Parsed<WebhookAddress> | null {
  if (url === undefined && secret === undefined) return null;
  const key = secret === undefined ? null : parseSecret(secret);
  const address = url === undefined ? urlMissing() : parseUrl('webhook-url', url);
  const problems = [address, key].flatMap(part => (part !== null && 'problems' in part ? part.problems : []));
  if (problems.length > 0 || 'problems' in address || (key !== null && 'problems' in key))
    return { problems };
  return { url: address.url, key };
}

export function parsePingUrl(text: string): Parsed<{ readonly url: URL }> {
  return parseUrl('ping-url', text);
}

function urlMissing(): { readonly problems: readonly Problem[] } {
  const hint = 'Give the address that the signed notices go to, or leave the secret out.';
  return { problems: [noticeInputMissing('webhook-secret', 'webhook-url', hint)] };
}

function parseUrl(input: string, text: string): Parsed<{ readonly url: URL }> {
  const url = readOutboundUrl(text);
  if (typeof url !== 'string') return { url };
  return { problems: [url === 'forbidden-host' ? outboundHostForbidden(input) : outboundUrlUnusable(input)] };
}

/** Base64, as verifiers of Standard Webhooks take it. */
function parseSecret(text: string): Parsed<Buffer> {
  const encoded = text.trim().replace(/^whsec_/, '');
  const key = Buffer.from(encoded, 'base64');
  const intact = key.toString('base64').replace(/=+$/, '') === encoded.replace(/=+$/, '');
  return intact && key.length >= 24 && key.length <= 64 ? key : { problems: [badWebhookSecret()] };
}
