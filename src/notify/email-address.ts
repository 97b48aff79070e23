// The inputs of e-mail as the notifier wants them, or what is wrong with them. A password is never sent in the clear: only
// this machine itself is spoken to without TLS.
import {
  badEmailAddress,
  badSmtpUrl,
  noticeInputMissing,
  outboundHostForbidden,
} from '../problems/outbound.ts';
import { Problem } from '../problems/problem.ts';
import { isForbidden, isThisMachine } from './outbound-url.ts';

export interface EmailAddress {
  readonly to: readonly string[];
  readonly from: string;
  readonly server: SmtpServer;
}

export interface SmtpServer {
  readonly host: string;
  readonly port: number;
  /** `starttls` is demanded, not only taken where it is offered. */
  readonly encryption: 'tls' | 'starttls' | 'none';
  /** null: the server asks for none. */
  readonly login: { readonly user: string; readonly password: string } | null;
}

export interface EmailTexts {
  readonly to: string | undefined;
  readonly from: string | undefined;
  readonly smtpUrl: string | undefined;
}

type Wrong = { readonly problems: readonly Problem[] };

/** null: none of them is given. */
export function parseEmail({ to, from, smtpUrl }: EmailTexts): EmailAddress | Wrong | null {
  if (to === undefined && from === undefined && smtpUrl === undefined) return null;
  const problems: Problem[] = [];
  const recipients = to === undefined ? [] : readAddresses('email-to', to, problems);
  const server = smtpUrl === undefined ? undefined : readServer(smtpUrl);
  if (server instanceof Problem) problems.push(server);
  const sender = readSender(from, server instanceof Problem ? undefined : server, problems);
  if (to === undefined) problems.push(missing(smtpUrl === undefined ? 'email-from' : 'smtp-url', 'email-to'));
  else if (smtpUrl === undefined) problems.push(missing('email-to', 'smtp-url'));
  else if (sender === undefined && problems.length === 0) problems.push(missing('email-to', 'email-from'));
  if (problems.length > 0 || server === undefined || server instanceof Problem || sender === undefined)
    return { problems };
  return { to: recipients, from: sender, server };
}

function missing(given: string, wanted: string): Problem {
  const hint =
    'E-mail needs `email-to`, `smtp-url` and a sender: `email-from`, or an `smtp-url` whose user is an address.';
  return noticeInputMissing(given, wanted, hint);
}

function readSender(
  from: string | undefined,
  server: SmtpServer | undefined,
  problems: Problem[],
): string | undefined {
  if (from !== undefined) return readAddresses('email-from', from, problems, 1)[0];
  const user = server?.login?.user;
  return user !== undefined && isAddress(user) ? user : undefined;
}

function readAddresses(input: string, text: string, problems: Problem[], most = 100): readonly string[] {
  const addresses = text
    .split(/[,;\n]/)
    .map(address => address.trim())
    .filter(address => address !== '');
  if (addresses.length === 0 || addresses.length > most)
    problems.push(badEmailAddress(input, text.slice(0, 100)));
  for (const address of addresses)
    if (!isAddress(address)) problems.push(badEmailAddress(input, address.slice(0, 100)));
  return addresses;
}

/** Nothing that could end a header or a command of the protocol early. */
function isAddress(text: string): boolean {
  return (
    text.length <= 254 &&
    /^[\p{L}\p{N}.!#$%&'*+/=?^_`{|}~-]+@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)*$/u.test(text)
  );
}

function readServer(text: string): SmtpServer | Problem {
  const [, scheme = '', rest = ''] = /^(smtps?):\/\/([^\s\\]+)$/i.exec(text.trim()) ?? [];
  // As https, so that the host is judged in the form in which the system will read it.
  const url = scheme === '' ? null : URL.parse(`https://${rest}`);
  if (!url || url.hostname === '') return badSmtpUrl('is no address of a mail server');
  if (url.search + url.hash !== '' || !/^\/?$/.test(url.pathname))
    return badSmtpUrl('has more after the port than a mail server can have');
  if (isForbidden(url.hostname)) return outboundHostForbidden('smtp-url');
  const login = readLogin(url);
  if (login === 'unreadable') return badSmtpUrl('has a user or password that is not percent-encoded');
  const secure = scheme.toLowerCase() === 'smtps';
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    // https's own default port is the one that URL leaves out.
    port: Number(url.port || portIn(rest) || (secure ? 465 : 587)),
    encryption: secure ? 'tls' : isThisMachine(url.hostname) ? 'none' : 'starttls',
    login,
  };
}

function portIn(rest: string): string | undefined {
  return /:(\d+)\/?$/.exec(rest)?.[1];
}

function readLogin({ username, password }: URL): SmtpServer['login'] | 'unreadable' {
  if (username === '' && password === '') return null;
  try {
    return { user: decodeURIComponent(username), password: decodeURIComponent(password) };
  } catch {
    return 'unreadable';
  }
}
