// How a restore's plan speaks of what is restored: the backup, or the file and all that is known of it.
import type { Instant } from '../backups/instant.ts';
import { marked, plural } from './plain-text.ts';
import { formatAge, formatBytes, formatMoment } from './quantities.ts';
import type { PlannedBackup, PlannedFile } from './restore-plan.ts';

export function backupLine(backup: PlannedBackup, now: Instant, full: boolean): string {
  const of = full ? ` of ${marked(backup.database)}` : '';
  const content = full ? `, ${plural(backup.rows, 'row')} in ${plural(backup.tables, 'table')}` : '';
  return `Backup ${marked(backup.id)} (${marked(backup.tier)})${of}: taken ${formatMoment(backup.stamp)}, ${formatAge(backup.stamp, now)}; ${formatBytes(backup.bytes)}${content}; proven to ${marked(backup.level)}; PostgreSQL ${backup.serverVersion}`;
}

/** Of as many tables the rows are told one by one. */
const TABLES_TOLD = 200;
const FORMATS = {
  custom: 'in the custom format',
  directory: 'in the directory format',
  tar: 'in the tar format',
  sql: 'as plain SQL',
} as const;

export function fileLines(file: PlannedFile, full: boolean): string[] {
  const of = full && file.database !== null ? ` of ${marked(file.database)}` : '';
  const name = full ? ` ${marked(file.path)}` : '';
  const layers = file.layers.length === 0 ? '' : `, inside of ${file.layers.join(', ')}`;
  const content = full ? `, ${plural(file.rows, 'row')} in ${plural(file.tables, 'table')}` : '';
  const proof =
    file.backupId === null
      ? 'decoded whole, with nothing to compare it with'
      : `backup ${marked(file.backupId)}, proven to ${marked(file.level)}`;
  const version =
    file.serverVersion === null ? 'PostgreSQL of unknown version' : `PostgreSQL ${file.serverVersion}`;
  const told = full ? file.contents.slice(0, TABLES_TOLD) : [];
  const rest = file.contents.length - told.length;
  return [
    `File${name}: a dump${of} ${FORMATS[file.format]}${layers}, written ${file.writtenAt}; ${formatBytes(file.bytes)}${content}; ${proof}; ${version}; sha256 ${marked(file.sha256)}`,
    ...told.map(table => `  ${plural(table.rows, 'row')} in ${marked(table.name)}`),
    ...(full && rest > 0 ? [`  and ${plural(rest, 'table')} more`] : []),
  ];
}
