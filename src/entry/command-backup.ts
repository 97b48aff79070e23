// `pg-backup backup`: the same run as the action's, reported to a terminal.
import { BACKUP_INPUTS } from '../inputs/specs/backup.ts';
import type { Command } from './command.ts';
import { backupJob } from './jobs/backup.ts';
import { runOnTerminal } from './terminal-job.ts';

export const backupCommand: Command = {
  name: 'backup',
  summary: 'Dump a database, prove the archive, store it, prune by tier.',
  examples: [
    'pg-backup backup --database-url env:DATABASE_URL --destination s3://my-bucket/pg --retention "daily: 30d; weekly: 12w; monthly: 12"',
    'PGHOST=db PGDATABASE=app PGUSER=backup pg-backup backup --destination file:///mnt/backups --tier manual',
  ],
  inputs: BACKUP_INPUTS,
  run: (raw, terminal) => runOnTerminal(backupJob, raw, terminal),
};
