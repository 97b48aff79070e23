// Warnings that only a look at the earlier backups brings up: this one is far smaller or larger than they are.
import type { Warning } from './problem.ts';

/** For whoever must tell these apart from other warnings. */
export const SHRUNK_CODE = 'PGB510';
export const GROWN_CODE = 'PGB511';

/** `how` is a sentence's middle: what changed by how much, and against what. */
export function backupShrank(how: string): Warning {
  return {
    code: SHRUNK_CODE,
    summary: `SHRUNK: ${how}.`,
    hint: 'Check that the tables you expect still hold their rows before older backups are pruned; raise `shrink-guard` if the loss was meant.',
    loud: true,
  };
}

export function backupGrew(how: string): Warning {
  return {
    code: GROWN_CODE,
    summary: `GROWN: ${how}.`,
    hint: 'Check what was loaded into the database, and that duration and cost still fit; raise `shrink-guard` if the growth was meant.',
    loud: true,
  };
}
