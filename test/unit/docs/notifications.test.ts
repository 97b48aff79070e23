// What docs/notifications.md shows to people who write a receiver is what the webhook sends, and verifies it.
import { expect, it } from 'vitest';
import { WebhookNotifier } from '../../../src/notify/webhook.ts';
import { backupNotice } from '../../../src/reports/backup-notice.ts';
import { renderWebhook } from '../../../src/reports/webhook-body.ts';
import { startHttpReceiver } from '../../parts/http-receiver.ts';
import { WRONG_PASSWORD, without } from '../reports/outcome-fixture.ts';
import { readPage } from './pages.ts';

const page = readPage('docs/notifications.md');
const blockOf = (language: string) => page.blocks.find(block => block.language === language)?.text ?? '';
const notice = backupNotice(without({ problems: [WRONG_PASSWORD] }), 'full');

it('the example of a body is one, but for outputs that it leaves out', () => {
  const { data: shown, ...envelope } = JSON.parse(blockOf('json'));
  const { data: sent, ...around } = renderWebhook(notice);
  expect(envelope).toEqual(around);
  expect({ ...shown, outputs: {} }).toEqual({ ...sent, outputs: {} });
  expect(sent.outputs).toMatchObject(shown.outputs);
});

it('every key of a body is explained', () => {
  const { data, ...envelope } = renderWebhook(notice);
  const keys = [...Object.keys(envelope), ...Object.keys(data).map(key => `data.${key}`)];
  expect(keys.filter(key => !page.text.includes(`\`${key}\``))).toEqual([]);
});

it('the receiver that it shows takes a genuine notice, and no forged, altered or old one', async () => {
  const source = `data:text/javascript,${encodeURIComponent(blockOf('js'))}`;
  const { isGenuine } = (await import(source)) as {
    isGenuine(headers: object, body: string, secret: string, now?: number): boolean;
  };
  const key = Buffer.alloc(32, 5);
  const secret = key.toString('base64');
  const receiver = await startHttpReceiver();
  try {
    await new WebhookNotifier({ url: new URL(receiver.origin), key }).notify(notice);
    const [{ headers, body } = expect.fail()] = receiver.received;
    const now = Date.now() / 1_000;
    expect(isGenuine(headers, body, secret)).toBe(true);
    expect(isGenuine(headers, body.replace('failed', 'success'), secret)).toBe(false);
    expect(isGenuine({ ...headers, 'webhook-id': 'msg_other' }, body, secret)).toBe(false);
    expect(isGenuine(headers, body, Buffer.alloc(32, 6).toString('base64'))).toBe(false);
    expect(isGenuine(headers, body, secret, now + 400)).toBe(false);
    expect(isGenuine({ ...headers, 'webhook-timestamp': 'x' }, body, secret)).toBe(false);
    expect(isGenuine({}, body, secret)).toBe(false);
  } finally {
    await receiver.stop();
  }
});
