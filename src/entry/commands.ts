// Every command of the command line, in the order in which help shows them.
import type { Command } from './command.ts';
import { backupCommand } from './command-backup.ts';
import { completionCommand } from './command-completion.ts';
import { doctorCommand } from './command-doctor.ts';
import { fetchCommand } from './command-fetch.ts';
import { gateCommand } from './command-gate.ts';
import { holdCommand, releaseCommand } from './command-hold.ts';
import { listCommand } from './command-list.ts';
import { pruneCommand } from './command-prune.ts';
import { restoreCommand } from './command-restore.ts';
import { restoreTestCommand } from './command-restore-test.ts';
import { statusCommand } from './command-status.ts';
import { verifyCommand } from './command-verify.ts';

export const COMMANDS: readonly Command[] = [
  doctorCommand,
  backupCommand,
  restoreCommand,
  restoreTestCommand,
  pruneCommand,
  gateCommand,
  listCommand,
  statusCommand,
  verifyCommand,
  fetchCommand,
  holdCommand,
  releaseCommand,
  completionCommand(() => COMMANDS),
];
