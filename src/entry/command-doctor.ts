// `pg-backup doctor`: the same round as the action's, on a terminal.
import { DOCTOR_INPUTS } from '../inputs/specs/doctor.ts';
import type { Command } from './command.ts';
import { doctorJob } from './jobs/doctor.ts';
import { runOnTerminal } from './terminal-job.ts';

export const doctorCommand: Command = {
  name: 'doctor',
  summary: 'Check database, client, store, keys and job for a backup, all at once; change nothing.',
  notes:
    'Takes the inputs of the backup. Exit status 0 where nothing is wrong, whatever the advice; with --probe one small\nobject is written to the store and removed again.',
  examples: [
    'pg-backup doctor --database-url env:DATABASE_URL --destination s3://my-bucket/pg',
    'pg-backup doctor --database-url env:DATABASE_URL --destination s3://my-bucket/pg --probe',
    'pg-backup doctor --host db.internal --user backup --database shop --destination file:///mnt/backups --json',
  ],
  inputs: DOCTOR_INPUTS,
  run: (raw, terminal) => runOnTerminal(doctorJob, raw, terminal),
};
