import { describe, expect, it } from 'vitest';
import { undoCommand } from '../../../src/commands/restore/undo.ts';
import {
  confirmMissing,
  propertyNotCopied,
  restoreCancelled,
  tablesDiffer,
} from '../../../src/problems/restore.ts';
import { renderEmail } from '../../../src/reports/email-message.ts';
import { restoreNotice } from '../../../src/reports/restore-notice.ts';
import {
  initialRestoreOutputs,
  RESTORE_OUTPUT_DESCRIPTIONS,
  type RestoreOutcome,
  restoreOutputsOf,
  restoreToJson,
  restoreVerdict,
} from '../../../src/reports/restore-outcome.ts';
import { planLines, planToJson, type RestorePlan } from '../../../src/reports/restore-plan.ts';
import { renderRestoreSummary, restoreAnnotation } from '../../../src/reports/restore-summary.ts';
import { renderSlack } from '../../../src/reports/slack-message.ts';
import { renderWebhook } from '../../../src/reports/webhook-body.ts';
import { BACKUP, DATABASE, FACTS } from '../commands/restore/sample.ts';

const NOW = Date.parse('2026-11-21T03:17:00Z');

const PLAN: RestorePlan = {
  hash: 'c7209e0ee7eb',
  backup: BACKUP,
  file: null,
  mode: 'swap',
  database: 'app',
  target: { ...FACTS, leftovers: [{ name: 'app_restore_00000000', bytes: 5 }] },
  replaces: { ...DATABASE, tables: 3, sessions: [{ application: 'shop', count: 2 }] },
  noOwner: false,
  noAcl: true,
  stubRoles: false,
  terminateSessions: true,
  postRestoreSql: 'select 1',
  postRestoreCommand: 'npm run migrate',
  expected: { seconds: 754, testedAt: Date.parse('2026-11-18T04:00:00Z') },
  notes: [],
  problems: [],
  plannedAt: NOW,
};

const OF_FILE: RestorePlan = {
  ...PLAN,
  backup: null,
  file: {
    path: '/old/app.sql.gz',
    format: 'sql',
    layers: ['gzip'],
    bytes: 2_000,
    plainBytes: 9_000,
    sha256: 'f'.repeat(64),
    writtenAt: '2026-03-01 03:17',
    level: 'decoded',
    backupId: null,
    database: null,
    serverVersion: '13.4',
    clientVersion: '13.4',
    rows: 1_040,
    tables: 2,
    contents: [
      { name: 'public.books', rows: 1_000 },
      { name: 'public.authors', rows: 40 },
    ],
    extensions: [],
  },
};

const DONE: RestoreOutcome = {
  command: 'restore',
  result: 'success',
  place: 's3://bucket/p',
  startedAt: NOW,
  durationSeconds: 62,
  plan: PLAN,
  restored: {
    database: 'app',
    kept: 'app_before_11111111',
    undo: undoCommand(
      {
        host: `${'h'.repeat(100)}.example.com`,
        port: 5432,
        user: 'u'.repeat(40),
        maintenanceDatabase: 'postgres',
      },
      { live: 'l'.repeat(63), kept: 'k'.repeat(63), aside: 'a'.repeat(63) },
    ),
    drop: 'psql drop',
    tables: 3,
    rows: 1_040,
  },
  problems: [],
  warnings: [],
  stages: [{ name: 'Swap', seconds: 0.3 }],
  runUrl: 'https://github.com/o/r/actions/runs/1',
  detail: 'full',
};

const FAILED: RestoreOutcome = {
  ...DONE,
  result: 'failed',
  restored: null,
  problems: [tablesDiffer(['public.a'])],
};

