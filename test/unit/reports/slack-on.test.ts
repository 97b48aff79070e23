import { describe, expect, it } from 'vitest';
import { shouldSendToSlack } from '../../../src/reports/slack-on.ts';
import {
  backupLine,
  DAY,
  NIGHT,
  newBackup,
  nightly,
  outcome,
  PRUNE_DENIED,
  WRONG_PASSWORD,
  without,
} from './outcome-fixture.ts';

const quiet = outcome();
const loud = outcome({ warnings: [{ ...PRUNE_DENIED, loud: true }] });
const first = outcome({ history: [] });
const weekly = outcome({ backup: newBackup({ tier: 'weekly' }) });
const event = outcome({ backup: newBackup({ tier: 'pre-migration' }) });
const onlyWeekly = outcome({
  backup: newBackup({ tier: 'weekly' }),
  history: nightly(3).map(line => ({ ...line, tier: 'weekly' as const })),
});
const afterGap = outcome({ history: nightly(12).slice(0, -3) });
const afterOneMissed = outcome({ history: nightly(12).slice(0, -1) });
const afterBad = outcome({ history: [backupLine({ stamp: NIGHT - DAY, notCounted: 'archive missing' })] });

it.each([
  ['an ordinary night', quiet, false, false],
  ['failed', without({ problems: [WRONG_PASSWORD] }), true, true],
  ['cancelled', without({ result: 'cancelled' }), true, true],
  ['degraded', outcome({ result: 'degraded', warnings: [PRUNE_DENIED] }), true, true],
  ['a quiet warning', outcome({ warnings: [PRUNE_DENIED] }), false, false],
  ['a loud warning', loud, true, true],
  ['the first backup', first, false, true],
  ['the first good one', afterBad, false, true],
  ['a weekly among dailies', weekly, false, true],
  ['a weekly among weeklies', onlyWeekly, false, false],
  ['before a migration', event, false, true],
  ['after some failed nights', afterGap, false, true],
  ['after one missed night', afterOneMissed, false, false],
  ['a dry run', without({ result: 'planned' }), false, false],
] as const)('%s', (_, any, onFailure, onChange) => {
  expect(shouldSendToSlack('always', any)).toBe(true);
  expect(shouldSendToSlack('failure', any)).toBe(onFailure);
  expect(shouldSendToSlack('change', any)).toBe(onChange);
});

describe('a gap', () => {
  it('is not known from one backup before', () => {
    const history = [backupLine({ stamp: NIGHT - 40 * DAY })];
    expect(shouldSendToSlack('change', outcome({ history }))).toBe(false);
  });
});
