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

const SLACK_HOSTS = new Set(['hooks.slack.com', 'hooks.slack-gov.com']);

export type ParsedSlackUrl = { readonly url: string } | { readonly problems: readonly [Problem] };

/** This machine itself is let through, over http as well, for tests and demonstrations. */
export function parseSlackUrl(text: string): ParsedSlackUrl {
  const trimmed = text.trim();
  const url = /[\s\x00-\x1f\\]/.test(trimmed) ? null : URL.parse(trimmed);
  if (!url) return { problems: [slackUrlUnreadable()] };
  const problem = judge(url);
  return problem ? { problems: [problem] } : { url: url.href };
}

function judge(url: URL): Problem | undefined {
  const local = isLoopback(url.hostname);
  if (url.protocol !== 'https:' && !(local && url.protocol === 'http:')) {
    return /^[a-z]+:\/\//.test(url.href) ? slackUrlNotHttps() : slackUrlUnreadable();
  }
  if (!local && !SLACK_HOSTS.has(url.hostname)) return slackUrlOtherHost(showable(url.hostname));
  const extras = url.username + url.password + url.search + url.hash + (local ? '' : url.port);
  if (extras !== '') return slackUrlHasExtras();
  return /^\/services\/[^/]+\/[^/]+\/[^/]+$/.test(url.pathname) ? undefined : slackUrlNotIncoming();
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host);
}

/** A token that was pasted after `https://` reads as a host too, but has no dot. */
function showable(host: string): string | undefined {
  return /^[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})+$/.test(host) && host.length <= 80 ? host : undefined;
}
