// What keeps a file that somebody left from being restored, and what is told of one that can be. Codes PGB720 to PGB739,
// PGB886.
// In all of these nothing was changed on the target.
import { Problem, type ProblemCode, type ProblemKind, type Warning } from './problem.ts';

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

export function fileUnreadable(path: string, why: string): Problem {
  return problem(
    'configuration',
    'PGB720',
    `\`file\` ${path} can't be read: ${why}.`,
    'Check the path and its permissions; it is looked for on the machine that this runs on.',
  );
}

/** `inside`: the layers that were taken off, as in "in its gzip". */
export function fileEmpty(path: string, inside: string): Problem {
  return problem(
    'integrity',
    'PGB721',
    `${path} holds nothing${inside}: the dump had failed when it was written.`,
    'Take another file. A pipe such as `pg_dump | gzip > file` leaves one like this when pg_dump fails.',
  );
}

/** `what`: in the middle of a sentence; `remedy`: a whole one. */
export function notADump(path: string, what: string, remedy: string): Problem {
  return problem('integrity', 'PGB722', `${path} is no dump of PostgreSQL: it is ${what}.`, remedy);
}

/** `command` decrypts it, ready to be copied. */
export function pgpEncrypted(path: string, command: string): Problem {
  return problem(
    'environment',
    'PGB723',
    `${path} is encrypted with PGP, whose keys belong to gpg and its agent.`,
    `Decrypt it: ${command}. Then give the file that comes out.`,
  );
}

export function passwordMissing(path: string): Problem {
  return problem(
    'configuration',
    'PGB724',
    `${path} is encrypted by \`openssl enc\`, and \`file-password\` is not set.`,
    'Set it: as a secret in a workflow, as `--file-password env:NAME` or `@file` on a terminal.',
  );
}

export function passwordWrong(path: string): Problem {
  return problem(
    'configuration',
    'PGB725',
    `\`file-password\` does not open ${path}: with none of the usual ways to derive a key is there a dump inside.`,
    'Check the password. Another cipher than aes-256-cbc or an unusual `-iter`: decrypt it with openssl yourself, with the options of the script that wrote it, and give the result.',
  );
}

/** Rows, and no tables to put them in. */
export function dataAlone(path: string): Problem {
  return problem(
    'configuration',
    'PGB726',
    `${path} holds rows alone, without the tables that they belong to (it was made with --data-only).`,
    'An archive of rows alone goes into tables that are there: `mode: data-only`. Plain SQL of this kind can be loaded by hand.',
  );
}

export function layerDamaged(layer: string, path: string, why: string): Problem {
  return problem(
    'integrity',
    'PGB727',
    `The ${layer} around ${path} can't be taken off: ${why}.`,
    'Copy the file again from where it was kept, and compare sizes; else take another one.',
  );
}

export function unpackerMissing(program: string, path: string): Problem {
  const named = program === 'xz' ? 'xz-utils' : program;
  return problem(
    'environment',
    'PGB728',
    `${path} is compressed with ${program}, and there is no ${program} on this machine.`,
    `Install it (apt-get install ${named}, brew install ${program}), or unpack the file elsewhere.`,
  );
}

export function clusterDump(path: string): Problem {
  return problem(
    'configuration',
    'PGB729',
    `${path} is a dump of a whole server, as pg_dumpall writes it: roles and all databases in one.`,
    'Run it with psql on an empty server, and back the database that you want up from there; or cut that database out of the file, from one `\\connect` to the next.',
  );
}

/** Half a sentence, as in "it breaks off at line 12". */
export function dumpDamaged(why: string): Problem {
  return problem(
    'integrity',
    'PGB730',
    `The dump is damaged or not whole: ${why}.`,
    'Copy it again from where it was kept, and compare sizes; else take another file.',
  );
}

