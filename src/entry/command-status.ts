// `pg-backup status`: how the backups stand, held against thresholds; the same run as the action's.
import { STATUS_INPUTS } from '../inputs/specs/status.ts';
import type { Command } from './command.ts';
import { statusJob } from './jobs/status.ts';
import { runOnTerminal } from './terminal-job.ts';

export const statusCommand: Command = {
  name: 'status',
  summary: 'Show how the backups stand: age, tiers, last proof, sizes, what is due.',
  notes:
    'Exit status 3 where a check of the severity in --fail-on fails: by default where a name has no good backup, or none\nis there at all.',
  examples: [
    'pg-backup status --destination s3://my-bucket/pg',
    'pg-backup status --destination s3://my-bucket/pg --name app --retention "daily: 30d; weekly: 12w" --json',
    'pg-backup status --destination s3://my-bucket/pg --html backups.html',
    'pg-backup status --destination file:///mnt/backups --fail-on warning --metrics-file /var/lib/node_exporter/pg-backup.prom',
  ],
  inputs: STATUS_INPUTS,
  run: (raw, terminal) => runOnTerminal(statusJob, raw, terminal),
};
