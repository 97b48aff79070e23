// Golden files of the e-mail and of the webhook's body: read them as a person, or as who writes a receiver, would.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backupNotice } from '../../../src/reports/backup-notice.ts';
import { renderEmail } from '../../../src/reports/email-message.ts';
import { makeNotice, type Notice, redactNotice } from '../../../src/reports/notice.ts';
import { renderSlack } from '../../../src/reports/slack-message.ts';
import { renderWebhook } from '../../../src/reports/webhook-body.ts';
import { CASES } from './cases.ts';
import { expectGolden, pretty } from './golden.ts';
import { anyOutcome, anyText } from './outcome-arbitrary.ts';
import { BAD_INPUTS, outcome, PRUNE_DENIED, WRONG_PASSWORD, without } from './outcome-fixture.ts';

describe.each(Object.entries(CASES))('%s', (name, any) => {
  const notice = backupNotice(any, any.detail);
  it('e-mail', () => {
    const { subject, text, html } = renderEmail(notice);
    expectGolden(`${name}.email.txt`, `Subject: ${subject}\n\n${text}`);
    expectGolden(`${name}.email.html`, html);
  });
  it('webhook', () => expectGolden(`${name}.webhook.json`, pretty(renderWebhook(notice))));
});

/** What readers of e-mail would fetch, run or send. */
const ACTIVE = /<(?:script|img|link|iframe|form|object|svg|video|base)\b|\son\w+=|url\(|@import|javascript:/i;

describe('an e-mail, whatever happened', () => {
  it('is a page in which nothing foreign is markup, and only the run is linked', () => {
    fc.assert(
      fc.property(anyOutcome, any => {
        const { html, subject } = renderEmail(backupNotice(any, 'full'));
        expect(subject).not.toMatch(/[\r\n\u0000]/);
        expect(subject.length).toBeLessThanOrEqual(200);
        // Attributes are ours alone, and hold no foreign text but the run's address.
        const tags = html.match(/<[^>]*>/g) ?? [];
        expect(tags.filter(tag => ACTIVE.test(tag.replace(/href="[^"]*"/, '')))).toEqual([]);
        expect(tags.filter(tag => /href=/.test(tag)).every(tag => /href="https:\/\/[^"]+"/.test(tag))).toBe(
          true,
        );
        expect(html.replace(/<[^>]*>/g, '').replace(/<style>[\s\S]*?<\/style>/, '')).not.toMatch(/[<>]/);
        expect(html.length).toBeLessThan(100_000);
      }),
      { numRuns: 60 },
    );
  });

  it('says in its text what its page says', () => {
    const { text, html } = renderEmail(backupNotice(without({ problems: [WRONG_PASSWORD] }), 'full'));
    for (const part of [
      'PGB201',
      'refused the user',
      'Check',
      'password authentication failed',
      'Last good backup',
    ]) {
      expect(text).toContain(part);
      expect(html).toContain(part);
    }
  });
});

it('a webhook body is JSON of a size that receivers take, whatever happened', () => {
  fc.assert(
    fc.property(anyOutcome, any => {
      const text = JSON.stringify(renderWebhook(backupNotice(any, 'full')));
      expect(JSON.parse(text)).toMatchObject({ version: 1, data: { command: 'backup', result: any.result } });
      expect(text.length).toBeLessThan(256 * 1024);
    }),
    { numRuns: 40 },
  );
});

describe('minimal detail', () => {
  const SECRETS = ['payroll', 'db.internal', 'acme-backups', '12,345,678', '"12345678"', 'a1b2', 'wrong for'];
  const told = (notice: Notice) =>
    JSON.stringify([renderSlack(notice), renderEmail(notice), renderWebhook(notice)]);

  it.each([
    ['a good run', outcome({ name: 'payroll' })],
    [
      'a degraded one',
      outcome({ name: 'payroll', warnings: [{ ...PRUNE_DENIED, summary: 'payroll a1b2' }] }),
    ],
    ['a failed one', without({ name: 'payroll', problems: [WRONG_PASSWORD, ...BAD_INPUTS] })],
  ])('names nothing of %s', (_, any) => {
    for (const secret of SECRETS) expect(told(backupNotice(any, 'minimal'))).not.toContain(secret);
    expect(told(backupNotice(any, 'full'))).toContain('payroll');
    expect(backupNotice(any, 'full').bareVerdict).not.toMatch(/payroll|db\.internal/);
  });
});

describe('redacting a notice', () => {
  it('takes a secret out of every text and leaves the shape, even where it looks like JSON', () => {
    fc.assert(
      fc.property(anyOutcome, fc.oneof(fc.constantFrom('":"', '},{', '[{"a'), anyText), (any, secret) => {
        const notice = backupNotice(any, 'full');
        const redacted = redactNotice(notice, text =>
          secret === '' ? text : text.replaceAll(secret, '***'),
        );
        expect(Object.keys(redacted)).toEqual(Object.keys(notice));
        expect(redacted.facts.length).toBe(notice.facts.length);
        expect(redacted.startedAt).toBe(notice.startedAt);
      }),
      { numRuns: 40 },
    );
  });

  it('reaches outputs, problems, commands and footnotes', () => {
    const notice = makeNotice(without({ problems: [WRONG_PASSWORD] }), 'full', {
      title: 'hunter22',
      verdict: () => 'hunter22',
      sentence: () => 'hunter22',
      facts: [['a', 'hunter22']],
      commands: [{ label: 'x', text: 'psql hunter22' }],
      footnotes: ['hunter22'],
      outputs: { key: 'x/hunter22' },
    });
    const redacted = redactNotice(notice, text => text.replaceAll('hunter22', '***'));
    expect(JSON.stringify(redacted)).not.toContain('hunter22');
    expect(JSON.stringify(redacted).match(/\*\*\*/g)?.length).toBe(8);
  });
});
