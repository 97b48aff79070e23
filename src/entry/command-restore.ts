// `pg-backup restore`: the same run as the action's, on a terminal, where a person may confirm by typing.
import { createInterface } from 'node:readline/promises';
import { shellWord } from '../commands/restore/undo.ts';
import type { RawInputs } from '../inputs/raw-inputs.ts';
import { RESTORE_INPUTS } from '../inputs/specs/restore.ts';
import type { Command, Terminal } from './command.ts';
import { restoreJob } from './jobs/restore.ts';
import { runOnTerminal } from './terminal-job.ts';

export const restoreCommand: Command = {
  name: 'restore',
  summary: 'Plan a restore, and with its hash carry it out: beside the live database, compared, swapped.',
  notes:
    "Without --confirm it prints the plan and how to confirm it; on a terminal it then asks for the database's name.\nThe live database is as it was until the last step, which renames it or, in the modes that change it in place,\ncommits the one transaction in which all was restored and compared. How to undo it is printed.",
  examples: [
    'pg-backup restore --database-url env:DATABASE_URL --destination s3://my-bucket/pg --dry-run',
    'pg-backup restore 3f9k2m7q --database-url env:DATABASE_URL --destination s3://my-bucket/pg --confirm 4b1c0e9d7a52',
    'pg-backup restore --mode new-database --new-database staging --post-restore-sql anonymise.sql --destination file:///mnt/backups --name app --host localhost',
    'pg-backup restore --mode tables --tables public.orders --database-url env:DATABASE_URL --destination s3://my-bucket/pg --dry-run',
  ],
  inputs: RESTORE_INPUTS,
  operand: 'backup',
  run: (raw, terminal) =>
    runOnTerminal(
      restoreJob({
        ask: askOn(terminal),
        again: settled => callAgain(raw, { ...settled }),
      }),
      raw,
      terminal,
    ),
};

function askOn({ interruption, json }: Terminal): ((question: string) => Promise<string>) | undefined {
  if (!process.stdin.isTTY || !process.stderr.isTTY || json) return undefined;
  return async question => {
    const reader = createInterface({ input: process.stdin, output: process.stderr });
    try {
      return await reader.question(question, { signal: interruption.signal });
    } finally {
      reader.close();
    }
  };
}

/** Secrets came from somewhere and must come from there again: they are named, never shown. */
function callAgain(raw: RawInputs, settled: Readonly<Record<string, string>>): string {
  const words = [...raw]
    .filter(([name]) => !(name in settled) && name !== 'dry-run' && name !== 'confirm')
    .map(([name, value]) => flagOf(name, value));
  const confirmed = Object.entries(settled)
    .filter(([, value]) => value !== '')
    .map(([name, value]) => flagOf(name, value));
  return ['pg-backup restore', ...words, ...confirmed].join(' ');
}

function flagOf(name: string, value: string): string {
  const spec = RESTORE_INPUTS.find(known => known.name === name);
  if (spec?.secret) return `--${name} …`;
  if (spec?.kind === 'boolean') return value === 'true' ? `--${name}` : `--no-${name}`;
  return `--${name} ${shellWord(value)}`;
}
