import { expect, it } from 'vitest';
import { checkFailed, checkWarns } from '../../../src/problems/status.ts';
import type { NameStatus } from '../../../src/reports/status.ts';
import { statusFiles } from '../../../src/reports/status-files.ts';
import { statusToJson } from '../../../src/reports/status-json.ts';
import { renderMetrics } from '../../../src/reports/status-metrics.ts';
import { statusNotice } from '../../../src/reports/status-notice.ts';
import type { Check, StatusOutcome } from '../../../src/reports/status-outcome.ts';
import { statusPageOf } from '../../../src/reports/status-page/of-outcome.ts';
import { renderStatusSummary } from '../../../src/reports/status-summary.ts';
import { renderStatus } from '../../../src/reports/status-text.ts';
import { statusAnnotation, statusOutputsOf, statusVerdict } from '../../../src/reports/status-verdict.ts';
import { expectGolden, pretty } from './golden.ts';
import { backupLine, DAY, GIB, HOSTILE, NIGHT } from './outcome-fixture.ts';

const NOW = NIGHT + 5 * 3_600_000;
const HOUR = 3_600_000;
const LOOK = { timezone: 'UTC', price: null, tool: 'pg-backup-action 0.1.0' };

const APP: NameStatus = {
  name: 'app',
  latest: backupLine(),
  why: null,
  tiers: [
    { tier: 'daily', count: 7, bytes: 13.1 * GIB, newest: NIGHT, due: NOW + 16 * HOUR },
    { tier: 'weekly', count: 4, bytes: 7.4 * GIB, newest: NIGHT - 8 * DAY, due: NOW },
    { tier: 'monthly', count: 0, bytes: 0, newest: null, due: NOW },
    { tier: 'manual', count: 1, bytes: 812, newest: NIGHT - 90 * DAY, due: null },
  ],
  lastTest: { backup: 'm0nthly1', result: 'passed', at: NIGHT - 20 * DAY },
  trend: { against: 5, median: { bytes: 1.8 * GIB, rows: 900_000 }, change: { bytes: 0.031, rows: -0.002 } },
  sizes: [
    { id: 'n0000001', stamp: NIGHT - DAY, bytes: 1.8 * GIB },
    { id: 'n0000000', stamp: NIGHT, bytes: 1.9 * GIB },
  ],
  held: ['m0nthly1'],
  prune: {
    keep: [{ id: 'n0000000', tier: 'daily', stamp: NIGHT, bytes: 9, reasons: ['the newest good backup'] }],
    delete: [{ id: 'n0000009', tier: 'daily', stamp: NIGHT - 9 * DAY, bytes: 9, reasons: ['too old'] }],
    anchor: 'n0000000',
    stopped: null,
    notices: [],
  },
  alarms: [],
  sizeWarnings: [],
  good: 12,
  freshFrom: NIGHT,
  lastPassed: { backup: 'm0nthly1', at: NIGHT - 20 * DAY },
  lastWrite: NIGHT + 60_000,
  backups: [backupLine({ id: 'n0000001', stamp: NIGHT - DAY }), backupLine()],
  tests: [{ at: NIGHT - 20 * DAY, result: 'passed', recovery: 312 }],
};

const BAD: NameStatus = {
  name: HOSTILE,
  latest: null,
  why: { code: 'PGB517', summary: `The newest backup is not usable: ${HOSTILE}.`, hint: 'Look.', loud: true },
  tiers: [{ tier: 'daily', count: 1, bytes: 812, newest: null, due: NOW }],
  lastTest: { backup: 'n0000000', result: 'failed', at: NIGHT },
  trend: null,
  sizes: [],
  held: [],
  prune: null,
  alarms: [
    { code: 'PGB521', summary: `The last backup was of another database (${HOSTILE}).`, hint: 'Look.' },
  ],
  sizeWarnings: null,
  good: 0,
  freshFrom: null,
  lastPassed: null,
  lastWrite: null,
  backups: [],
  tests: [],
};

const CHECKS: readonly Check[] = [
  { check: 'store', severity: 'critical', name: null, failed: false, words: 'the store answers' },
  { check: 'backup', severity: 'critical', name: 'app', failed: false, words: 'the newest is n0000000' },
  { check: 'age', severity: 'warning', name: 'app', failed: true, words: 'taken 30 h ago' },
  { check: 'backup', severity: 'critical', name: HOSTILE, failed: true, words: `no good backup: ${HOSTILE}` },
];

