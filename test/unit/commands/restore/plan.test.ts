import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { besideName, expectedTime, makePlan } from '../../../../src/commands/restore/plan.ts';
import type { RestoreSettings } from '../../../../src/commands/restore/settings.ts';
import { dropCommand, shellWord, undoCommand } from '../../../../src/commands/restore/undo.ts';
import type { DatabaseFacts, TargetFacts } from '../../../../src/postgres/target-port.ts';
import type { PlannedBackup, RestorePlan } from '../../../../src/reports/restore-plan.ts';
import { RESTORE_SETTINGS } from '../../../parts/restore-run.ts';
import { run } from '../../../parts/run.ts';
import { BACKUP, DATABASE, FACTS } from './sample.ts';

const NOW = Date.parse('2026-11-21T03:17:00Z');

interface Change {
  backup?: Partial<PlannedBackup>;
  facts?: Partial<TargetFacts>;
  database?: Partial<DatabaseFacts>;
  settings?: Partial<RestoreSettings>;
  now?: number;
  expected?: RestorePlan['expected'];
}

function hashOf({ backup, facts, database, settings, now = NOW, expected = null }: Change = {}): string {
  const target = { ...FACTS, ...facts, database: { ...DATABASE, ...database } };
  const judged = { notes: [], problems: [], expected };
  const planned = { backup: { ...BACKUP, ...backup } };
  return makePlan(planned, target, { ...RESTORE_SETTINGS, ...settings }, judged, now).hash;
}

describe('the hash of a plan', () => {
  const CHANGES: Record<string, Change> = {
    'another backup': { backup: { id: 'zzzzzzzz' } },
    'another version of the object': { backup: { etag: 'other' } },
    'other bytes': { backup: { sha256: 'f'.repeat(64) } },
    'another server': { facts: { systemIdentifier: '8' } },
    'another database behind the name': { database: { oid: 17 } },
    'another name': { database: { name: 'app2' } },
    'another mode': { settings: { mode: 'new-database', newDatabase: 'app' } },
    'without owners': { settings: { noOwner: true } },
    'without grants': { settings: { noAcl: true } },
    'with stub roles': { settings: { stubRoles: true } },
    'ending sessions': { settings: { terminateSessions: true } },
    'with SQL': { settings: { postRestoreSql: 'select 1' } },
    'with other SQL': { settings: { postRestoreSql: 'select 2' } },
    'with a command': { settings: { postRestoreCommand: 'select 1' } },
    'a host, where nothing better is known': { facts: { systemIdentifier: null } },
  };

  it.each(Object.entries(CHANGES))('changes: %s', (_what, change) => {
    expect(hashOf(change)).not.toBe(hashOf());
  });

  it('is another for every one of these', () => {
    expect(new Set(Object.values(CHANGES).map(hashOf)).size).toBe(Object.keys(CHANGES).length);
  });

  it.each<[string, Change]>([
    ['sessions', { database: { sessions: [{ application: 'shop', count: 9 }] } }],
    ['sizes', { database: { bytes: 1 }, backup: { bytes: 3 } }],
    ['what it is expected to take', { expected: { seconds: 60, testedAt: NOW } }],
    ['time', { now: NOW + 86_400_000 }],
    ['the host has another name', { facts: { host: 'other', port: 1 } }],
    ['jobs, the confirmation, dry-run', { settings: { jobs: 9, confirm: 'x', dryRun: true } }],
    [
      'slots, leftovers',
      { database: { logicalSlots: ['x'] }, facts: { leftovers: [{ name: 'x', bytes: 1 }] } },
    ],
    ['the role', { facts: { user: 'other' } }],
  ])('stays: %s', (_what, change) => {
    expect(hashOf(change)).toBe(hashOf());
  });

  it('is of that form from the first version on', () => {
    expect(hashOf()).toBe('c7209e0ee7eb');
  });
});

describe('the expected time', () => {
  const passed = { result: 'passed', at: 3, recoverySeconds: 70 } as const;

  it.each([
    ['no test', [], null],
    ['one that failed', [{ ...passed, result: 'failed' }], null],
    ['one without a time', [{ ...passed, recoverySeconds: null }], null],
    [
      'several: the newest that passed and says',
      [
        { ...passed, at: 1, recoverySeconds: 50 },
        passed,
        { ...passed, at: 4, recoverySeconds: null },
        { ...passed, at: 5, result: 'failed', recoverySeconds: 9 },
      ],
      { seconds: 70, testedAt: 3 },
    ],
  ] as const)('of %s', (_, tests, expected) => {
    expect(expectedTime(tests)).toEqual(expected);
  });
});

describe('besideName', () => {
  it('keeps the id, stays below 64 bytes, and never cuts a character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 70 }), name => {
        const made = besideName(name, 'before', '12345678');
        expect(Buffer.byteLength(made)).toBeLessThanOrEqual(63);
        expect(made.endsWith('_before_12345678')).toBe(true);
        expect(name.startsWith(made.slice(0, -16))).toBe(true);
        if (Buffer.byteLength(name) <= 47) expect(made).toBe(`${name}_before_12345678`);
      }),
    );
  });
});

describe('the commands that are printed', () => {
  const place = { host: 'db.example.com', port: 5432, user: "o'neil", maintenanceDatabase: 'postgres' };

  it('swap back in one transaction', () => {
    expect(undoCommand(place, { live: 'app', kept: 'app_before_1', aside: 'app_restore_1' })).toBe(
      [
        'psql --no-psqlrc --set=ON_ERROR_STOP=1 --single-transaction \\',
        '  --host=db.example.com \\',
        '  --port=5432 \\',
        "  '--username=o'\\''neil' \\",
        '  --dbname=postgres \\',
        `  '--command=ALTER DATABASE "app" RENAME TO "app_restore_1"' \\`,
        `  '--command=ALTER DATABASE "app_before_1" RENAME TO "app"'`,
      ].join('\n'),
    );
    expect(dropCommand(place, 'a"b')).toContain(`'--command=DROP DATABASE "a""b"'`);
  });

  it('mean to a shell what they say', async () => {
    const words = fc.string({ minLength: 1 }).map(text => text.replaceAll('\0', ''));
    await fc.assert(
      fc.asyncProperty(words, async word => {
        expect(await run('/bin/sh', ['-c', `printf %s ${shellWord(word)}`])).toBe(word);
      }),
      { numRuns: 20 },
    );
  });
});
