import { describe, expect, it } from 'vitest';
import { judgeTarget, restorableOf } from '../../../../src/commands/restore/judge.ts';
import type { RestoreSettings } from '../../../../src/commands/restore/settings.ts';
import type { DatabaseFacts, TargetFacts } from '../../../../src/postgres/target-port.ts';
import type { PlannedBackup } from '../../../../src/reports/restore-plan.ts';
import { RESTORE_SETTINGS } from '../../../parts/restore-run.ts';
import { BACKUP, DATABASE, FACTS } from './sample.ts';

interface Case {
  backup?: Partial<PlannedBackup>;
  facts?: Partial<TargetFacts>;
  database?: Partial<DatabaseFacts>;
  settings?: Partial<RestoreSettings>;
  problems?: string[];
  notes?: string[];
}

const LOST = 'PGB831';

describe('judgeTarget', () => {
  it.each<[string, Case]>([
    ['nothing speaks against it', { notes: [LOST] }],
    ['a standby', { facts: { standby: true }, problems: ['PGB802'], notes: [LOST] }],
    ['an older major', { backup: { serverVersion: '17.2' }, problems: ['PGB807'], notes: [LOST] }],
    ['a newer major', { facts: { serverMajor: 18, serverVersion: '18.6' }, notes: [LOST] }],
    ['no CREATEDB', { facts: { mayCreateDatabases: false }, problems: ['PGB805'], notes: [LOST] }],
    ['not the owner', { database: { mayRename: false }, problems: ['PGB806'], notes: [LOST] }],
    [
      'an extension is missing',
      { facts: { extensions: FACTS.extensions.slice(0, 1) }, problems: ['PGB808'], notes: [LOST] },
    ],
    [
      'an extension in another version',
      { backup: { extensions: [{ name: 'hstore', version: '1.4' }] }, notes: ['PGB809', LOST] },
    ],
    [
      'prepared transactions',
      { database: { preparedTransactions: ['x'] }, problems: ['PGB811'], notes: [LOST] },
    ],
    [
      'slots and subscriptions',
      { database: { logicalSlots: ['s'], subscriptions: ['t'] }, notes: ['PGB812', 'PGB813', LOST] },
    ],
    ['sessions', { database: { sessions: [{ application: 'a', count: 2 }] }, notes: ['PGB840', LOST] }],
    [
      'sessions that will end',
      {
        database: { sessions: [{ application: 'a', count: 2 }] },
        settings: { terminateSessions: true },
        notes: ['PGB815', LOST],
      },
    ],
    ['no such database', { facts: { database: null }, problems: ['PGB803'] }],
    [
      'a new one that is there',
      { settings: { mode: 'new-database', newDatabase: 'app' }, problems: ['PGB804'] },
    ],
    ['a new one', { settings: { mode: 'new-database', newDatabase: 'app' }, facts: { database: null } }],
    [
      'all at once',
      {
        facts: { standby: true, mayCreateDatabases: false },
        database: { mayRename: false, preparedTransactions: ['x'] },
        problems: ['PGB802', 'PGB805', 'PGB806', 'PGB811'],
        notes: [LOST],
      },
    ],
  ])('%s', (_what, { backup, facts, database, settings, problems = [], notes = [] }) => {
    const live = facts?.database === null ? null : { ...DATABASE, ...database };
    const judged = judgeTarget(
      restorableOf({ backup: { ...BACKUP, ...backup } }),
      { ...FACTS, ...facts, database: live },
      { ...RESTORE_SETTINGS, ...settings },
      'app',
    );
    expect(judged.problems.map(({ code }) => code)).toEqual(problems);
    expect(judged.notes.map(({ code }) => code)).toEqual(notes);
  });
});
