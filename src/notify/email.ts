// Sends a notice by e-mail through the given server. nodemailer is loaded only when there is an e-mail to send.
import { singleLine } from '../problems/harmless.ts';
import type { Warning } from '../problems/problem.ts';
import { makeRedactor, type Redact } from '../problems/redact.ts';
import {
  loginRefused,
  notDelivered,
  notEncrypted,
  refusedByService,
  serviceInTrouble,
} from '../problems/telling.ts';
import { type EmailMessage, renderEmail } from '../reports/email-message.ts';
import type { Notice } from '../reports/notice.ts';
import { reasonOf } from './answer.ts';
import type { EmailAddress, SmtpServer } from './email-address.ts';
import { type Attempt, PATIENCE, type Patience, persist } from './persist.ts';
import type { Notifier } from './port.ts';

/** Mail servers let clients wait on purpose, to slow down senders of spam. */
const MAIL_PATIENCE: Patience = { ...PATIENCE, tryTimeoutMs: 12_000 };

export class EmailNotifier implements Notifier {
  readonly name = 'The e-mail';
  readonly kind = 'message';
  readonly #address: EmailAddress;
  readonly #patience: Patience;
  readonly #redact: Redact;

  /** As `parseEmail` accepted it. */
  constructor(address: EmailAddress, options: Partial<Patience> = {}) {
    this.#address = address;
    this.#patience = { ...MAIL_PATIENCE, ...options };
    const { login } = address.server;
    this.#redact = makeRedactor(login ? [login.password, login.user] : []);
  }

  async notify(notice: Notice): Promise<Warning | undefined> {
    const message = renderEmail(notice);
    return persist(this.#patience, timeoutMs => this.#try(message, timeoutMs));
  }

  async #try(message: EmailMessage, timeoutMs: number): Promise<Attempt> {
    const { to, from, server } = this.#address;
    try {
      const { createTransport } = await import('nodemailer');
      const transport = createTransport(transportOptions(server, timeoutMs));
      const { rejected } = await transport.sendMail({
        ...message,
        from: { name: 'pg-backup', address: from },
        to: [...to],
        // No out-of-office note comes back.
        headers: { 'Auto-Submitted': 'auto-generated' },
        disableFileAccess: true,
        disableUrlAccess: true,
        signal: AbortSignal.timeout(timeoutMs),
      });
      if (rejected.length === 0) return {};
      return {
        warning: notDelivered(this.name, `the server takes none for ${this.#show(rejected.join(', '))}`),
      };
    } catch (error) {
      return this.#judge(error);
    }
  }

  #judge(error: unknown): Attempt {
    const { code = '', responseCode = 0 } = error as { code?: string; responseCode?: number };
    const said = this.#show(reasonOf(error));
    if (code === 'ETLS' || isTlsFault(error)) return { warning: notEncrypted(said) };
    if (code === 'EAUTH') return { warning: loginRefused(responseCode, said) };
    if (responseCode >= 500) return { warning: refusedByService(this.name, responseCode, said) };
    if (responseCode >= 400) return { warning: serviceInTrouble(this.name, responseCode, said), again: {} };
    return { warning: notDelivered(this.name, said), again: {} };
  }

  #show(text: string): string {
    return singleLine(text, 200, this.#redact);
  }
}

function transportOptions({ host, port, encryption, login }: SmtpServer, timeoutMs: number) {
  return {
    host,
    port,
    secure: encryption === 'tls',
    requireTLS: encryption === 'starttls',
    ignoreTLS: encryption === 'none',
    tls: { minVersion: 'TLSv1.2' as const },
    ...(login && { auth: { user: login.user, pass: login.password } }),
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    dnsTimeout: timeoutMs,
  };
}

/** Trying again mends no certificate. nodemailer keeps the words of the fault, not its code. */
function isTlsFault(error: unknown): boolean {
  return error instanceof Error && /certificate|altnames|SSL routines|unable to verify/i.test(error.message);
}
