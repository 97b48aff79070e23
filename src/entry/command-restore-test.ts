// `pg-backup restore-test`: the same run as the action's, on a terminal.
import { RESTORE_TEST_INPUTS } from '../inputs/specs/restore-test.ts';
import type { Command } from './command.ts';
import { restoreTestJob } from './jobs/restore-test.ts';
import { runOnTerminal } from './terminal-job.ts';

export const restoreTestCommand: Command = {
  name: 'restore-test',
  summary: 'Restore a backup into a throw-away server, compare all of it, and record what was found.',
  notes:
    'Starts a PostgreSQL server of its own from the programs of this machine (initdb, postgres of the same major) and\nthrows it away, or uses --target-url. The evidence lies beside the backup: passed makes it `restored`, failed makes\nit count no longer until a later test passes.',
  examples: [
    'pg-backup restore-test --destination s3://my-bucket/pg --age-identity @key.txt --signing-key @test-key.pem --verify-keys @keys.txt',
    'pg-backup restore-test random --destination file:///mnt/backups --name app --assertions checks.sql --json',
    'pg-backup restore-test --destination s3://my-bucket/pg --target-url postgresql://postgres:postgres@localhost:5432/postgres',
  ],
  inputs: RESTORE_TEST_INPUTS,
  operand: 'backup',
  run: (raw, terminal) => runOnTerminal(restoreTestJob, raw, terminal),
};
