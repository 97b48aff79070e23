// A mail server on this machine, as strict as a real one: STARTTLS or TLS, a login, and mails that can be read again.
import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

export interface Mail {
  readonly from: string;
  readonly to: readonly string[];
  /** As it came over the wire, headers and all. */
  readonly raw: string;
  readonly secure: boolean;
  readonly user: string | undefined;
}

export interface MailServer {
  readonly port: number;
  readonly mails: readonly Mail[];
  /** Connections that were made, whether or not a mail came of them. */
  readonly connections: number;
  /** The next mails are refused with these replies, one each, after they were sent. */
  refuseNext(...replies: readonly { readonly code: number; readonly text: string }[]): void;
  stop(): Promise<void>;
}

export interface MailServerOptions
  extends Pick<
    SMTPServerOptions,
    'key' | 'cert' | 'secure' | 'disabledCommands' | 'hideSTARTTLS' | 'allowInsecureAuth' | 'onConnect'
  > {
  /** Without it nobody has to log in. */
  readonly login?: { readonly user: string; readonly password: string };
}

export async function startMailServer({ login, ...options }: MailServerOptions = {}): Promise<MailServer> {
  const mails: Mail[] = [];
  const refusals: { code: number; text: string }[] = [];
  let connections = 0;
  const server = new SMTPServer({
    ...options,
    authOptional: login === undefined,
    disableReverseLookup: true,
    onConnect(session, callback) {
      connections++;
      if (options.onConnect) options.onConnect(session, callback);
      else callback();
    },
    onAuth({ username, password }, _, callback) {
      const right = username === login?.user && password === login?.password;
      if (right && username !== undefined) callback(null, { user: username });
      else callback(Object.assign(new Error('Invalid credentials'), { responseCode: 535 }));
    },
    onData(stream, session, callback) {
      const chunks: Buffer[] = [];
      stream.on('data', chunk => chunks.push(chunk));
      stream.on('end', () => {
        const refusal = refusals.shift();
        if (refusal) {
          callback(Object.assign(new Error(refusal.text), { responseCode: refusal.code }));
          return;
        }
        const { mailFrom, rcptTo } = session.envelope;
        mails.push({
          from: mailFrom === false ? '' : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          raw: Buffer.concat(chunks).toString(),
          secure: session.secure,
          user: typeof session.user === 'string' ? session.user : undefined,
        });
        callback();
      });
    },
  });
  // Clients that hang up in the middle are what the tests are about.
  server.on('error', () => {});
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.server.address() as AddressInfo;
  return {
    port,
    mails,
    get connections() {
      return connections;
    },
    refuseNext: (...replies) => void refusals.push(...replies),
    stop: () => new Promise(resolve => server.close(() => resolve())),
  };
}