function outcome(change: Partial<StatusOutcome> = {}): StatusOutcome {
  return {
    command: 'status',
    result: 'failed',
    place: 's3://my-bucket/pg',
    startedAt: NOW,
    durationSeconds: 1.4,
    problems: [checkFailed(HOSTILE, `no good backup: ${HOSTILE}`)],
    warnings: [checkWarns('app', 'taken 30 h ago')],
    stages: [],
    runUrl: 'https://github.com/o/r/actions/runs/1',
    detail: 'full',
    now: NOW,
    names: [APP, BAD],
    checks: CHECKS,
    verdict: 'critical',
    space: { free: 9e9, total: 1e11 },
    ...change,
  };
}

const FINE: Partial<StatusOutcome> = {
  result: 'success',
  problems: [],
  warnings: [],
  names: [APP],
  checks: CHECKS.slice(0, 2),
  verdict: 'ok',
  space: null,
};

it('as text', () => {
  const text = renderStatus(outcome());
  expectGolden('status.txt', text);
  expect(text).not.toContain('\u001b');
  expect(renderStatus(outcome({ names: [], checks: [] }))).toBe('');
});

it('a prune that is stopped says why', () => {
  const stopped = { ...APP, prune: APP.prune && { ...APP.prune, stopped: 'The newest backup is in doubt.' } };
  expect(renderStatus(outcome({ names: [stopped] }))).toContain(
    'would delete nothing: The newest backup is in doubt.',
  );
});

it('as data', () => {
  expectGolden('status.json', pretty(statusToJson(outcome())));
});

it('as a summary', () => {
  expectGolden('status.md', renderStatusSummary(outcome()));
  expectGolden('status-fine.md', renderStatusSummary(outcome(FINE)));
});

it('as a summary with minimal detail names nobody', () => {
  const text = renderStatusSummary(outcome({ detail: 'minimal' }));
  expectGolden('status-minimal.md', text);
  for (const secret of ['`app`', HOSTILE.slice(0, 12), 'n0000000']) expect(text).not.toContain(secret);
});

it('as a notice', () => {
  expectGolden('status.notice.json', pretty(statusNotice(outcome(), 'full')));
  const bare = JSON.stringify(statusNotice(outcome(), 'minimal'));
  for (const secret of ['"app"', HOSTILE.slice(0, 12)]) expect(bare).not.toContain(secret);
});

it('as verdict, annotation and outputs', () => {
  const both = [outcome(), outcome(FINE), outcome({ detail: 'minimal' })];
  const told = both.map(one => ({
    verdict: statusVerdict(one),
    annotation: statusAnnotation(one) ?? null,
    outputs: statusOutputsOf(one),
  }));
  expectGolden('status.run.json', pretty(told));
  expect(JSON.stringify(told[2]?.annotation)).not.toContain('app');
});

it('as metrics', () => {
  expectGolden('status.prom', renderMetrics(outcome()));
});

it('as a page, which shows each finding where it belongs', () => {
  const page = statusPageOf(outcome(), LOOK);
  expect(page.state).toBe('critical');
  const failed = outcome().checks.filter(check => check.failed);
  const shown = [...page.findings, ...page.names.flatMap(({ findings }) => findings)];
  expect(shown.map(({ severity }) => severity).sort()).toEqual(failed.map(({ severity }) => severity).sort());
  expect(page.names.map(({ name, backups }) => [name, backups.length])).toEqual([
    ['app', 2],
    [HOSTILE, 0],
  ]);
});

it('as files, of which the badge names nobody', () => {
  const files = statusFiles(outcome(), LOOK);
  expect(files.map(({ file }) => file)).toEqual(['index.html', 'status.json', 'badge.json', 'metrics.prom']);
  const badge = files.find(({ file }) => file === 'badge.json')?.text ?? '';
  expect(JSON.parse(badge)).toEqual({
    schemaVersion: 1,
    label: 'backup',
    message: 'none',
    color: 'red',
    isError: true,
  });
});
