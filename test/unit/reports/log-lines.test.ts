import { describe, expect, it } from 'vitest';
import {
  committedLine,
  problemLines,
  provenLine,
  prunedLine,
  serverLine,
  uploadedLine,
  warningLine,
} from '../../../src/reports/log-lines.ts';
import { GIB, newBackup, PRUNE_DENIED, pruned, WRONG_PASSWORD } from './outcome-fixture.ts';

const SERVER = {
  database: 'app',
  host: 'db.internal',
  serverVersion: '16.15',
  clientVersion: '17.2',
  databaseBytes: 8.2 * GIB,
  tables: 21,
};

it('server', () => {
  expect(serverLine(SERVER, 'full')).toBe(
    'Server: `app` on `db.internal`, PostgreSQL 16.15, 8.2 GiB in 21 tables; client 17.2',
  );
  expect(serverLine(SERVER, 'minimal')).toBe('Server: PostgreSQL 16.15, 8.2 GiB; client 17.2');
});

it('upload', () => {
  const upload = { bytes: 1.9 * GIB, milliseconds: 42_300, sha256: 'ab12c3d4e5f60718' };
  expect(uploadedLine({ ...upload, parts: 8 })).toBe(
    'Uploaded 1.9 GiB in 42 s (46 MiB/s), 8 parts, sha256 ab12c3d4e5f6…',
  );
  expect(uploadedLine({ ...upload, milliseconds: 0 })).toBe('Uploaded 1.9 GiB in 0 s, sha256 ab12c3d4e5f6…');
});

it('proof and commit', () => {
  const backup = newBackup();
  expect(provenLine(backup, 'full')).toBe(
    'Proven to `stored`: 12,345,678 rows in 21 tables, 8.2 GiB decoded and hashed',
  );
  expect(provenLine(backup, 'minimal')).toBe('Proven to `stored`');
  expect(committedLine(backup, 'full')).toBe(
    'Committed backup `k7m2q9xd` as `daily`, manifest `app/daily/20261121T031700Z-k7m2q9xd.manifest.json`',
  );
  expect(committedLine(backup, 'minimal')).toBe('Committed backup `k7m2q9xd` as `daily`');
});

describe('prune', () => {
  const stopped = pruned({
    plan: { ...pruned().plan, stopped: 'a backup is dated in the future' },
    deleted: [],
  });
  it.each([
    [null, 'Pruned nothing: `retention` is not set or pruning is off'],
    [pruned(), 'Pruned 2 backups, 2 kept'],
    [pruned({ dryRun: true, deleted: [] }), 'Would prune 2 backups, 2 kept'],
    [
      pruned({ deleted: ['night032'], failed: [{ id: 'night031', why: '403' }] }),
      'Pruned 1 backup, 2 kept, 1 could not be deleted',
    ],
    [stopped, 'Pruned nothing: the plan was stopped (a backup is dated in the future)'],
  ])('%#', (prune, text) => expect(prunedLine(prune, 'full')).toBe(text));

  it('hides a reason that may hold names', () => {
    expect(prunedLine(stopped, 'minimal')).toBe('Pruned nothing: the plan was stopped');
  });
});

it('problems say what failed, what to do and what the tool printed', () => {
  expect(problemLines(WRONG_PASSWORD, 'full')).toEqual([
    'PGB201 PostgreSQL at `db.internal.example.com:5432` refused the user `backup` or its password.',
    '  Check `user` and `password` (the server gives the same answer for a role that does not exist).',
    expect.stringMatching(/^ {2}\| psql: error: connection to server/),
  ]);
  expect(problemLines(WRONG_PASSWORD, 'minimal')).toEqual([
    'PGB201 PostgreSQL or the store refused or failed.',
    '  Each code is a heading in `docs/troubleshooting.md`.',
  ]);
});

it('warnings', () => {
  expect(warningLine(PRUNE_DENIED, 'full')).toBe(`PGB530 ${PRUNE_DENIED.summary} ${PRUNE_DENIED.hint}`);
  expect(warningLine({ ...PRUNE_DENIED, loud: true }, 'minimal')).toBe('WARNING PGB530 CHECK THIS.');
});
