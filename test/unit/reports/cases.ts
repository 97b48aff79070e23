// The runs whose reports are kept as golden files: each as a person would meet it.
import { Problem } from '../../../src/problems/problem.ts';
import type { BackupOutcome } from '../../../src/reports/outcome.ts';
import { shrinkWarnings } from '../../../src/reports/shrink.ts';
import {
  BAD_INPUTS,
  backupLine,
  DAY,
  decision,
  HOSTILE,
  MIB,
  NIGHT,
  newBackup,
  nightly,
  outcome,
  PRUNE_DENIED,
  pruned,
  WRONG_PASSWORD,
  without,
} from './outcome-fixture.ts';

const SHRUNK = newBackup({ bytes: 712 * MIB, rows: 4_800_000, rawBytes: 3_000 * MIB });

const DRY_RUN = without({
  result: 'planned',
  durationSeconds: 2.1,
  prune: pruned({ deleted: [], dryRun: true }),
});

export const CASES: Readonly<Record<string, BackupOutcome>> = {
  success: outcome(),
  'first-backup': outcome({
    history: [],
    held: [{ tier: 'monthly', count: 1, bytes: 512 * MIB, newest: NIGHT }],
    tier: 'monthly',
    tierReason: 'no monthly backup lies in November 2026',
    backup: newBackup({
      bytes: 512 * MIB,
      tier: 'monthly',
      expiresAt: null,
      encrypted: false,
      signed: false,
    }),
    prune: null,
  }),
  'degraded-by-prune': outcome({
    result: 'degraded',
    warnings: [PRUNE_DENIED],
    prune: pruned({ deleted: ['night032'], failed: [{ id: 'night031', why: '403 AccessDenied' }] }),
  }),
  shrunk: outcome({
    result: 'degraded',
    backup: SHRUNK,
    warnings: shrinkWarnings(SHRUNK, nightly(12), 50),
    prune: pruned({
      deleted: [],
      plan: { ...pruned().plan, stopped: 'the new backup is much smaller than the last ones' },
    }),
  }),
  'failed-password': without({ problems: [WRONG_PASSWORD] }),
  'failed-inputs': without({
    problems: BAD_INPUTS,
    name: '',
    place: '',
    tier: null,
    tierReason: null,
    source: null,
    history: [],
    stages: [],
    durationSeconds: 0.02,
  }),
  cancelled: without({
    result: 'cancelled',
    durationSeconds: 612,
    problems: [
      new Problem({
        kind: 'cancelled',
        code: 'PGB900',
        summary: 'The run was cancelled while the dump was uploaded.',
        hint: 'Nothing was stored; start it again when you are ready.',
      }),
    ],
  }),
  'dry-run': DRY_RUN,
  'minimal-detail': outcome({
    detail: 'minimal',
    result: 'degraded',
    backup: SHRUNK,
    warnings: [...shrinkWarnings(SHRUNK, nightly(12), 50), PRUNE_DENIED],
    prune: pruned({ deleted: ['night032'], failed: [{ id: 'night031', why: '403 on s3://acme-backups' }] }),
  }),
  'minimal-failure': without({ detail: 'minimal', problems: [WRONG_PASSWORD] }),
  hostile: hostileOutcome(),
};

export function hostileOutcome(): BackupOutcome {
  return outcome({
    result: 'degraded',
    name: HOSTILE,
    place: `file:///${HOSTILE}`,
    tierReason: HOSTILE,
    source: { database: HOSTILE, host: HOSTILE, serverVersion: HOSTILE, clientVersion: '16.15' },
    backup: newBackup({ key: HOSTILE, compression: HOSTILE }),
    problems: [
      new Problem({ kind: 'remote', code: 'PGB201', summary: HOSTILE, hint: HOSTILE, detail: HOSTILE }),
    ],
    warnings: [{ code: 'PGB530', summary: HOSTILE, hint: HOSTILE, loud: true }],
    history: [backupLine({ id: 'night001', stamp: NIGHT - DAY, notCounted: HOSTILE }), ...nightly(2)],
    prune: pruned({
      plan: { ...pruned().plan, delete: [decision({ reasons: [HOSTILE] })], notices: [HOSTILE] },
      deleted: [],
      failed: [{ id: 'night031', why: HOSTILE }],
    }),
    stages: [{ name: HOSTILE, seconds: 1 }],
    runUrl: 'https://github.com/acme/shop/actions/runs/1|<!channel>',
  });
}
