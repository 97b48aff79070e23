// Outcomes for the tests of all reports: one ordinary night, and what can become of it.
import { type Instant, parseInstant } from '../../../src/backups/instant.ts';
import { Problem, type Warning } from '../../../src/problems/problem.ts';
import type { BackupLine, BackupOutcome, NewBackup, PruneOutcome } from '../../../src/reports/outcome.ts';
import type { Decision } from '../../../src/retention/plan.ts';

export const DAY = 24 * 3_600_000;
export const MIB = 1024 * 1024;
export const GIB = 1024 * MIB;

export function instant(text: string): Instant {
  const parsed = parseInstant(text);
  if (parsed === undefined) throw new Error(`not an instant: ${text}`);
  return parsed;
}

/** The night that every fixture is about. */
export const NIGHT = instant('2026-11-21T03:17:00Z');

export function backupLine(changes: Partial<BackupLine> = {}): BackupLine {
  const id = changes.id ?? 'k7m2q9xd';
  return {
    id,
    tier: 'daily',
    stamp: NIGHT,
    bytes: 1.9 * GIB,
    rows: 12_345_678,
    tables: 21,
    level: 'stored',
    key: `app/daily/20261121T031700Z-${id}.dump.age`,
    restoreTested: false,
    held: false,
    ...changes,
  };
}

export function newBackup(changes: Partial<NewBackup> = {}): NewBackup {
  return {
    ...backupLine(changes),
    manifestKey: 'app/daily/20261121T031700Z-k7m2q9xd.manifest.json',
    rawBytes: 8.2 * GIB,
    sha256: 'ab12c3d4e5f60718293a4b5c6d7e8f90ab12c3d4e5f60718293a4b5c6d7e8f90',
    expiresAt: NIGHT + 30 * DAY,
    keptByCount: null,
    compression: 'zstd:3',
    encrypted: true,
    signed: true,
    ...changes,
  };
}

/** `count` nightly backups before NIGHT, oldest first, slowly growing. */
export function nightly(count: number): readonly BackupLine[] {
  return Array.from({ length: count }, (_, index) => {
    const nightsAgo = count - index;
    return backupLine({
      id: `night${String(nightsAgo).padStart(3, '0')}`,
      stamp: NIGHT - nightsAgo * DAY,
      bytes: Math.round((1.9 - nightsAgo * 0.02) * GIB),
      rows: 12_345_678 - nightsAgo * 40_000,
      restoreTested: nightsAgo === 6,
    });
  });
}

export function decision(changes: Partial<Decision> = {}): Decision {
  return {
    id: 'night031',
    tier: 'daily',
    stamp: NIGHT - 31 * DAY,
    bytes: 1.3 * GIB,
    reasons: ['older than 30d, the age that `daily` keeps'],
    ...changes,
  };
}

export function pruned(changes: Partial<PruneOutcome> = {}): PruneOutcome {
  return {
    plan: {
      keep: [
        decision({ id: 'k7m2q9xd', stamp: NIGHT, bytes: 1.9 * GIB, reasons: ['the newest good backup'] }),
        decision({
          id: 'night006',
          stamp: NIGHT - 6 * DAY,
          bytes: 1.8 * GIB,
          reasons: ['within 30d of `daily`', 'the newest that is restore-tested'],
        }),
      ],
      delete: [decision(), decision({ id: 'night032', stamp: NIGHT - 32 * DAY })],
      anchor: 'k7m2q9xd',
      stopped: null,
      notices: ['`yearly` is not named in `retention`: its backups are kept for ever.'],
    },
    deleted: ['night031', 'night032'],
    failed: [],
    dryRun: false,
    ...changes,
  };
}

