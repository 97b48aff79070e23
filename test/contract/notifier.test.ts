// The contract of notifiers on all four of them, each against a real receiver on this machine.
import { createHmac, timingSafeEqual } from 'node:crypto';
import tls from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EmailNotifier } from '../../src/notify/email.ts';
import type { SmtpServer } from '../../src/notify/email-address.ts';
import { PingNotifier } from '../../src/notify/ping.ts';
import type { Notifier } from '../../src/notify/port.ts';
import { SlackNotifier } from '../../src/notify/slack.ts';
import { WebhookNotifier } from '../../src/notify/webhook.ts';
import { backupNotice } from '../../src/reports/backup-notice.ts';
import { type Answer, type HttpReceiver, startHttpReceiver } from '../parts/http-receiver.ts';
import { type MailServer, type MailServerOptions, startMailServer } from '../parts/mail-server.ts';
import { makeServerCertificate, type ServerCertificate } from '../parts/tls-certificates.ts';
import { outcome, without } from '../unit/reports/outcome-fixture.ts';
import {
  FAILURE,
  NOTICE,
  notifierContract,
  QUICK,
  type Receiver,
  type Troubles,
} from './notifier.contract.ts';

const SECRET = 'q7ZxT2vKp9Lm';
const KEY = Buffer.alloc(32, 7);
const usual = tls.getCACertificates('default');
let trusted: ServerCertificate;
let untrusted: ServerCertificate;

beforeAll(async () => {
  [trusted, untrusted] = await Promise.all([makeServerCertificate(), makeServerCertificate()]);
  tls.setDefaultCACertificates([...usual, trusted.authority]);
});
afterAll(() => tls.setDefaultCACertificates(usual));

type Make = (url: string, patience: object) => Notifier;

const PATH = `/services/T0SECRET/B0SECRET/${SECRET}`;

/** `isWhole`: what the receiver itself answers with success. */
function overHttp(make: Make): Troubles {
  const receive = async (answers: readonly Answer[], secure?: ServerCertificate): Promise<Receiver> => {
    const http = await startHttpReceiver(secure && { key: secure.key, cert: secure.certificate });
    http.answerNext(...answers);
    return {
      open: patience => make(http.origin + PATH, patience),
      arrived: () => http.received.length - answers.length,
      secrets: [SECRET, PATH],
      stop: () => http.stop(),
    };
  };
  const always = async (answer: Answer): Promise<Receiver> => {
    const receiver = await receive(Array<Answer>(9).fill(answer));
    return { ...receiver, arrived: () => 0 };
  };
  return {
    well: () => receive([], trusted),
    flaky: () => receive([{ status: 0 }, { status: 503, headers: { 'retry-after': '0' } }]),
    async dead() {
      const receiver = await receive([]);
      await receiver.stop();
      return { ...receiver, stop: async () => {} };
    },
    silent: () => always({ status: -1 }),
    ill: () => always({ status: 500, body: `no luck at ${PATH}` }),
    refusing: () => always({ status: 404, body: `nothing at ${PATH}\n::error::x` }),
    untrusted: () => receive([], untrusted),
    async redirecting() {
      const elsewhere = await startHttpReceiver();
      const receiver = await receive([{ status: 307, headers: { location: `${elsewhere.origin}/x` } }]);
      return {
        ...receiver,
        elsewhere: () => elsewhere.received.length,
        stop: async () => void (await Promise.all([receiver.stop(), elsewhere.stop()])),
      };
    },
  };
}

const LOGIN = { user: 'ops@example.com', password: SECRET };

function mailTo(server: MailServer, encryption: SmtpServer['encryption'] = 'starttls') {
  const own: SmtpServer = { host: 'localhost', port: server.port, encryption, login: LOGIN };
  return { to: ['team@example.com'], from: LOGIN.user, server: own };
}

const byMail: Troubles = (() => {
  const receive = async (
    options: MailServerOptions,
    ...refusals: { code: number; text: string }[]
  ): Promise<Receiver> => {
    const server = await startMailServer({
      key: trusted.key,
      cert: trusted.certificate,
      login: LOGIN,
      ...options,
    });
    server.refuseNext(...refusals);
    return {
      open: patience => new EmailNotifier(mailTo(server), patience),
      arrived: () => server.mails.length,
      secrets: [SECRET],
      stop: () => server.stop(),
    };
  };
  return {
    well: () => receive({}),
    flaky: () => receive({}, { code: 451, text: 'Try again later' }),
    async dead() {
      const receiver = await receive({});
      await receiver.stop();
      return { ...receiver, stop: async () => {} };
    },
    // The greeting never comes.
    silent: () => receive({ onConnect: () => {} }),
    ill: () => receive({}, ...Array<{ code: number; text: string }>(9).fill({ code: 452, text: 'Full' })),
    refusing: () => receive({}, { code: 554, text: `Spam, ${SECRET}` }),
    untrusted: () => receive({ key: untrusted.key, cert: untrusted.certificate }),
  };
})();

notifierContract(
  'Slack',
  overHttp((url, patience) => new SlackNotifier(url, patience)),
);
notifierContract(
  'the webhook',
  overHttp((url, patience) => new WebhookNotifier({ url: new URL(url), key: KEY }, patience)),
);
notifierContract(
  'the ping',
  overHttp((url, patience) => new PingNotifier(new URL(url), patience)),
);
notifierContract('the e-mail', byMail);

