// `pg-backup gate`: the same check as the action's, right before a migration wherever that runs.
import { GATE_INPUTS } from '../inputs/specs/gate.ts';
import type { Command } from './command.ts';
import { gateJob } from './jobs/gate.ts';
import { runOnTerminal } from './terminal-job.ts';

export const gateCommand: Command = {
  name: 'gate',
  summary: 'Let a migration through only if a proven backup is fresh enough.',
  notes:
    'Exit status 0 where it passes, 3 where the backup is missing, too old or not proven enough, 1 where that could not be\nfound out. On a terminal every change is taken for a migration.',
  examples: [
    'pg-backup gate --destination s3://my-bucket/pg --name shop --max-age 26h && npx prisma migrate deploy',
    'pg-backup gate --destination s3://my-bucket/pg --name shop --require restored --restored-within 35d',
    'pg-backup gate --destination s3://my-bucket/pg --name shop --on-stale backup --database-url env:DATABASE_URL',
  ],
  inputs: GATE_INPUTS,
  run: (raw, terminal) => runOnTerminal(gateJob, raw, terminal),
};
