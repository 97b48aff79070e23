import { describe, expect, it } from 'vitest';
import { backupNotice } from '../../../src/reports/backup-notice.ts';
import { type Standing, standingOf } from '../../../src/reports/notice.ts';
import { dependsOnBefore, isWorthTelling, NOTIFY_ON, withRecovery } from '../../../src/reports/notify-on.ts';
import type { BackupOutcome } from '../../../src/reports/outcome.ts';
import {
  backupLine,
  DAY,
  NIGHT,
  nightly,
  outcome,
  PRUNE_DENIED,
  WRONG_PASSWORD,
  without,
} from './outcome-fixture.ts';

const noticeOf = (any: BackupOutcome) => backupNotice(any, 'full');
const good = noticeOf(outcome());
const bad = noticeOf(without({ problems: [WRONG_PASSWORD] }));
const planned = noticeOf(without({ result: 'planned' }));

describe('a run', () => {
  it.each([
    ['an ordinary night', outcome(), 'good'],
    ['failed', without({ problems: [WRONG_PASSWORD] }), 'bad'],
    ['cancelled', without({ result: 'cancelled' }), 'bad'],
    ['degraded', outcome({ result: 'degraded', warnings: [PRUNE_DENIED] }), 'bad'],
    ['a quiet warning', outcome({ warnings: [PRUNE_DENIED] }), 'good'],
    ['a loud warning', outcome({ warnings: [{ ...PRUNE_DENIED, loud: true }] }), 'bad'],
    ['a dry run', without({ result: 'planned' }), 'good'],
  ] as const)('%s is %3$s', (_, any, standing) => {
    expect(standingOf(noticeOf(any))).toBe(standing);
  });
});

describe('a message is sent', () => {
  const cases: readonly (readonly [Standing | null, 'good' | 'bad', string])[] = [
    ['good', 'good', 'always'],
    ['good', 'bad', 'always failure change recovery'],
    ['bad', 'good', 'always change recovery'],
    ['bad', 'bad', 'always failure recovery'],
    // What isn't known is told.
    [null, 'good', 'always change recovery'],
    [null, 'bad', 'always failure change recovery'],
  ];
  it.each(cases)('after %s and now %s with %s', (before, now, when) => {
    const notice = now === 'good' ? good : bad;
    expect(NOTIFY_ON.filter(one => isWorthTelling(one, notice, before)).join(' ')).toBe(when);
  });

  it('for no plan', () => {
    for (const when of NOTIFY_ON) {
      expect(isWorthTelling(when, planned, null)).toBe(false);
      expect(dependsOnBefore(when, planned)).toBe(false);
    }
  });
});

it('the run before is asked for only where it decides', () => {
  const asked = (notice: typeof good) => NOTIFY_ON.filter(when => dependsOnBefore(when, notice));
  expect(asked(good)).toEqual(['change', 'recovery']);
  expect(asked(bad)).toEqual(['change']);
  expect(asked(noticeOf(without({ result: 'cancelled' })))).toEqual([]);
});

it('a recovery says so, where it is one', () => {
  expect(withRecovery(good, 'bad').title).toBe('Recovered: Backup of app');
  expect(withRecovery(good, 'good').title).toBe('Backup of app');
  expect(withRecovery(good, null).title).toBe('Backup of app');
  expect(withRecovery(bad, 'bad').title).toBe('Backup of app FAILED');
});

it.each([
  ['nights without a gap', nightly(12), 'good'],
  ['one missed night', nightly(12).slice(0, -1), 'good'],
  ['some missed nights', nightly(12).slice(0, -3), 'bad'],
  ['one backup before', [backupLine({ stamp: NIGHT - 40 * DAY })], null],
  ['none before', [], null],
  ['none good before', nightly(3).map(line => ({ ...line, notCounted: 'archive missing' })), null],
] as const)('the store shows of the run before, from %s', (_, history, before) => {
  expect(noticeOf(outcome({ history })).before).toBe(before);
});
