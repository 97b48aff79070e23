import { describe, expect, it } from 'vitest';
import { type ChangeJudged, judgeChange } from '../../../../src/commands/restore/judge-change.ts';
import type { RestoreSettings } from '../../../../src/commands/restore/settings.ts';
import type { LiveTable } from '../../../../src/postgres/live-port.ts';
import { RESTORE_SETTINGS } from '../../../parts/restore-run.ts';
import { DATABASE } from './sample.ts';

const ORDERS = { schema: 'public', table: 'orders' };
const TABLE: LiveTable = {
  ...ORDERS,
  name: 'public.orders',
  mayAlter: true,
  rows: 5,
  bytes: 8_192,
  foreignKeysOut: [],
  foreignKeysIn: [],
  sequences: [],
  triggers: [],
  dependents: [],
};
const CONTENT = { objects: [], largeObjects: 0, tables: [TABLE], schemas: [] };
const SOURCE = { id: '0abc1def', since: '2026-11-20T03:17:00Z', encrypted: false };
const JUDGED: ChangeJudged = {
  live: DATABASE,
  content: CONTENT,
  wanted: [ORDERS],
  source: SOURCE,
  encrypts: false,
};

function codes(settings: Partial<RestoreSettings>, judged: Partial<ChangeJudged> = {}): [string[], string[]] {
  const found = judgeChange({ ...RESTORE_SETTINGS, ...settings }, { ...JUDGED, ...judged });
  return [found.problems.map(({ code }) => code), found.notes.map(({ code }) => code)];
}

const sessions = [{ application: 'shop', count: 2 }];
const theirs = { name: 'table a.b', mayDrop: false, mayStay: false };
const extension = { name: 'extension hstore', mayDrop: false, mayStay: true };

describe('a change of a live database', () => {
  it.each<[string, Partial<RestoreSettings>, Partial<ChangeJudged>, string[], string[]]>([
    ['in place', { mode: 'in-place' }, {}, [], ['PGB831', 'PGB879']],
    ['rows alone', { mode: 'data-only' }, {}, [], ['PGB831', 'PGB879']],
    ['tables beside: nothing is lost', { mode: 'tables' }, {}, [], []],
    ['tables replaced', { mode: 'tables', replaceTables: true }, {}, [], ['PGB831', 'PGB879']],
    [
      'objects of others',
      { mode: 'in-place' },
      { content: { ...CONTENT, objects: [theirs] } },
      ['PGB845'],
      ['PGB831', 'PGB879'],
    ],
    [
      'an extension of others',
      { mode: 'in-place' },
      { content: { ...CONTENT, objects: [extension] } },
      [],
      ['PGB831', 'PGB879'],
    ],
    [
      'a subscription',
      { mode: 'in-place' },
      { live: { ...DATABASE, subscriptions: ['s'] } },
      ['PGB881'],
      ['PGB831', 'PGB879'],
    ],
    [
      'a prepared transaction',
      { mode: 'in-place' },
      { live: { ...DATABASE, preparedTransactions: ['p'] } },
      ['PGB811'],
      ['PGB831', 'PGB879'],
    ],
    [
      'a missing table',
      { mode: 'data-only' },
      { content: { ...CONTENT, tables: [] } },
      ['PGB844'],
      ['PGB831', 'PGB879'],
    ],
    [
      'a table of others',
      { mode: 'data-only' },
      { content: { ...CONTENT, tables: [{ ...TABLE, mayAlter: false }] } },
      ['PGB845'],
      ['PGB831', 'PGB879'],
    ],
    [
      'a view on a table',
      { mode: 'tables', replaceTables: true },
      { content: { ...CONTENT, tables: [{ ...TABLE, dependents: ['view v'] }] } },
      ['PGB876'],
      ['PGB831', 'PGB879'],
    ],
    [
      'a schema beside',
      { mode: 'tables' },
      { content: { ...CONTENT, schemas: ['public_from_0abc1def'] } },
      ['PGB877'],
      [],
    ],
    [
      'a fence and sessions',
      { mode: 'tables', fence: true },
      { live: { ...DATABASE, sessions } },
      ['PGB847'],
      [],
    ],
    [
      'a fence that ends them',
      { mode: 'tables', fence: true, terminateSessions: true },
      { live: { ...DATABASE, sessions } },
      [],
      ['PGB815'],
    ],
    [
      'an unencrypted safety backup',
      { mode: 'in-place', safetyBackup: true },
      { source: { ...SOURCE, encrypted: true } },
      ['PGB882'],
      ['PGB831', 'PGB879'],
    ],
    [
      'an encrypted one',
      { mode: 'in-place', safetyBackup: true },
      { source: { ...SOURCE, encrypted: true }, encrypts: true },
      [],
      ['PGB831', 'PGB879'],
    ],
  ])('%s', (_what, settings, judged, problems, notes) => {
    expect(codes(settings, judged)).toEqual([problems, notes]);
  });

  it('says loudly what will be gone without a safety backup', () => {
    const loud = (safetyBackup: boolean) =>
      judgeChange({ ...RESTORE_SETTINGS, mode: 'in-place', safetyBackup }, JUDGED).notes.some(
        note => note.loud,
      );
    expect([loud(true), loud(false)]).toEqual([false, true]);
  });
});
