import { expect, it } from 'vitest';
import { backupUnusable } from '../../../src/problems/backups.ts';
import { contentsUnproven } from '../../../src/problems/verify.ts';
import { type FetchOutcome, fetchedLine, fetchToJson } from '../../../src/reports/fetch-outcome.ts';
import { type HoldOutcome, heldLine, holdToJson } from '../../../src/reports/hold-outcome.ts';
import type { VerifyOutcome } from '../../../src/reports/verify-outcome.ts';
import { renderVerify, verifyToJson } from '../../../src/reports/verify-text.ts';
import { expectGolden, pretty } from './golden.ts';
import { backupLine, HOSTILE, NIGHT } from './outcome-fixture.ts';

const NOW = NIGHT + 5 * 3_600_000;

const GOOD: VerifyOutcome = {
  command: 'verify',
  result: 'good',
  name: 'app',
  place: 's3://my-bucket/pg',
  backup: backupLine(),
  checks: [
    { check: 'manifest', result: 'passed', words: 'format 1, in its own place' },
    { check: 'signature', result: 'skipped', words: 'no `verify-keys` are set' },
    { check: 'proof', result: 'passed', words: '901,000 rows in 21 tables, each with its SHA-256' },
    { check: 'roles', result: 'passed', words: '1.2 KiB, as they were stored' },
    { check: 'archive', result: 'passed', words: '1.9 GiB, sha256 ab12cd34ef56…, as it was stored' },
    {
      check: 'contents',
      result: 'passed',
      words: 'decoded whole: 901,000 rows in 21 tables, each as its proof says',
    },
  ],
  problems: [],
  warnings: [],
  durationSeconds: 42.4,
};
const FAILED: VerifyOutcome = {
  ...GOOD,
  result: 'failed',
  name: HOSTILE,
  checks: [{ check: 'manifest', result: 'failed', words: HOSTILE }],
  problems: [backupUnusable('n0000000', 'misplaced', 'it lies elsewhere')],
};
const UNPROVEN: VerifyOutcome = {
  ...GOOD,
  result: 'unproven',
  problems: [contentsUnproven('n0000000', ['it is encrypted and no `age-identity` is set'])],
};

it('verify as text', () => {
  const text = [GOOD, FAILED, UNPROVEN].map(outcome => renderVerify(outcome, NOW)).join('\n');
  expectGolden('verify.txt', text);
  expect(text).not.toContain('\u001b');
});

it('verify as data', () => {
  expectGolden('verify.json', pretty([GOOD, FAILED, UNPROVEN].map(verifyToJson)));
});

const FETCHED: FetchOutcome = {
  command: 'fetch',
  name: 'app',
  place: 's3://my-bucket/pg',
  backup: backupLine(),
  what: 'archive',
  bytes: 1_048_576,
  sha256: 'ab'.repeat(32),
  decrypted: true,
  warnings: [],
  durationSeconds: 2,
};

it('fetch as a line and as data', () => {
  expectGolden(
    'fetch.txt',
    `${fetchedLine(FETCHED)}\n${fetchedLine({ ...FETCHED, what: 'globals', decrypted: false })}\n`,
  );
  expectGolden('fetch.json', pretty(fetchToJson(FETCHED, 'app.dump')));
});

it('hold and release as lines and as data', () => {
  const ref = { name: 'app', tier: 'daily', stamp: NIGHT, id: '3f9k2m7q' } as const;
  const hold = { format: 1, backup: ref.id, at: '2026-11-21T04:00:00Z', by: 'ann', why: HOSTILE } as const;
  const outcomes: HoldOutcome[] = [
    { command: 'hold', place: 'file:///b', ref, changed: true, hold },
    { command: 'hold', place: 'file:///b', ref, changed: false, hold },
    { command: 'hold', place: 'file:///b', ref, changed: false, hold: null },
    { command: 'release', place: 'file:///b', ref, changed: true, hold: { ...hold, by: null, why: null } },
    { command: 'release', place: 'file:///b', ref, changed: false, hold: null },
  ];
  expectGolden('hold.txt', `${outcomes.map(heldLine).join('\n')}\n`);
  expectGolden('hold.json', pretty(outcomes.map(holdToJson)));
});
