import { describe, expect, it } from 'vitest';
import { tablesDiffer } from '../../../src/problems/restore-test.ts';
import { renderEmail } from '../../../src/reports/email-message.ts';
import { restoreTestNotice } from '../../../src/reports/restore-test-notice.ts';
import {
  initialRestoreTestOutputs,
  type RestoreTestOutcome,
  restoreTestOutputsOf,
} from '../../../src/reports/restore-test-outcome.ts';
import { renderRestoreTestSummary } from '../../../src/reports/restore-test-summary.ts';
import { restoreTestAnnotation, restoreTestVerdict } from '../../../src/reports/restore-test-verdict.ts';
import { renderSlack } from '../../../src/reports/slack-message.ts';
import { renderWebhook } from '../../../src/reports/webhook-body.ts';

const NOW = Date.parse('2026-11-21T03:17:00Z');
const DAY = 86_400_000;

const passed: RestoreTestOutcome = {
  command: 'restore-test',
  result: 'success',
  verdict: 'passed',
  name: 'shop',
  place: 's3://backups/pg',
  startedAt: NOW,
  durationSeconds: 95,
  backup: {
    id: '3f9k2m7q',
    tier: 'daily',
    stamp: NOW - DAY,
    bytes: 1_000_000,
    key: 'shop/daily/x.dump',
    serverVersion: '17.4',
  },
  server: { version: '17.4', isolation: 'a user of its own, no network, no other processes in sight' },
  times: { obtain: 10, restore: 40, firstQuery: 51, recovery: 60, bytesPerSecond: 25_000_000 },
  compared: { tables: 12, rows: 34_567, assertions: 2 },
  evidenceKey: 'shop/daily/x.evidence.json',
  earlier: [
    { at: NOW - 7 * DAY, result: 'passed', recovery: 50 },
    { at: NOW - 2 * DAY, result: 'failed', recovery: null },
  ],
  problems: [],
  warnings: [],
  stages: [{ name: 'Restore', seconds: 40 }],
  runUrl: 'https://github.com/o/r/actions/runs/1',
  detail: 'full',
};
const failed: RestoreTestOutcome = {
  ...passed,
  result: 'failed',
  verdict: 'failed',
  problems: [tablesDiffer(['shop.orders'])],
};

describe('a restore test', () => {
  it('that passed says what, how long and how much', () => {
    expect(restoreTestVerdict(passed)).toBe(
      'Restore test: backup `3f9k2m7q` of `shop` from 2026-11-20 03:17 UTC came back whole in 1 min, 34,567 rows in 12 tables compared, 2 assertions held.',
    );
    expect(restoreTestAnnotation(passed)).toBeUndefined();
  });

  it('draws the time to recover, test by test, without those that did not come so far', () => {
    const summary = renderRestoreTestSummary(passed);
    expect(summary).toContain('bar [50, 60]');
    expect(summary).toContain('Recovered after (RTO)');
    expect(renderRestoreTestSummary({ ...passed, earlier: [] })).not.toContain('mermaid');
  });

  it('that failed says so everywhere', () => {
    expect(restoreTestVerdict(failed)).toContain(
      'FAILED: Restored, a table is not as the backup holds it: shop.orders',
    );
    expect(renderRestoreTestSummary(failed)).toContain('restore test FAILED');
    expect(restoreTestAnnotation(failed)).toMatchObject({
      level: 'error',
      title: 'PostgreSQL backup does not restore',
    });
    expect(JSON.stringify(renderSlack(restoreTestNotice(failed, 'full')))).toContain('shop.orders');
  });

  it('shows no name, place or rows where little is to be told', () => {
    const shown = renderRestoreTestSummary({ ...failed, detail: 'minimal' });
    for (const hidden of ['shop', 's3://', '34567', '34,567']) expect(shown).not.toContain(hidden);
  });

  it('is told without name, place and rows where little is to be told, and knows the test before', () => {
    const bare = restoreTestNotice(failed, 'minimal');
    const told = JSON.stringify([renderSlack(bare), renderEmail(bare), renderWebhook(bare)]);
    for (const hidden of ['shop', 's3://', '34567', '34,567']) expect(told).not.toContain(hidden);
    const earlier = (result: 'passed' | 'failed') => [{ at: NOW - DAY, result, recovery: null }];
    const lastOf = (list: RestoreTestOutcome['earlier']) =>
      restoreTestNotice({ ...passed, earlier: list }, 'full').before;
    expect([lastOf([]), lastOf(earlier('passed')), lastOf(earlier('failed'))]).toEqual([null, 'good', 'bad']);
  });

  it('sets every output, from the first line on', () => {
    const outputs = restoreTestOutputsOf(passed);
    expect(Object.keys(outputs)).toEqual(Object.keys(initialRestoreTestOutputs()));
    expect(outputs).toMatchObject({
      verdict: 'passed',
      'recovery-seconds': '60',
      'bytes-per-second': '25000000',
    });
    expect(initialRestoreTestOutputs()).toMatchObject({ result: 'failed', verdict: '' });
  });
});
