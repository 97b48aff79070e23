// Why the gate does not let a migration through, and what it could not find out. Codes PGB650 to PGB668 and PGB672. What is wrong
// with a backup itself stands in backups.ts.
import { Problem, type ProblemCode, type ProblemKind, type Warning } from './problem.ts';

function problem(kind: ProblemKind, code: ProblemCode, summary: string, hint: string): Problem {
  return new Problem({ kind, code, summary, hint });
}

const TAKE_ONE =
  'Start the backup workflow and run this check again; in a deployment, `on-stale: backup` takes one right here.';

/** `age` and `limit` as people read them. */
export function backupStale(name: string, id: string, age: string, limit: string): Problem {
  return problem(
    'stale',
    'PGB650',
    `The newest backup of ${JSON.stringify(name)}, ${id}, holds what was there ${age} ago; \`max-age\` is ${limit}.`,
    `${TAKE_ONE} If it should have run by itself, look whether its schedule still does.`,
  );
}

/** `there`: backups of this name that don't count. */
export function nothingCounts(name: string, there: number): Problem {
  const what = there === 0 ? 'none at all' : `${there} that ${there === 1 ? 'does' : 'do'} not count`;
  return problem(
    'stale',
    'PGB651',
    `There is no backup of ${JSON.stringify(name)} that counts: ${what}.`,
    'Check `name` and `destination`, the prefix too; `pg-backup list` shows what lies there and why it is not counted.',
  );
}

export function neverRestored(name: string, id: string): Problem {
  return problem(
    'stale',
    'PGB652',
    `The newest backup of ${JSON.stringify(name)}, ${id}, is proven to \`stored\`; \`restored\` is required.`,
    'Run a restore test of it, or set `restored-within: 35d` to let a test of an earlier backup count.',
  );
}

/** `last`: when one passed last, as people read it; null: never, as far as the bucket tells. */
export function notTested(name: string, within: string, last: string | null): Problem {
  const seen = last === null ? 'none is recorded' : `the last one passed ${last} ago`;
  return problem(
    'stale',
    'PGB653',
    `No restore test of ${JSON.stringify(name)} passed within ${within}: ${seen}.`,
    'Run the restore test; with `verify-keys` set it needs a signing key of its own that is among them.',
  );
}

export function lastTestFailed(name: string, id: string): Problem {
  return problem(
    'stale',
    'PGB654',
    `The newest restore test of ${JSON.stringify(name)}, of backup ${id}, failed.`,
    "Read that test's report, mend what it found, and run it again.",
  );
}

export function identityNotAccepted(fingerprint: string, words: string): Problem {
  return problem(
    'stale',
    'PGB655',
    `The newest backup is not of the database that this name stands for: the last one was of ${words}.`,
    `If that is meant, give \`accept-identity: ${fingerprint}\` to the next backup once; otherwise give the second database a \`name\` of its own.`,
  );
}

/** `who`: application names. */
export function dumpRunning(who: readonly string[], seconds: number | null): Problem {
  const since = seconds === null ? '' : `, for ${seconds} s`;
  return problem(
    'stale',
    'PGB656',
    `The database is being dumped at this moment (${[...new Set(who)].join(', ')}${since}).`,
    'A migration would wait for the locks of the dump, and everybody else for the migration. Run this again when the dump is done.',
  );
}

export function forkNotChecked(): Problem {
  return problem(
    'stale',
    'PGB657',
    'This pull request changes migrations and comes from a fork, which gets no secrets: the backups could not be looked at.',
    "A maintainer reads the migration, pushes the branch into this repository (`gh pr checkout`, `git push origin`), and opens a pull request from there; or sets `on-fork: pass` and relies on the gate in the merge queue and before the deployment's migration.",
  );
}

/** In place of a failure, with `on-fork: pass`. */
export function forkLetThrough(): Warning {
  return {
    code: 'PGB658',
    summary:
      'This pull request changes migrations and comes from a fork, so the backups were not looked at; `on-fork: pass` lets it through.',
    hint: 'Whoever merges it relies on the gate in the merge queue or right before the migration. Have one there.',
    loud: true,
  };
}

export function standbyUnknown(id: string): Problem {
  return problem(
    'stale',
    'PGB659',
    `Backup ${id} was taken from a standby, and how much that had replayed is not known.`,
    'Take a new one with this version, once the standby has replayed a transaction since it was started.',
  );
}

/** Same size, other ETag. */
export function archiveReplaced(id: string): Problem {
  return problem(
    'integrity',
    'PGB660',
    `The archive of the newest backup, ${id}, is not the object that was stored: its ETag is another.`,
    'Somebody wrote it anew, or the bucket was copied. Look who may write to the bucket, verify it with `pg-backup verify`, and take a new backup.',
  );
}

/** `why`: half a sentence. */
export function filesNotKnown(why: string): Warning {
  return {
    code: 'PGB661',
    summary: `Which files are changed could not be found out (${why}), so the change is taken for a migration.`,
    hint: 'On pull requests give `github-token` (the job has it as `github.token`) and the permission `pull-requests: read`, otherwise `contents: read`.',
  };
}

export function commentNotWritten(why: string): Warning {
  return {
    code: 'PGB662',
    summary: `The comment on the pull request could not be written: ${why}`,
    hint: 'Give the job `pull-requests: write`. Pull requests from forks get no comment; the verdict is not affected.',
  };
}

export function gateNameMissing(): Problem {
  return problem(
    'configuration',
    'PGB663',
    '`name` is not set.',
    'Say whose backup must be there; a gate takes no other, even where only one lies at the destination.',
  );
}

export function restoredWithinAlone(): Problem {
  return problem(
    'configuration',
    'PGB664',
    '`restored-within` is set, and `require` is not `restored`.',
    'Set `require: restored` as well, or leave it out.',
  );
}

export function databaseUrlNeeded(): Problem {
  return problem(
    'configuration',
    'PGB665',
    '`on-stale` is `backup`, and `database-url` is not set.',
    'Give the database to back up, or set `on-stale: fail`.',
  );
}

/** Beside the verdict of a gate that would have taken a backup. */
export function noBackupOnEvent(event: string): Warning {
  return {
    code: 'PGB666',
    summary: `No backup is taken and no database is asked on the event \`${event}\`, whatever \`on-stale\` and \`database-url\` say.`,
    hint: 'Its workflow is the author’s to edit. Let the gate run again in the deployment, right before the migration.',
  };
}

export function migrationGlobsEmpty(): Problem {
  return problem(
    'configuration',
    'PGB667',
    '`migrations` holds no glob.',
    'Write one a line, as in `db/migrate/**`; `**` takes every change for a migration. Left out, the usual places are looked at.',
  );
}

/** It would match no file, and every migration would pass for something else. */
export function migrationGlobUnknown(glob: string): Problem {
  return problem(
    'configuration',
    'PGB672',
    `\`migrations\` has ${JSON.stringify(glob)}, which is no glob of the kind that is known here.`,
    'There are `*`, `?`, `{a,b}`, and `**` between slashes for any number of folders: `**/*.sql`, not `**.sql`. Nothing is left out by `!`, and in place of a bracket or a backslash write `?`.',
  );
}

/** In place of the run's own text. */
export function gateCancelled(): Problem {
  return problem(
    'cancelled',
    'PGB668',
    'The gate was cancelled before it came to a verdict.',
    'Start it again.',
  );
}
