// Where anything may be sent at all. A URL is a way out of the runner's network and past its firewall: only https (whose
// certificate also stops a name that leads elsewhere), no link-local address, where clouds keep the machine's own
// credentials, and nothing that would be sent along unseen. This machine itself may be reached over http.
import { BlockList, isIPv4, isIPv6 } from 'node:net';

export type OutboundFault = 'unreadable' | 'not-https' | 'forbidden-host' | 'extras';

const NEVER = new BlockList();
NEVER.addSubnet('169.254.0.0', 16, 'ipv4');
NEVER.addSubnet('fe80::', 10, 'ipv6');
// The same range as IPv6 writes it for those who translate: compatible, NAT64, 6to4. Mapped ones BlockList knows.
NEVER.addSubnet('::a9fe:0', 112, 'ipv6');
NEVER.addSubnet('64:ff9b::a9fe:0', 112, 'ipv6');
NEVER.addSubnet('2002:a9fe::', 32, 'ipv6');
NEVER.addAddress('fd00:ec2::254', 'ipv6');
NEVER.addAddress('fd20:ce::254', 'ipv6');

/** Names by which clouds offer the same. */
const NEVER_NAMES = /^(?:metadata|metadata\.google\.internal|instance-data(?:\.ec2\.internal)?)\.?$/;

export function readOutboundUrl(text: string): URL | OutboundFault {
  const trimmed = text.trim();
  const url = /[\s\x00-\x1f\\]/.test(trimmed) ? null : URL.parse(trimmed);
  if (!url) return 'unreadable';
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isThisMachine(url.hostname)))
    return /^[a-z]+:\/\//.test(url.href) ? 'not-https' : 'unreadable';
  if (isForbidden(url.hostname)) return 'forbidden-host';
  return url.username + url.password + url.hash === '' ? url : 'extras';
}

/** `host` as URL writes it: IPv6 in brackets, numbers in their usual form. */
export function isThisMachine(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host);
}

export function isForbidden(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, '');
  if (isIPv4(bare)) return NEVER.check(bare, 'ipv4');
  if (isIPv6(bare)) return NEVER.check(bare, 'ipv6');
  return NEVER_NAMES.test(bare);
}

/** The parts of it that alone would let somebody write there as well. */
export function secretParts(url: URL): readonly string[] {
  const segments = url.pathname.split('/').filter(segment => segment.length >= 6);
  return [
    url.href,
    ...(url.pathname.length >= 6 ? [url.pathname] : []),
    ...segments,
    ...url.searchParams.values(),
  ];
}
