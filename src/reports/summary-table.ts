// The summary's one table: what was backed up, how large, how it compares, how far it is proven, where it lies.

import type { Level } from '../backups/level.ts';
import { keptWords } from './kept.ts';
import { code, facts, prose } from './markdown.ts';
import type { BackupOutcome, NewBackup } from './outcome.ts';
import { plural } from './plain-text.ts';
import { formatAge, formatBytes, formatChange, formatDuration, formatMoment } from './quantities.ts';
import { type Comparison, compareWithLast } from './shrink.ts';

type Row = readonly [label: string, value: string];

const SHOWN_BY_LEVEL: Readonly<Record<Level, string>> = {
  listed: 'the archive can be read and names every table',
  decoded: 'every row in the archive was decoded and hashed',
  counted: 'the archive holds as many rows as the database did at that moment',
  stored: 'the store holds the very bytes that were proven',
  restored: 'it was restored and compared row by row',
};

export function renderFactsTable(outcome: BackupOutcome): string | undefined {
  const rows: readonly Row[] = [
    ...databaseRows(outcome),
    ...(outcome.backup ? backupRows(outcome, outcome.backup) : withoutBackupRows(outcome)),
  ];
  return rows.length === 0 ? undefined : facts(rows);
}

function databaseRows({ source, detail }: BackupOutcome): readonly Row[] {
  if (!source) return [];
  const versions = prose(`PostgreSQL ${source.serverVersion} (client ${source.clientVersion})`);
  if (detail === 'minimal') return [['Server', versions]];
  return [['Database', `${code(source.database)} on ${code(source.host)}, ${versions}`]];
}

function backupRows(outcome: BackupOutcome, backup: NewBackup): readonly Row[] {
  const full = outcome.detail === 'full';
  const comparison = compareWithLast(backup, outcome.history);
  return [
    ['Stored', `${formatBytes(backup.bytes)}, ${code(backup.compression)}, ${protection(backup)}`],
    ['Against the last ones', comparison ? compared(comparison, full) : 'the first backup of this name'],
    ...(full ? ([['Content', content(backup)]] as const) : []),
    ['Proven to', `${code(backup.level)}: ${SHOWN_BY_LEVEL[backup.level]}`],
    ['Tier', `${code(backup.tier)}${reason(outcome)}, ${keptWords(backup)}`],
    ['Duration', formatDuration(outcome.durationSeconds)],
    full ? ['Archive', code(backup.key, 1_100)] : ['Backup', code(backup.id)],
    ['SHA-256', code(backup.sha256)],
  ];
}

function withoutBackupRows(outcome: BackupOutcome): readonly Row[] {
  const last = outcome.history.findLast(line => line.notCounted === undefined);
  const age = last ? formatAge(last.stamp, outcome.startedAt) : '';
  return [
    ...(outcome.tier ? ([['Tier', `${code(outcome.tier)}${reason(outcome)}`]] as const) : []),
    ...(last
      ? ([
          [
            'Last good backup',
            `${code(last.id)}, ${formatMoment(last.stamp)} (${age}), ${formatBytes(last.bytes)}, proven to ${code(last.level)}`,
          ],
        ] as const)
      : []),
    ['Duration', formatDuration(outcome.durationSeconds)],
  ];
}

function protection(backup: NewBackup): string {
  return `${backup.encrypted ? 'encrypted' : 'not encrypted'}, ${backup.signed ? 'signed' : 'not signed'}`;
}

function content({ rows, tables, rawBytes }: NewBackup): string {
  return `${plural(rows, 'row')} in ${plural(tables, 'table')}, ${formatBytes(rawBytes)} as text`;
}

function reason({ tierReason }: BackupOutcome): string {
  return tierReason === null ? '' : ` (${prose(tierReason.replace(/\.$/, ''), 300)})`;
}

function compared({ change, against, median }: Comparison, full: boolean): string {
  const rows = full ? `, ${formatChange(change.rows)} rows` : '';
  const base = against === 1 ? 'the one before' : `the median of ${against}`;
  return `${formatChange(change.bytes)} size${rows} (${base}: ${formatBytes(median.bytes)})`;
}
