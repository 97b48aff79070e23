import { describe, expect, it } from 'vitest';
import { judge } from '../../../src/commands/backup/preflight.ts';
import type { SourceFacts, TableFacts } from '../../../src/postgres/port.ts';

const NOW = Date.parse('2026-11-21T03:17:00Z');
const MINUTE = 60_000;
const RULES = { allowEmpty: false, counts: true, encrypted: true };

const books: TableFacts = {
  oid: 16385,
  name: 'public.books',
  canSelect: true,
  rowSecurity: false,
  unlogged: false,
  extensionCondition: null,
};
const GOOD: SourceFacts = {
  database: 'app',
  host: 'db',
  port: 5432,
  user: 'backup',
  systemIdentifier: '1',
  serverVersion: '16.15',
  serverMajor: 16,
  encoding: 'UTF8',
  collate: 'C',
  ctype: 'C',
  standby: false,
  replayedAt: null,
  tls: true,
  databaseBytes: 1,
  superuser: false,
  extensions: [],
  textSettings: {},
  tables: [books],
  unreadablePartitionRoots: [],
  unloggedOnStandby: [],
  unreadableSequences: [],
  unusableSchemas: [],
  unreadableLargeObjects: 0,
  subscriptions: [],
  invalidIndexes: [],
  notValidConstraints: [],
  disabledTriggers: [],
  tablesToLock: 100,
  indexes: 200,
  lockCapacity: 6400,
  largeObjects: 0,
  transactionPooler: false,
};

function judged(change: Partial<SourceFacts>, rules: Partial<typeof RULES> = {}, storeTime = NOW) {
  const { problems, notes } = judge(
    { source: { ...GOOD, ...change }, now: NOW, storeTime },
    { ...RULES, ...rules },
  );
  return { problems: problems.map(({ code }) => code), notes: notes.map(({ code }) => code), all: problems };
}

it('lets a good source pass without a word', () => {
  expect(judged({})).toMatchObject({ problems: [], notes: [] });
});

describe('refuses', () => {
  it.each<[string, Partial<SourceFacts>, string]>([
    ['a server before 12', { serverMajor: 11, serverVersion: '11.22' }, 'PGB236'],
    ['a transaction pooler', { transactionPooler: true }, 'PGB220'],
    ['a table it may not read', { tables: [{ ...books, canSelect: false }] }, 'PGB221'],
    ['a partition root it may not read', { unreadablePartitionRoots: ['public.p'] }, 'PGB221'],
    ['a table whose rows are hidden', { tables: [{ ...books, rowSecurity: true }] }, 'PGB222'],
    ['a sequence it may not read', { unreadableSequences: ['public.s'] }, 'PGB223'],
    ['a schema it may not use', { unusableSchemas: ['s'] }, 'PGB224'],
    ['a large object it may not read', { unreadableLargeObjects: 1 }, 'PGB225'],
    ['more locks than there is room for', { tablesToLock: 3000 }, 'PGB226'],
    ['an empty database', { tables: [], tablesToLock: 0 }, 'PGB227'],
  ])('%s', (_, facts, code) => {
    expect(judged(facts)).toMatchObject({ problems: [code], notes: [] });
  });

  it('all of it at once', () => {
    const everything = judged({
      serverMajor: 11,
      transactionPooler: true,
      tables: [
        { ...books, canSelect: false },
        { ...books, rowSecurity: true },
      ],
      unreadableSequences: ['s'],
      unusableSchemas: ['s'],
      unreadableLargeObjects: 2,
      tablesToLock: 9000,
    });
    expect(everything.problems).toHaveLength(8);
  });

  it('names a table that may neither be read nor is whole once', () => {
    expect(judged({ tables: [{ ...books, canSelect: false, rowSecurity: true }] }).problems).toEqual([
      'PGB221',
    ]);
  });

  it('names the tables', () => {
    const tables = Array.from({ length: 8 }, (_, n) => ({
      ...books,
      name: `public.t${n}`,
      canSelect: false,
    }));
    expect(judged({ tables }).all[0]?.summary).toMatch(/8 tables: public\.t0, .*public\.t4 and 3 more/);
  });
});

it('counts each table twice, and indexes where rows are counted, against four fifths of the lock table', () => {
  const facts = { tablesToLock: 300, indexes: 200, lockCapacity: 1000 };
  expect(judged(facts).problems).toEqual([]);
  expect(judged({ ...facts, indexes: 201 }).problems).toEqual(['PGB226']);
  expect(judged({ ...facts, indexes: 201 }, { counts: false }).problems).toEqual([]);
});

it('an empty database passes where it is allowed; one with nothing but partition roots is not empty', () => {
  expect(judged({ tables: [], tablesToLock: 0 }, { allowEmpty: true }).problems).toEqual([]);
  expect(judged({ tables: [], tablesToLock: 2 }).problems).toEqual([]);
});

it.each([
  [10 * MINUTE, []],
  [-10 * MINUTE, []],
  [10 * MINUTE + 1, ['PGB900']],
  [-10 * MINUTE - 1, ['PGB900']],
])('a store whose clock is %d ms ahead: %j', (lead, problems) => {
  expect(judged({}, {}, NOW + lead).problems).toEqual(problems);
});

describe('notes', () => {
  it.each<[string, Partial<SourceFacts>, boolean, string[]]>([
    ['unlogged tables on a standby', { standby: true, unloggedOnStandby: ['public.u'] }, true, ['PGB250']],
    ['invalid indexes', { invalidIndexes: ['public.i'] }, true, ['PGB251']],
    ['subscriptions that are left out', { subscriptions: ['s'] }, true, ['PGB252']],
    [
      'subscriptions whose passwords go into a plain archive',
      { subscriptions: ['s'], superuser: true },
      false,
      ['PGB253'],
    ],
    ['subscriptions in an encrypted archive: nothing', { subscriptions: ['s'], superuser: true }, true, []],
  ])('%s', (_, facts, encrypted, notes) => {
    expect(judged(facts, { encrypted })).toMatchObject({ problems: [], notes });
  });
});
