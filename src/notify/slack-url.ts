// Where notices may be sent: Slack's webhook hosts over https, nothing else. A URL is a way out of the runner's
// network and past its firewall, so anything that isn't plainly an incoming webhook is refused before it is used.
import {
  slackUrlHasExtras,
  slackUrlNotHttps,
  slackUrlNotIncoming,
  slackUrlOtherHost,
  slackUrlUnreadable,
} from '../problems/notices.ts';
import type { Problem } from '../problems/problem.ts';
import { isThisMachine, readOutboundUrl } from './outbound-url.ts';

const SLACK_HOSTS = new Set(['hooks.slack.com', 'hooks.slack-gov.com']);

export type ParsedSlackUrl = { readonly url: string } | { readonly problems: readonly [Problem] };

/** This machine itself is let through, over http as well, for tests and demonstrations. */
export function parseSlackUrl(text: string): ParsedSlackUrl {
  const url = readOutboundUrl(text);
  if (url === 'unreadable') return { problems: [slackUrlUnreadable()] };
  if (url === 'not-https') return { problems: [slackUrlNotHttps()] };
  const host = typeof url === 'string' ? hostOf(text) : url.hostname;
  const local = isThisMachine(host);
  if (!local && !SLACK_HOSTS.has(host)) return { problems: [slackUrlOtherHost(showable(host))] };
  if (typeof url === 'string' || url.search + (local ? '' : url.port) !== '')
    return { problems: [slackUrlHasExtras()] };
  const incoming = /^\/services\/[^/]+\/[^/]+\/[^/]+$/.test(url.pathname);
  return incoming ? { url: url.href } : { problems: [slackUrlNotIncoming()] };
}

function hostOf(text: string): string {
  return URL.parse(text.trim())?.hostname ?? '';
}

/** A token that was pasted after `https://` reads as a host too, but has no dot. */
function showable(host: string): string | undefined {
  return /^[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})+$/.test(host) && host.length <= 80 ? host : undefined;
}