export function outcome(changes: Partial<BackupOutcome> = {}): BackupOutcome {
  return {
    command: 'backup',
    result: 'success',
    name: 'app',
    place: 's3://acme-backups/postgres',
    tier: 'daily',
    tierReason: 'a weekly and a monthly backup of this period are there already',
    startedAt: NIGHT,
    durationSeconds: 42.3,
    source: {
      database: 'app',
      host: 'db.internal.example.com',
      serverVersion: '16.15',
      clientVersion: '16.15',
    },
    backup: newBackup(),
    problems: [],
    warnings: [],
    history: nightly(12),
    held: [
      { tier: 'daily', count: 13, bytes: 23.4 * GIB, newest: NIGHT },
      { tier: 'weekly', count: 4, bytes: 6.8 * GIB, newest: NIGHT - 6 * DAY },
      { tier: 'monthly', count: 2, bytes: 3.1 * GIB, newest: NIGHT - 20 * DAY },
      { tier: 'pre-migration', count: 1, bytes: 1.8 * GIB, newest: NIGHT - 2 * DAY },
    ],
    prune: pruned(),
    stages: [
      { name: 'Check inputs', seconds: 0.1 },
      { name: 'Check server, client and store', seconds: 1.2 },
      { name: 'Back up (dump, prove, upload)', seconds: 38.4 },
      { name: 'Commit', seconds: 0.8 },
      { name: 'Prune', seconds: 1.8 },
    ],
    runUrl: 'https://github.com/acme/shop/actions/runs/1234567890',
    detail: 'full',
    ...changes,
  };
}

/** A run that ended before there was a backup. */
export function without(changes: Partial<BackupOutcome> = {}): BackupOutcome {
  return outcome({
    result: 'failed',
    backup: null,
    prune: null,
    held: [],
    durationSeconds: 1.4,
    stages: [
      { name: 'Check inputs', seconds: 0.1 },
      { name: 'Check server, client and store', seconds: 1.3 },
    ],
    ...changes,
  });
}

export const WRONG_PASSWORD = new Problem({
  kind: 'remote',
  code: 'PGB201',
  summary: 'PostgreSQL at `db.internal.example.com:5432` refused the user `backup` or its password.',
  hint: 'Check `user` and `password` (the server gives the same answer for a role that does not exist).',
  detail:
    'psql: error: connection to server at "db.internal.example.com" (10.1.2.3), port 5432 failed: FATAL:  password authentication failed for user "backup"\n',
});

export const BAD_INPUTS: readonly Problem[] = [
  new Problem({
    kind: 'configuration',
    code: 'PGB101',
    summary: '`destination` is not set.',
    hint: 'Give a bucket, as in `s3://bucket/prefix`, or a folder, as in `file:///var/backups`.',
  }),
  new Problem({
    kind: 'configuration',
    code: 'PGB110',
    summary: '`lock-wait-timeout` is "26".',
    hint: 'Give a unit, as in `26s` or `5m`.',
  }),
  new Problem({
    kind: 'configuration',
    code: 'PGB120',
    summary: '`retention` line 2, "daly: 30d", names no tier.',
    hint: 'Use one of hourly, daily, weekly, monthly, yearly, pre-migration, manual, safety.',
  }),
];

export const PRUNE_DENIED: Warning = {
  code: 'PGB530',
  summary: '1 of 2 old backups could not be deleted: the store answered 403 AccessDenied.',
  hint: 'Grant `s3:DeleteObject` on the prefix, or prune with a role of its own.',
};

/** What a hostile database owner can put into names and messages. */
export const HOSTILE = [
  '<img src=x onerror=alert(1)>',
  '</details><h1>owned</h1>',
  'a|b\\|c`d``e',
  'line\nbreak\r\n## heading',
  '@octocat and @acme/admins',
  '<!channel> <!here> <https://evil.example|click>',
  '```\nmermaid\n```',
  '[link](https://evil.example) ![x](y) https://evil.example www.evil.example',
  '*bold* _it_ ~no~ $x^2$ #1 :smile:',
  '\u202Egnp.exe\u0000\u001b[31m',
  '"]; bar [1] %%{init}%%',
].join(' ');