export function sqlCommand(line: number, text: string): Problem {
  return problem(
    'integrity',
    'PGB731',
    `The dump holds a psql command in line ${line}: \`${text.replaceAll('`', "'").trim()}\`.`,
    'Commands of psql can run programs on this machine; pg_dump writes none but `\\restrict`. Find out who put it there. A dump made with --create has `\\connect`: make it without, or take out everything up to that line.',
  );
}

export function sqlRefused(line: number, why: string): Problem {
  return problem(
    'integrity',
    'PGB732',
    `The statement in line ${line} of the dump is refused: ${why}.`,
    'Only what pg_dump writes for one database is run. Find out who put it there; what you want to run besides belongs into `post-restore-sql`.',
  );
}

export function sqlAmbiguous(line: number, why: string): Problem {
  return sqlRefused(line, `${why}, which programs read in different ways and pg_dump does not write`);
}

export function fileChanged(path: string): Problem {
  return problem(
    'integrity',
    'PGB733',
    `${path} was changed after it had been checked.`,
    'Find out what writes to it, then plan again.',
  );
}

export function fileAndBackup(input: string): Problem {
  return problem(
    'configuration',
    'PGB734',
    `\`file\` and \`${input}\` both say what to restore.`,
    'Set one of them: `file` is a file on this machine, the others choose a backup at the destination.',
  );
}

/** `what`: an input and its value. */
export function notFromSql(what: string): Problem {
  return problem(
    'configuration',
    'PGB735',
    `\`${what}\` needs an archive, and this \`file\` is plain SQL, which is run as a whole and into an empty database alone.`,
    'Restore it with `mode: swap` or `new-database`, and take or leave there what you need; `pg_dump --format=custom` of that gives an archive.',
  );
}

/** `needed`: the version from which on. */
export function psqlUnrestricted(version: string, needed: string): Problem {
  return problem(
    'environment',
    'PGB886',
    `psql ${version} can't be kept from running commands that a dump may hold: \`\\restrict\` is known from ${needed} on.`,
    'Update the client on this machine (postgresql-client), or name another one with `postgres-bin` or `postgres-version`.',
  );
}

/** `names`: tables whose rows are as many, and read otherwise. */
export function comparedByRows(names: readonly string[]): Warning {
  return {
    code: 'PGB736',
    summary: `${many(names, 'table')} could be compared by the number of rows alone: ${some(names)}.`,
    hint: 'The dump does not say in which time zone it was written, so times may read otherwise and be the same. Look at some rows.',
    loud: true,
  };
}

export function foreignCode(user: string, superuser: boolean): Warning {
  return {
    code: 'PGB737',
    summary: `Functions and defaults of the file run as ${user}${superuser ? ', a superuser,' : ''} while it is restored.`,
    hint: `Whoever could write to the file decides what they do${superuser ? ', on the whole server: use a role that is no superuser, or a server of its own, unless you trust it' : ''}.`,
    ...(superuser && { loud: true }),
  };
}

export function manifestUnusable(path: string, why: string): Problem {
  return problem(
    'integrity',
    'PGB738',
    `The manifest beside ${path} does not vouch for it: ${why}.`,
    'Fetch backup and manifest again. A file without a manifest can be restored as well: move the manifest away, and leave `verify-keys` out.',
  );
}

export function nothingToCompare(inserts: number): Warning {
  const also = inserts > 0 ? ` ${inserts} INSERT statements are run and not compared.` : '';
  return {
    code: 'PGB739',
    summary: `No proof lies beside the file: it was decoded whole, and nothing shows that it is all that was dumped.${also}`,
    hint: 'Compare the rows of each table, as the plan names them, with what you know.',
  };
}

function many(names: readonly string[], noun: string): string {
  return `${names.length} ${noun}${names.length === 1 ? '' : 's'}`;
}

function some(names: readonly string[]): string {
  const rest = names.length > NAMED ? ` and ${names.length - NAMED} more` : '';
  return `${names.slice(0, NAMED).join(', ')}${rest}`;
}
