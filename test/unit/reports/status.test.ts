import { expect, it } from 'vitest';
import type { NameStatus } from '../../../src/reports/status.ts';
import { renderStatus, statusToJson } from '../../../src/reports/status-text.ts';
import { expectGolden, pretty } from './golden.ts';
import { backupLine, DAY, GIB, HOSTILE, NIGHT } from './outcome-fixture.ts';

const NOW = NIGHT + 5 * 3_600_000;
const HOUR = 3_600_000;

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
};

it('as text', () => {
  const text = renderStatus([APP, BAD], NOW);
  expectGolden('status.txt', text);
  expect(text).not.toContain('\u001b');
  expect(renderStatus([], NOW)).toBe('No backups.\n');
});

it('a prune that is stopped says why', () => {
  const stopped = { ...APP, prune: APP.prune && { ...APP.prune, stopped: 'The newest backup is in doubt.' } };
  expect(renderStatus([stopped], NOW)).toContain('would delete nothing: The newest backup is in doubt.');
});

it('as data', () => {
  expectGolden('status.json', pretty(statusToJson('s3://my-bucket/pg', [APP, BAD], NOW)));
});
