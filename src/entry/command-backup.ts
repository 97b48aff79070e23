// `pg-backup backup`: the same run as the action's, reported to a terminal.
import { BACKUP_INPUTS } from '../inputs/specs/backup.ts';
import { outcomeToJson } from '../reports/outcome-json.ts';
import { verdict } from '../reports/verdict.ts';
import type { Command } from './command.ts';
import { exitStatus } from './exit-status.ts';
import { runBackup } from './run-backup.ts';
import { readRunFacts } from './run-facts.ts';
import { tellProblems } from './tell-problems.ts';

export const backupCommand: Command = {
  name: 'backup',
  summary: 'Dump a database, prove the archive, store it, prune by tier.',
  examples: [
    'pg-backup backup --database-url env:DATABASE_URL --destination s3://my-bucket/pg --retention "daily: 30d; weekly: 12w; monthly: 12"',
    'PGHOST=db PGDATABASE=app PGUSER=backup pg-backup backup --destination file:///mnt/backups --tier manual',
  ],
  inputs: BACKUP_INPUTS,
  async run(raw, terminal) {
    const { environment, interruption, json, lines, log } = terminal;
    const { outcome } = await runBackup(
      raw,
      {
        environment,
        run: readRunFacts(environment),
        lines,
        log,
        // A terminal has no later step: what a kill leaves, the next prune sweeps.
        journal: { uploadStarted() {}, uploadEnded() {} },
        mask() {},
        folderMade() {},
      },
      interruption,
    );
    terminal.tell(verdict(outcome));
    tellProblems(outcome.problems, terminal);
    if (json) terminal.answer(lines.redact(`${JSON.stringify(outcomeToJson(outcome), null, 2)}\n`));
    return exitStatus(outcome, interruption.received());
  },
};