describe('a plan in lines', () => {
  it('says what, where, and what it replaces', () => {
    expect(planLines(PLAN, 'full')).toEqual([
      'Backup `0abc1def` (`daily`) of `app`: taken 2026-11-20 03:17 UTC, 24 h ago; 977 KiB, 1,040 rows in 3 tables; proven to `stored`; PostgreSQL 16.15',
      'Target: `db.example.com`, port 5432, as `restorer`, PostgreSQL 16.15',
      'Restores beside `app`, compares, then swaps the two by renaming them',
      'Replaces `app` (9.54 MiB, 3 tables, owner `owner`, 2 sessions); it is kept under another name until you drop it',
      'Also: grants are left out; sessions are ended at the swap; then your SQL runs in it; then your command runs: `npm run migrate`',
      'Expected to take about 12 min 34 s, as the restore test of 2026-11-18 04:00 UTC did (3 d ago, on a machine of its own)',
      'Left by earlier restores, dropped first: `app_restore_00000000`',
      'Plan `c7209e0ee7eb`',
    ]);
  });

  it('says that nobody knows how long it takes where no test has passed', () => {
    expect(planLines({ ...PLAN, expected: null }, 'full')).toContain(
      'How long it takes is not known: no restore test of it has passed yet',
    );
    expect(planToJson({ ...PLAN, expected: null })).toMatchObject({ expected: null });
  });

  it('with minimal detail tells neither names nor hosts nor rows', () => {
    const text = planLines(PLAN, 'minimal').join('\n');
    expect(text).not.toMatch(/`app|example|restorer|1,040|migrate/);
    expect(text).toContain('c7209e0ee7eb');
  });

  it('as JSON carries its hash at the top level', () => {
    expect(planToJson({ ...PLAN, problems: [confirmMissing('x')] })).toMatchObject({
      hash: 'c7209e0ee7eb',
      backup: { stamp: '2026-11-20T03:17:00Z' },
      expected: { seconds: 754, testedAt: '2026-11-18T04:00:00Z' },
      problems: [{ code: 'PGB817' }],
    });
    expect(restoreToJson(DONE)).toMatchObject({ hash: 'c7209e0ee7eb', result: 'success' });
  });
});

describe('how a restore ended, in one sentence', () => {
  it.each<[string, Partial<RestoreOutcome>, string]>([
    [
      'well',
      {},
      'Restored `app` from backup `0abc1def` in 1 min 2 s, 1,040 rows compared; the old one is kept as `app_before_11111111`.',
    ],
    [
      'into a new database',
      { restored: { ...DONE.restored, kept: null, undo: '' } as RestoreOutcome['restored'] },
      'Restored `app` from backup `0abc1def` in 1 min 2 s, 1,040 rows compared.',
    ],
    [
      'with a look',
      { result: 'degraded' },
      'Restored `app` from backup `0abc1def` in 1 min 2 s, 1,040 rows compared; the old one is kept as `app_before_11111111`, with something to look at.',
    ],
    [
      'badly',
      FAILED,
      'Restore of `app` failed after 1 min 2 s: 1 table came out of the restore other than the backup holds them: public.a.',
    ],
    [
      'badly, to nobody',
      { ...FAILED, detail: 'minimal' },
      'Restore of the database failed after 1 min 2 s: PGB822.',
    ],
    [
      'before a plan',
      { ...FAILED, plan: null },
      'Restore of the database failed after 1 min 2 s: 1 table came out of the restore other than the backup holds them: public.a.',
    ],
    [
      'cancelled',
      { result: 'cancelled', restored: null, problems: [restoreCancelled('app')] },
      'Restore of `app` was cancelled after 1 min 2 s: The restore was cancelled before the swap: app is as it was.',
    ],
    [
      'planned',
      { result: 'planned', restored: null },
      'Planned the restore of `app` from backup `0abc1def`: plan `c7209e0ee7eb`. Nothing was changed.',
    ],
  ])('%s', (_how, change, sentence) => {
    expect(restoreVerdict({ ...DONE, ...change })).toBe(sentence);
  });
});

describe('summary, Slack, annotation and outputs', () => {
  it('a good one shows the plan and how to undo it', () => {
    const summary = renderRestoreSummary(DONE);
    expect(summary).toContain('## PostgreSQL restore\n');
    expect(summary).toContain('**To undo it**');
    for (const line of DONE.restored?.undo.split('\n') ?? []) {
      expect(summary).toContain(line);
      expect(JSON.stringify(renderSlack(restoreNotice(DONE, 'full')))).toContain(
        JSON.stringify(line.trimStart()).slice(1, -1),
      );
    }
    expect(renderSlack(restoreNotice(DONE, 'full')).text).toContain('Restored `app`');
    expect(JSON.stringify(renderSlack(restoreNotice(DONE, 'full')).blocks)).toContain('To undo it');
    expect(restoreAnnotation(DONE)).toBeUndefined();
    expect(restoreOutputsOf(DONE)).toEqual({
      'plan-hash': 'c7209e0ee7eb',
      'backup-id': '0abc1def',
      database: 'app',
      undo: DONE.restored?.undo,
      level: 'stored',
      'duration-seconds': '62',
      result: 'success',
    });
  });

  it('is told in full to the team, and names nothing where little is to be told', () => {
    const { text, html } = renderEmail(restoreNotice(DONE, 'full'));
    expect(text).toContain('To undo it:');
    expect(html).toContain('To undo it');
    const bare = restoreNotice(DONE, 'minimal');
    expect(bare).toMatchObject({ name: '', commands: [], outputs: { 'backup-id': '0abc1def' } });
    const told = JSON.stringify([renderSlack(bare), renderEmail(bare), renderWebhook(bare)]);
    for (const hidden of ['`app`', '"app"', 'app_before', 'example.com', '>app<'])
      expect(told).not.toContain(hidden);
  });

  it('a failed one shows cause and next step', () => {
    expect(renderRestoreSummary(FAILED)).toMatch(
      /## PostgreSQL restore FAILED[\s\S]*PGB822[\s\S]*Nothing was swapped/,
    );
    expect(restoreAnnotation(FAILED)).toMatchObject({
      level: 'error',
      message: expect.stringContaining('PGB822'),
    });
    expect(restoreOutputsOf({ ...FAILED, plan: null })).toEqual({
      ...initialRestoreOutputs(),
      'duration-seconds': '62',
    });
  });

  it('with minimal detail nothing tells names, hosts or commands', () => {
    const warned = {
      ...DONE,
      result: 'degraded' as const,
      detail: 'minimal' as const,
      warnings: [propertyNotCopied('setting x of role app', 'no')],
    };
    const all =
      renderRestoreSummary(warned) + JSON.stringify(restoreAnnotation(warned)) + restoreVerdict(warned);
    expect(all).not.toMatch(/`app|role app|example|restorer|1,040|migrate|ALTER DATABASE/);
  });

  it('hostile names stay text', () => {
    const name = '<!channel>`|\n## x';
    const hostile = {
      ...DONE,
      plan: { ...PLAN, database: name, replaces: { ...DATABASE, name, tables: 1, sessions: [] } },
    };
    expect(
      renderRestoreSummary(hostile)
        .split('\n')
        .filter(line => line.startsWith('## ')),
    ).toEqual(['## PostgreSQL restore']);
    expect(JSON.stringify(renderSlack(restoreNotice(hostile, 'full')))).not.toContain('<!channel>');
  });

  it('every output is described, and set from the first line on', () => {
    expect(Object.keys(initialRestoreOutputs())).toEqual(Object.keys(RESTORE_OUTPUT_DESCRIPTIONS));
    expect(initialRestoreOutputs().result).toBe('failed');
  });
});

