import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SlackNotifier, type SlackOptions } from '../../../src/notify/slack.ts';
import { backupNotice } from '../../../src/reports/backup-notice.ts';
import { renderSlack } from '../../../src/reports/slack-message.ts';
import { type SlackEndpoint, type SlackFault, startSlackEndpoint } from '../../parts/slack-endpoint.ts';
import { outcome } from '../reports/outcome-fixture.ts';

const notice = backupNotice(outcome({ name: 'app <&>' }), 'full');
const message = renderSlack(notice);
const quick: SlackOptions = { deadlineMs: 5_000, tryTimeoutMs: 1_000, firstPauseMs: 5 };
const status = (code: number, body = '', headers = {}): SlackFault => ({
  kind: 'answer',
  status: code,
  body,
  headers,
});

let slack: SlackEndpoint;
beforeEach(async () => {
  slack = await startSlackEndpoint();
  return () => slack.stop();
});

const notify = (options: SlackOptions = quick) => new SlackNotifier(slack.url, options).notify(notice);

describe('a Slack notice', () => {
  it('arrives as it was written', async () => {
    expect(await notify()).toBeUndefined();
    expect(slack.messages).toEqual([message]);
  });

  it.each<[string, SlackFault[]]>([
    ['a limit of zero seconds', [status(429, 'rate_limited', { 'retry-after': '0' })]],
    ['errors of the server', [status(500, 'rollup_error'), status(503), status(502)]],
    ['a cut connection', [{ kind: 'drop' }]],
    ['no answer', [{ kind: 'hang' }]],
    ['an answer that stops', [{ kind: 'hang-in-body' }]],
  ])('arrives once after %s', async (_, faults) => {
    slack.failNext(...faults);
    expect(await notify()).toBeUndefined();
    expect(slack.messages).toEqual([message]);
  });

  it('waits as long as Slack asks', async () => {
    slack.failNext(status(429, '', { 'retry-after': '1' }));
    const started = performance.now();
    expect(await notify()).toBeUndefined();
    expect(performance.now() - started).toBeGreaterThanOrEqual(990);
  });

  it.each<[string, SlackFault, string, string]>([
    ['a limit beyond the deadline', status(429, '', { 'retry-after': '60' }), 'PGB712', 'wait 60 s'],
    ['a webhook that is gone', status(404, 'no_service'), 'PGB713', '404: "no_service"'],
    ['an archived channel', status(410, 'channel_is_archived'), 'PGB713', 'channel_is_archived'],
    ['a revoked token', status(403, 'invalid_token'), 'PGB713', 'invalid_token'],
    ['a policy', status(403, 'action_prohibited'), 'PGB714', '403: "action_prohibited"'],
    ['blocks that Slack refuses', status(400, 'invalid_blocks'), 'PGB714', 'invalid_blocks'],
    ['an error text with 200', status(200, 'invalid_payload'), 'PGB715', 'invalid_payload'],
    ['an empty answer', status(200), 'PGB715', 'empty'],
    ['an answer without end', { kind: 'flood' }, 'PGB715', 'xxx'],
  ])('meets %s with one try and a warning', async (_, fault, code, said) => {
    slack.failNext(fault);
    const warning = await notify();
    expect(warning?.code).toBe(code);
    expect(warning?.summary).toContain(said);
    expect(warning?.summary.length).toBeLessThan(400);
    expect(slack.requests).toHaveLength(1);
  });

  it('gives up on a server that keeps failing', async () => {
    slack.failNext(...Array<SlackFault>(9).fill(status(500, 'rollup_error')));
    expect(await notify()).toMatchObject({ code: 'PGB711' });
    expect(slack.messages).toEqual([]);
  });

  it.each<[string, SlackFault]>([
    ['hangs', { kind: 'hang' }],
    ['hangs in its answer', { kind: 'hang-in-body' }],
    ['always asks to wait a little', status(429, '', { 'retry-after': '0.2' })],
  ])('is over at its deadline where Slack %s', async (_, fault) => {
    slack.failNext(...Array<SlackFault>(99).fill(fault));
    const started = performance.now();
    const warning = await notify({ deadlineMs: 500, tryTimeoutMs: 400, firstPauseMs: 5 });
    expect(warning?.code).toMatch(/PGB71[02]/);
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  it('warns where nobody listens', async () => {
    await slack.stop();
    expect(await notify()).toMatchObject({
      code: 'PGB710',
      summary: expect.stringContaining('ECONNREFUSED'),
    });
  });

  it('never throws, whatever fetch does', async () => {
    const odd = () => Promise.reject('not even an error');
    expect(await notify({ ...quick, fetch: odd })).toMatchObject({ code: 'PGB710' });
  });

  it('says nothing of the URL, and prints nothing that the runner would obey', async () => {
    const path = new URL(slack.url).pathname;
    const said = `\n::error::go to ${slack.url} or ${path} or ${encodeURIComponent(path)}\x1b[31m`;
    for (const fault of [status(404, said), status(200, said), status(500, said)]) {
      slack.failNext(
        ...Array<SlackFault>(fault.kind === 'answer' && fault.status === 500 ? 4 : 1).fill(fault),
      );
      const shown = JSON.stringify(await notify());
      expect(shown).toContain('***');
      expect(shown).not.toContain('example');
      expect(shown).not.toContain('"::');
      expect(shown).not.toContain('u001b');
    }
    const leaky = () => Promise.reject(new TypeError(`Failed to parse URL from ${slack.url}`));
    expect(JSON.stringify(await notify({ ...quick, fetch: leaky }))).not.toContain('example');
  });
});

describe('a redirect', () => {
  let visits = 0;
  const elsewhere = createServer((_, response) => {
    visits++;
    response.end('ok');
  });
  beforeAll(() => new Promise<void>(resolve => elsewhere.listen(0, '127.0.0.1', resolve)));
  afterAll(() => void elsewhere.close());

  it.each([301, 302, 307, 308])('(%i) is not followed', async code => {
    const { port } = elsewhere.address() as AddressInfo;
    slack.failNext(status(code, '', { location: `http://127.0.0.1:${port}/` }));
    expect(await notify()).toMatchObject({ code: 'PGB714', summary: expect.stringContaining(`${code}`) });
    expect(visits).toBe(0);
  });
});
