// The packed action tells whoever it was asked to tell, in the form that docs/notifications.md describes; and whatever
// becomes of that, the result is what it would have been.
import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { need } from '../parts/availability.ts';
import { type HttpReceiver, startHttpReceiver } from '../parts/http-receiver.ts';
import { type MailServer, startMailServer } from '../parts/mail-server.ts';
import { type Bench, type BenchRun, startBench } from '../parts/packed-action.ts';

const { missing } = await need('postgres-16');

const LOGIN = { user: 'ops@example.com', password: 'mail-Password-7391' };
const SECRET = Buffer.from('a secret of thirty-two bytes, ok').toString('base64');
const HOOK = '/hooks/hook-secret-83612947';
const CHECK = '/ping/check-secret-55120386';
const SECRETS = [
  LOGIN.password,
  SECRET,
  'hook-secret-83612947',
  'check-secret-55120386',
  'ghs_tokenOfTheRun1',
];

describe.skipIf(missing)('the packed action', () => {
  let bench: Bench;
  let http: HttpReceiver;
  let mail: MailServer;
  beforeAll(async () => {
    [bench, http, mail] = await Promise.all([
      startBench(),
      startHttpReceiver(),
      startMailServer({ login: LOGIN, allowInsecureAuth: true, hideSTARTTLS: true }),
    ]);
  });
  afterAll(async () => {
    await Promise.all([bench.stop(), http.stop(), mail.stop()]);
  });

  const everybody = () => ({
    'email-to': 'team@example.com',
    'smtp-url': `smtp://${encodeURIComponent(LOGIN.user)}:${LOGIN.password}@127.0.0.1:${mail.port}`,
    'webhook-url': http.origin + HOOK,
    'webhook-secret': SECRET,
    'ping-url': http.origin + CHECK,
  });

  function expectNowhere(run: BenchRun): void {
    for (const [place, text] of Object.entries(run.traces))
      for (const secret of SECRETS) expect(text, place).not.toContain(secret);
  }

  it('tells by Slack, e-mail, webhook and ping, once each', async () => {
    const run = await bench.run({ inputs: everybody() });
    expect([run.exitCode, run.outputs.warnings]).toEqual([0, '[]']);
    expect(run.slack).toHaveLength(1);
    expect(mail.mails).toMatchObject([{ to: ['team@example.com'], from: LOGIN.user, user: LOGIN.user }]);
    expect(mail.mails[0]?.raw).toContain('Subject: Backup of shop');
    const [webhook, ping] = [HOOK, CHECK].map(path => http.received.filter(one => one.path === path));
    expect(ping).toMatchObject([{ method: 'POST', body: expect.not.stringContaining('shop') }]);
    expect(webhook).toHaveLength(1);
    const { headers, body } = webhook?.[0] ?? expect.fail();
    const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
    const signature = createHmac('sha256', Buffer.from(SECRET, 'base64')).update(signed).digest('base64');
    expect(headers['webhook-signature']).toBe(`v1,${signature}`);
    expect(JSON.parse(body)).toMatchObject({
      type: 'backup.success',
      version: 1,
      data: {
        good: true,
        name: 'shop',
        outputs: { 'backup-id': run.outputs['backup-id'], result: 'success' },
      },
    });
    expectNowhere(run);
  });

  it('tells of a failure, and names no secret that was in it', async () => {
    const before = { mails: mail.mails.length, requests: http.received.length };
    const url = bench.server.url('shop', { user: 'nobody_here', password: 'wrong-Password-4711' });
    const run = await bench.run({ inputs: { ...everybody(), 'database-url': url } });
    expect(run.exitCode).toBe(1);
    const received = http.received.slice(before.requests);
    expect(received.map(({ path }) => path).sort()).toEqual([HOOK, `${CHECK}/fail`].sort());
    const [sent] = mail.mails.slice(before.mails);
    expect(sent?.raw).toContain('Subject: Backup of PostgreSQL FAILED');
    const told = [...received.map(({ body }) => body), sent?.raw ?? ''];
    for (const text of told) expect(text).not.toContain('wrong-Password-4711');
    expectNowhere(run);
  });

  it('goes green where none of them can be reached', async () => {
    const gone = await startHttpReceiver();
    await gone.stop();
    const { host } = new URL(gone.origin);
    const run = await bench.run({
      inputs: {
        'slack-webhook-url': `http://${host}/services/T0000/B0000/abcdefgh12`,
        'email-to': 'team@example.com',
        'smtp-url': `smtp://${encodeURIComponent(LOGIN.user)}:${LOGIN.password}@${host}`,
        'webhook-url': `http://${host}${HOOK}`,
        'ping-url': `http://${host}${CHECK}`,
      },
    });
    expect([run.exitCode, run.outputs.result, run.outputs.level]).toEqual([0, 'success', 'stored']);
    const warnings = JSON.parse(run.outputs.warnings ?? '') as string[];
    expect(warnings.map(warning => warning.slice(0, 6)).sort()).toEqual([
      'PGB710',
      'PGB912',
      'PGB912',
      'PGB912',
    ]);
    expectNowhere(run);
  });

  it('asks GitHub how the last run ended, and keeps quiet where nothing changed', async () => {
    const github = await startHttpReceiver();
    const ask = (conclusion: string) => {
      github.answerNext({
        status: 200,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          workflow_runs: [{ id: 1, conclusion, head_repository: { full_name: 'acme/shop' } }],
        }),
      });
      return bench.run({
        inputs: { 'notify-on': 'recovery', 'github-token': 'ghs_tokenOfTheRun1' },
        environment: {
          GITHUB_API_URL: github.origin,
          GITHUB_WORKFLOW_REF: 'acme/shop/.github/workflows/backup.yml@refs/heads/main',
          GITHUB_REF_TYPE: 'branch',
          GITHUB_REF_NAME: 'main',
        },
      });
    };
    try {
      const [same, recovered] = [await ask('success'), await ask('failure')];
      expect([same.exitCode, same.outputs.warnings, same.slack]).toEqual([0, '[]', []]);
      expect(JSON.stringify(recovered.slack)).toContain('Recovered: Backup of shop');
      expect(github.received[0]?.path).toContain('/actions/workflows/backup.yml/runs?branch=main');
      expectNowhere(recovered);
    } finally {
      await github.stop();
    }
  });

  it.each([
    ['webhook-url', `http://example.com${HOOK}`],
    ['webhook-secret', 'hook-secret-83612947 but no base64'],
    ['ping-url', `https://user:x@example.com${CHECK}`],
    ['smtp-url', `smtp://ops:${LOGIN.password}#x@mail.example.com`],
  ])('refuses a bad %s without quoting it', async (name, value) => {
    const run = await bench.run({ inputs: { ...everybody(), [name]: value } });
    expect(run.exitCode).toBe(2);
    expect(run.log).toContain(`\`${name}\``);
    expectNowhere(run);
  });
});