describe('the webhook', () => {
  let http: HttpReceiver;
  beforeAll(async () => {
    http = await startHttpReceiver();
    return () => http.stop();
  });
  const send = (key: Buffer | null) =>
    new WebhookNotifier({ url: new URL(`${http.origin}/hook?x=1`), key }, QUICK).notify(NOTICE);

  /** As docs/notifications.md tells receivers to do it. */
  function isGenuine(index: number, now = Date.now() / 1_000): boolean {
    const { headers, body } = http.received.at(index) ?? expect.fail();
    const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature } = headers;
    if (Math.abs(now - Number(timestamp)) > 300) return false;
    const wanted = `v1,${createHmac('sha256', KEY).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
    const given = Buffer.from(String(signature));
    return given.length === wanted.length && timingSafeEqual(given, Buffer.from(wanted));
  }

  it('carries a signature that a receiver can verify, and refuse later', async () => {
    await send(KEY);
    expect(isGenuine(-1)).toBe(true);
    expect(isGenuine(-1, Date.now() / 1_000 + 301)).toBe(false);
    const last = http.received.at(-1);
    expect(last).toMatchObject({ method: 'POST', path: '/hook?x=1' });
    expect(JSON.parse(last?.body ?? '')).toMatchObject({ type: 'backup.success', version: 1 });
  });

  it('repeats a notice under the same id', async () => {
    http.answerNext({ status: 500 });
    await send(KEY);
    const [first, second] = http.received.slice(-2);
    expect(first?.headers['webhook-id']).toBe(second?.headers['webhook-id']);
    expect([isGenuine(-2), isGenuine(-1)]).toEqual([true, true]);
  });

  it('is not signed without a secret', async () => {
    await send(null);
    expect(http.received.at(-1)?.headers['webhook-signature']).toBeUndefined();
  });
});

describe('the ping', () => {
  it.each([
    ['a success', NOTICE, '/ping/abcdef?create=1'],
    [
      'a degraded run, whose backup is good',
      backupNotice(outcome({ result: 'degraded' }), 'full'),
      '/ping/abcdef?create=1',
    ],
    ['a failure', FAILURE, '/ping/abcdef/fail?create=1'],
    ['a cancelled run', backupNotice(without({ result: 'cancelled' }), 'full'), undefined],
    ['a dry run', backupNotice(without({ result: 'planned' }), 'full'), undefined],
  ])('after %s', async (_, notice, path) => {
    const http = await startHttpReceiver();
    try {
      const ping = new PingNotifier(new URL(`${http.origin}/ping/abcdef?create=1`), QUICK);
      expect(await ping.notify(notice)).toBeUndefined();
      expect(http.received.map(one => one.path)).toEqual(path === undefined ? [] : [path]);
      for (const { body } of http.received) expect(body).not.toMatch(/`?app`|db\.internal/);
    } finally {
      await http.stop();
    }
  });
});

describe('the e-mail', () => {
  const serve = async (options: MailServerOptions, use: (server: MailServer) => Promise<void>) => {
    const server = await startMailServer({
      key: trusted.key,
      cert: trusted.certificate,
      login: LOGIN,
      ...options,
    });
    try {
      await use(server);
    } finally {
      await server.stop();
    }
  };

  it.each(['starttls', 'tls'] as const)('goes over %s, after a login', encryption =>
    serve({ secure: encryption === 'tls' }, async server => {
      const address = { ...mailTo(server, encryption), to: ['team@example.com', 'boss@example.com'] };
      expect(await new EmailNotifier(address, QUICK).notify(FAILURE)).toBeUndefined();
      const [mail] = server.mails;
      expect(mail).toMatchObject({ from: LOGIN.user, to: address.to, secure: true, user: LOGIN.user });
      const headers = mail?.raw.split('\r\n\r\n')[0] ?? '';
      expect(headers).toMatch(/^Subject: Backup of app FAILED\r$/m);
      expect(headers).toMatch(/^From: "pg-backup" <ops@example.com>\r$/m);
      expect(headers).toMatch(/^Auto-Submitted: auto-generated\r$/m);
      expect(mail?.raw).toMatch(/Content-Type: text\/plain; charset=utf-8/);
      expect(mail?.raw).toMatch(/Content-Type: text\/html; charset=utf-8/);
    }),
  );

  it('is not sent where STARTTLS is not offered, nor is the login', () =>
    serve({ disabledCommands: ['STARTTLS'], allowInsecureAuth: true }, async server => {
      expect(await new EmailNotifier(mailTo(server), QUICK).notify(NOTICE)).toMatchObject({ code: 'PGB916' });
      expect(server.mails).toEqual([]);
      expect(server.connections).toBe(1);
    }));

  it('tells a certificate that does not hold from a server that is away, and does not try again', () =>
    serve({ key: untrusted.key, cert: untrusted.certificate }, async server => {
      expect(await new EmailNotifier(mailTo(server), QUICK).notify(NOTICE)).toMatchObject({ code: 'PGB916' });
      expect(server.connections).toBe(1);
    }));

  it('says so where the login is refused, once', () =>
    serve({ login: { user: 'other', password: 'other' } }, async server => {
      const warning = await new EmailNotifier(mailTo(server), QUICK).notify(NOTICE);
      expect(warning).toMatchObject({ code: 'PGB915', summary: expect.stringContaining('535') });
      expect(server.connections).toBe(1);
    }));

  it('on this machine alone needs neither TLS nor a login', async () => {
    const server = await startMailServer({ hideSTARTTLS: true });
    try {
      const own: SmtpServer = { host: '127.0.0.1', port: server.port, encryption: 'none', login: null };
      const address = { to: ['team@example.com'], from: 'ops@example.com', server: own };
      expect(await new EmailNotifier(address, QUICK).notify(NOTICE)).toBeUndefined();
      expect(server.mails).toMatchObject([{ secure: false, user: undefined }]);
    } finally {
      await server.stop();
    }
  });
});
