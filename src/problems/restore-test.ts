// What a restore test found, and what kept it from being carried out. Codes PGB850 to PGB889. Those of kind `integrity`
// speak against the backup and are recorded as failed; all others are trouble of the machine and record nothing.
import { Problem, type ProblemCode, type ProblemKind, type Warning } from './problem.ts';

/** Shown of a list of names. */
const NAMED = 5;

function problem(
  kind: ProblemKind,
  code: ProblemCode,
  summary: string,
  hint: string,
  detail?: string | undefined,
): Problem {
  return new Problem({ kind, code, summary, hint, detail });
}

export function serverNotReachable(folder: string, detail: string): Problem {
  return problem(
    'environment',
    'PGB851',
    `The user that the throw-away server runs as can't run the programs in ${folder}.`,
    'Install PostgreSQL where every user may read it (/usr/lib/postgresql), not below a home folder.',
    detail,
  );
}

/** `program`: initdb or postgres. */
export function serverNotStarted(program: string, detail: string): Problem {
  return problem(
    'environment',
    'PGB852',
    `The throw-away server did not start: ${program} failed.`,
    'Its last lines say why. Look at the free space of the temporary folder and at the package of the server.',
    detail,
  );
}

export function notIsolated(achieved: { readonly network: string }): Problem {
  const network = achieved.network === 'none' ? '' : ', and the network is open to it';
  return problem(
    'environment',
    'PGB853',
    `A throw-away server on this machine would run as the same user as this run, in sight of its secrets${network}.`,
    'The code in a dump runs as superuser in there. Run as root or with sudo and util-linux (unshare, setpriv), use a service container (`target-url`), or set `isolation: none` where you trust whoever could write to the database.',
  );
}

export function processesRemain(count: number): Problem {
  return problem(
    'environment',
    'PGB854',
    `${count} ${count === 1 ? 'process' : 'processes'} of the throw-away server would not end, so no evidence was written.`,
    'Look at what runs on this machine; something that was restored started it.',
  );
}

export function tooLittleDisk(folder: string, needed: number, free: number): Problem {
  return problem(
    'environment',
    'PGB855',
    `${folder} has ${megabytes(free)} free, and the restored database needs about ${megabytes(needed)}.`,
    'Free some space, set TMPDIR to a larger disk, or restore into a service container (`target-url`).',
  );
}

/** `images`: where an image is known that has it. */
export function extensionsMissing(
  missing: readonly { readonly name: string; readonly image: string | undefined }[],
  major: number,
): Problem {
  const names = missing.map(({ name }) => name);
  const images = [...new Set(missing.flatMap(({ image }) => image ?? []))];
  const have = images.length > 0 ? `the image ${images.join(' or ')}` : 'an image that has them';
  return problem(
    'environment',
    'PGB856',
    `The server of the test lacks ${names.length === 1 ? 'the extension' : 'the extensions'} ${some(names)}, which the backup needs.`,
    `Start a service container from ${have} (PostgreSQL ${major}) and give its address as \`target-url\`, or install the packages on this machine.`,
  );
}

export function targetIsSource(): Problem {
  return problem(
    'configuration',
    'PGB857',
    '`target-url` is the very server that the backup was taken from.',
    'Give the address of a throw-away server, such as a service container of the job.',
  );
}

export function noBackupToTest(name: string): Problem {
  return problem(
    'stale',
    'PGB858',
    `There is no good backup of ${JSON.stringify(name)} to draw one from.`,
    '`pg-backup list` shows what lies there and why it does not count.',
  );
}

export function targetIsStandby(): Problem {
  return problem(
    'environment',
    'PGB859',
    '`target-url` is a standby: nothing can be restored into it.',
    'Give the address of a throw-away server, such as a service container of the job.',
  );
}

export function targetOfOtherMajor(backup: string, target: string): Problem {
  return problem(
    'environment',
    'PGB860',
    `The backup is of PostgreSQL ${backup}, \`target-url\` is ${target}: a dump does not load into an older major.`,
    'Start the service container from an image of the same major.',
  );
}

export function restoreFailed(detail: string | undefined): Problem {
  return problem(
    'integrity',
    'PGB863',
    'pg_restore failed: the archive could not be restored into a fresh server.',
    'Its last lines name the object. Nothing is forgiven here, because what fails in a test fails in an emergency.',
    detail,
  );
}

