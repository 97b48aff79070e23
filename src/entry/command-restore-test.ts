// `pg-backup restore-test`: the same run as the action's, on a terminal.
import { RESTORE_TEST_INPUTS } from '../inputs/specs/restore-test.ts';
import { restoreTestToJson } from '../reports/restore-test-outcome.ts';
import { restoreTestVerdict } from '../reports/restore-test-verdict.ts';
import type { Command } from './command.ts';
import { exitStatus } from './exit-status.ts';
import { readRunFacts } from './run-facts.ts';
import { runRestoreTest } from './run-restore-test.ts';
import { tellProblems } from './tell-problems.ts';

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
  async run(raw, terminal) {
    const { environment, interruption, json, lines, log } = terminal;
    const outcome = await runRestoreTest(
      raw,
      { environment, run: readRunFacts(environment), lines, log, mask() {}, folderMade() {} },
      interruption,
    );
    terminal.tell(restoreTestVerdict(outcome));
    tellProblems(outcome.problems, terminal);
    if (json) terminal.answer(lines.redact(`${JSON.stringify(restoreTestToJson(outcome), null, 2)}\n`));
    return exitStatus(outcome, interruption.received());
  },
};