describe('a restore from a file', () => {
  const DONE_OF_FILE = { ...DONE, plan: OF_FILE };

  it('tells the rows of each table, what was taken off, and that there is no proof', () => {
    const lines = planLines(OF_FILE, 'full');
    expect(lines[0]).toBe(
      `File \`/old/app.sql.gz\`: a dump as plain SQL, inside of gzip, written 2026-03-01 03:17; 1.95 KiB, 1,040 rows in 2 tables; decoded whole, with nothing to compare it with; PostgreSQL 13.4; sha256 \`${'f'.repeat(64)}\``,
    );
    expect(lines).toContain('  1,000 rows in `public.books`');
    expect(planToJson(OF_FILE)).toMatchObject({ backup: null, file: { rows: 1_040 } });
    expect(restoreOutputsOf(DONE_OF_FILE)).toMatchObject({ 'backup-id': '', level: 'decoded' });
    expect(restoreVerdict(DONE_OF_FILE)).toContain('from the file `/old/app.sql.gz`');
  });

  it('keeps paths, tables and rows to itself where little is to be shown', () => {
    const shown = [
      ...planLines(OF_FILE, 'minimal'),
      restoreVerdict({ ...DONE_OF_FILE, detail: 'minimal' }),
    ].join('\n');
    expect(shown).not.toMatch(/old|books|1,0/);
    expect(shown).toContain('sha256');
  });
});