export function restoreOutOfRoom(detail: string | undefined): Problem {
  return problem(
    'environment',
    'PGB864',
    'The throw-away server ran out of disk or memory during the restore.',
    'Use a larger machine, or set TMPDIR to a larger disk; this says nothing about the backup.',
    detail,
  );
}

export function tablesDiffer(names: readonly string[]): Problem {
  return problem(
    'integrity',
    'PGB865',
    `Restored, ${names.length === 1 ? 'a table is' : `${names.length} tables are`} not as the backup holds ${names.length === 1 ? 'it' : 'them'}: ${some(names)}.`,
    'Use another backup. If another one shows the same, something in the schema changes rows as they load: a check, a trigger or an index that calls a function.',
  );
}

/** `what`: sequences, large objects, indexes, constraints, triggers. */
export function stateDiffers(what: string, names: readonly string[]): Problem {
  return problem(
    'integrity',
    'PGB866',
    `Restored, these ${what} are not as they were at the source: ${some(names)}.`,
    'Compare the schema of both databases with pg_dump -s; use another backup where it matters.',
  );
}

/** As the table of contents names them. */
export function contentsDiffer(missing: readonly string[], added: readonly string[]): Problem {
  const found = [
    ...(missing.length > 0 ? [`it lacks ${some(missing)}`] : []),
    ...(added.length > 0 ? [`it holds ${some(added)} besides`] : []),
  ];
  return problem(
    'integrity',
    'PGB867',
    `The archive is not the one that its proof describes: ${found.join(', and ')}.`,
    'It was made anew. Use another backup, and look who may write to the bucket.',
  );
}

/** `which`: its place in the file, from 1, with the beginning of its text. */
export function assertionsFailed(
  failed: readonly { readonly which: string; readonly why: string }[],
): Problem {
  const each = failed.map(({ which, why }) => `${which}: ${why}`);
  return problem(
    'integrity',
    'PGB868',
    `${failed.length === 1 ? 'An assertion does' : `${failed.length} assertions do`} not hold in the restored database: ${some(each)}.`,
    'Every statement in `assertions` must be a SELECT that returns one row with the single value true.',
  );
}

export function assertionsUnusable(why: string): Problem {
  return problem(
    'configuration',
    'PGB869',
    `The file of \`assertions\` can't be used: ${why}.`,
    'Write SQL statements that end in a semicolon; psql commands (a backslash) are not taken.',
  );
}

export function evidenceNotWritten(why: string): Problem {
  return problem(
    'remote',
    'PGB870',
    `The restore test came to its end, but its evidence could not be written: ${why}`,
    'Let the role put `*.evidence.*.json` beside the backup (docs/iam.md); the backup stays at its old level.',
  );
}

/** In place of the run's own text. */
export function testCancelled(): Problem {
  return problem(
    'cancelled',
    'PGB875',
    'The restore test was cancelled: its server is gone, and it says nothing about the backup.',
    'Start it again.',
  );
}

export function globalsNotTested(): Warning {
  return {
    code: 'PGB871',
    summary: 'The backup has no file of roles (globals), so a server made anew would lack them.',
    hint: 'Roles that the dump names were made as stubs for the test. Let the backup role read them, or keep their definitions elsewhere.',
  };
}

export function failedEarlier(id: string): Warning {
  return {
    code: 'PGB872',
    summary: `Backup ${id} failed an earlier restore test.`,
    hint: 'It counts again once this test passes.',
  };
}

export function unsignedEvidence(): Warning {
  return {
    code: 'PGB873',
    summary:
      'The evidence is not signed, and so it does not raise the level of the backup where `verify-keys` are set.',
    hint: 'Give the restore test a `signing-key` of its own and put its public half into `verify-keys` everywhere.',
    loud: true,
  };
}

/** `how`: half a sentence. */
export function weaklyIsolated(how: string): Warning {
  return {
    code: 'PGB874',
    summary: `The throw-away server was fenced off less than it could be: ${how}.`,
    hint: 'Run as root or with sudo, with unshare and setpriv of util-linux; it stands in the evidence.',
  };
}

function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / 1_000_000)} MB`;
}

function some(names: readonly string[]): string {
  const rest = names.length > NAMED ? ` and ${names.length - NAMED} more` : '';
  return names.slice(0, NAMED).join(', ') + rest;
}
