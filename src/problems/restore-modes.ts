// What keeps a restore from changing a database that stays (in place, tables, data only), and what it met on the way.
// Codes PGB837, PGB841 to PGB849, PGB876 to PGB882, PGB885. Unless a text says otherwise, the live database is as it was.
import { Problem, type ProblemCode, type ProblemKind, type Warning } from './problem.ts';

/** Shown of a list of names. */
const NAMED = 8;

function problem(
  kind: ProblemKind,
  code: ProblemCode,
  summary: string,
  hint: string,
  detail?: string | undefined,
): Problem {
  return new Problem({ kind, code, summary, hint, detail });
}

/** `step`: e.g. "loading". */
export function liveStepFailed(step: string, database: string, ended: string, detail: string): Problem {
  return problem(
    'remote',
    'PGB837',
    `The change of ${database} failed at ${step} (psql ${ended}): its transaction was taken back whole.`,
    'The last lines name the object and the reason.',
    detail,
  );
}

export function tableLineUnreadable(line: string): Problem {
  return problem(
    'configuration',
    'PGB841',
    `\`tables\` has the line "${line}", which is not \`schema.table\`.`,
    'One table a line, its schema in front (`public.orders`); names with capitals or dots in double quotes, as in SQL.',
  );
}

export function tablesNotNamed(): Problem {
  return problem(
    'configuration',
    'PGB842',
    '`mode: tables` needs the tables to restore.',
    'Name them in `tables`, one `schema.table` a line.',
  );
}

export function tablesNotInBackup(names: readonly string[]): Problem {
  return problem(
    'configuration',
    'PGB843',
    `The backup holds no ${names.length === 1 ? 'table' : 'tables'} ${some(names)}.`,
    '`pg-backup fetch` and `pg_restore --list` show what it holds.',
  );
}

export function tablesNotInTarget(names: readonly string[]): Problem {
  return problem(
    'environment',
    'PGB844',
    `\`mode: data-only\` fills tables that are there, and the target has no ${some(names)}.`,
    'Create them first (run your migrations), name fewer in `tables`, or use `mode: tables`, which makes them.',
  );
}

export function partitionsElsewhere(names: readonly string[]): Problem {
  return problem(
    'environment',
    'PGB849',
    `${some(names)} ${names.length === 1 ? 'is a partition' : 'are partitions'} of the chosen tables in the backup, and not in the target: missing there, or detached.`,
    'Attach what was detached, create what is missing, or name in `tables` each partition that is to come back instead of its root.',
  );
}

export function objectsOfOthers(database: string, names: readonly string[]): Problem {
  return problem(
    'environment',
    'PGB845',
    `${some(names)} in ${database} can't be replaced by the role that restores: ${names.length === 1 ? 'it belongs' : 'they belong'} to others.`,
    'Connect as their owner, GRANT their owners to your role, or restore less: `mode: data-only` or `tables`.',
  );
}

export function safetyFailed(database: string, why: string): Problem {
  return problem(
    'remote',
    'PGB846',
    `The safety backup of ${database} failed, so nothing was changed: ${why}`,
    'Mend that, or say `safety-backup: off` where what is in the database may be lost.',
  );
}

/** Before the fence is raised, and after, where somebody can't be sent away; it is taken down again then. */
export function fenceNeedsNobody(database: string, sessions: number): Problem {
  return problem(
    'environment',
    'PGB847',
    `${sessions} session${sessions === 1 ? '' : 's'} on ${database} would go on writing behind the fence: it keeps only those from it who connect later.`,
    'Set `terminate-sessions: true`, or stop what connects. Sessions of roles that yours may not end need pg_signal_backend, or a superuser.',
  );
}

export function changeUnclear(database: string, detail: string): Problem {
  return problem(
    'remote',
    'PGB848',
    `The connection was lost while the change of ${database} was committed, and the server could not be asked how that ended.`,
    'Look at the data: it is all as in the backup, or all as it was; nothing in between is possible.',
    detail,
  );
}

export function dependentsInTheWay(table: string, names: readonly string[]): Problem {
  return problem(
    'environment',
    'PGB876',
    `${table} can't be replaced: ${some(names)} depend${names.length === 1 ? 's' : ''} on it.`,
    'Use `mode: data-only`, which keeps the table and fills it anew, or leave `replace-tables` out and look at it in a schema beside.',
  );
}

export function schemaBesideExists(schema: string): Problem {
  return problem(
    'environment',
    'PGB877',
    `The schema ${schema} is there already: an earlier restore of the same backup made it.`,
    `DROP SCHEMA it if nobody needs it any more, then plan again.`,
  );
}

export function sqlEndsTransaction(statement: string): Problem {
  return problem(
    'configuration',
    'PGB878',
    `\`post-restore-sql\` says ${statement}, but in this mode it runs inside of the one transaction that changes the database.`,
    'Leave BEGIN, COMMIT and their like out, and what no transaction takes (CREATE INDEX CONCURRENTLY, VACUUM).',
  );
}

/** `how`: e.g. "is emptied and filled". */
export function liveIsLocked(database: string, how: string): Warning {
  return {
    code: 'PGB879',
    summary: `${database} ${how} in one transaction: until it ends, whoever reads these tables waits, and it works through one connection.`,
    hint: 'Plan a pause for the application; where databases may be created and renamed, `mode: swap` has none.',
  };
}

/** `undo`: the statements. */
export function fenceNotLifted(database: string, undo: string, detail: string): Warning {
  return {
    code: 'PGB880',
    summary: `The fence around ${database} could not be taken down: ${detail}`,
    hint: `Until then it is read-only. By hand: ${undo}; the next restore does it as well.`,
    loud: true,
  };
}

export function subscriptionsInTheWay(database: string, names: readonly string[]): Problem {
  return problem(
    'environment',
    'PGB881',
    `${database} holds ${names.length === 1 ? 'the subscription' : 'the subscriptions'} ${some(names)}, which no transaction can drop and create again.`,
    'DROP SUBSCRIPTION by hand and plan again; afterwards create it anew.',
  );
}

export function safetyInTheClear(): Problem {
  return problem(
    'configuration',
    'PGB882',
    'What is restored is encrypted, and the safety backup would not be.',
    'Set `age-recipients` as for your backups, or `safety-backup: off`.',
  );
}

/** Where a file is restored, whose own folder is no place for backups. */
export function safetyNowhere(): Problem {
  return problem(
    'configuration',
    'PGB885',
    'The safety backup has no place to go: `destination` is not set.',
    'Set `destination` to where your backups lie, or say `safety-backup: off` where what is in the database may be lost.',
  );
}

function some(names: readonly string[]): string {
  const rest = names.length > NAMED ? ` and ${names.length - NAMED} more` : '';
  return `${names.slice(0, NAMED).join(', ')}${rest}`;
}
