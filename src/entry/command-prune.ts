// `pg-backup prune`: the same run as the action's, on a terminal.
import { PRUNE_INPUTS } from '../inputs/specs/prune.ts';
import type { Command } from './command.ts';
import { pruneJob } from './jobs/prune.ts';
import { runOnTerminal } from './terminal-job.ts';

export const pruneCommand: Command = {
  name: 'prune',
  summary: 'Delete what policy lets go, and sweep what crashed runs left; by default it only plans.',
  notes:
    'Without --no-dry-run nothing is changed: the plan tells for each backup why it stays or goes. A plan of more than\n--max-delete is carried out only with --confirm and the hash that it prints.',
  examples: [
    'pg-backup prune --destination s3://my-bucket/pg --retention "daily: 30d; weekly: 12w; monthly: 12"',
    'pg-backup prune --destination s3://my-bucket/pg --name app --retention "daily: 30d" --no-dry-run',
    'pg-backup prune --destination file:///mnt/backups --name old --retention "daily: 1h; weekly: 1h" --as-of now --no-dry-run --confirm 3f9c0d5b7a21',
  ],
  inputs: PRUNE_INPUTS,
  run: (raw, terminal) => runOnTerminal(pruneJob, raw, terminal),
};
