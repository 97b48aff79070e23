// What keeps a restore from being carried out, and what it met on the way. Codes PGB800 to PGB849. Unless a text says
// otherwise, the live database is as it was.
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

export function targetNotNamed(): Problem {
  return problem(
    'configuration',
    'PGB800',
    'The connection names no database, so it is not known what is to be replaced.',
    'Put the name into `database-url`, or set `database`.',
  );
}

export function noMaintenanceDatabase(tried: readonly string[], detail: string): Problem {
  return problem(
    'environment',
    'PGB801',
    `None of the databases ${tried.join(', ')} lets this role in: a database is created and renamed from another one.`,
    'Create a database named postgres, or let the role CONNECT to it.',
    detail,
  );
}

export function targetIsStandby(host: string): Problem {
  return problem(
    'environment',
    'PGB802',
    `${host} is a standby: it can only be read.`,
    'Give the address of the primary in `database-url`.',
  );
}

export function targetMissing(database: string): Problem {
  return problem(
    'environment',
    'PGB803',
    `There is no database ${database} on the target to take the place of.`,
    'Check the name; to make it anew use `mode: new-database` with that name in `new-database`.',
  );
}

export function newDatabaseExists(database: string): Problem {
  return problem(
    'environment',
    'PGB804',
    `The database ${database} exists already, and \`mode: new-database\` replaces nothing.`,
    'Choose another name in `new-database`, or use `mode: swap`.',
  );
}

export function mayNotCreateDatabases(user: string): Problem {
  return problem(
    'environment',
    'PGB805',
    `The role ${user} may not create databases on the target.`,
    `ALTER ROLE ${user} CREATEDB; or connect as a role that may. Where the provider forbids it, \`mode: in-place\` and \`mode: data-only\` work inside of a database that is there (an empty one, made in its console, for a copy).`,
  );
}

export function mayNotRename(user: string, database: string, owner: string): Problem {
  return problem(
    'environment',
    'PGB806',
    `The role ${user} may not rename ${database}, which belongs to ${owner}.`,
    `Connect as ${owner} with CREATEDB, or as a superuser; or use \`mode: new-database\` and point the application to the new name, or \`mode: in-place\`, which renames nothing.`,
  );
}

export function olderMajor(source: string, target: string): Problem {
  return problem(
    'environment',
    'PGB807',
    `The backup is of PostgreSQL ${source}, the target is ${target}: a dump does not load into an older major.`,
    'Restore into a server of the same or a newer major.',
  );
}

export function extensionsMissing(names: readonly string[]): Problem {
  return problem(
    'environment',
    'PGB808',
    `The target lacks ${count(names, 'extension')}: ${some(names)}.`,
    "Install their packages on the server (the provider's console, or an image that has them), then plan again.",
  );
}

export function extensionsDiffer(names: readonly string[]): Warning {
  return {
    code: 'PGB809',
    summary: `The target has other versions of ${count(names, 'extension')}: ${some(names)}.`,
    hint: "The target's default version is taken. Read the extension's notes on upgrading.",
  };
}

export function rolesMissing(names: readonly string[]): Problem {
  return problem(
    'environment',
    'PGB810',
    `The target lacks ${count(names, 'role')} that the backup names: ${some(names)}.`,
    'Create them (the `.globals.sql` beside the backup has their definitions), set `stub-roles: true` to have them made without login, or leave owners and grants out with `no-owner: true` and `no-acl: true`.',
  );
}

export function preparedTransactions(database: string, names: readonly string[]): Problem {
  return problem(
    'environment',
    'PGB811',
    `${count(names, 'prepared transaction')} in ${database} keep it from being renamed or emptied: ${some(names)}.`,
    "COMMIT PREPARED or ROLLBACK PREPARED each of them; ending sessions doesn't help here.",
  );
}

export function logicalSlotsStay(database: string, names: readonly string[]): Warning {
  return {
    code: 'PGB812',
    summary: `${count(names, 'logical replication slot')} of ${database} will stay with the old database: ${some(names)}.`,
    hint: 'Consumers (Debezium, a subscriber) must be set up again on the new one; the old slots keep WAL until they are dropped.',
    loud: true,
  };
}

export function subscriptionsStay(database: string, names: readonly string[]): Warning {
  return {
    code: 'PGB813',
    summary: `${count(names, 'subscription')} of ${database} will stay with the old database: ${some(names)}.`,
    hint: 'Disable them there before the swap, and create them again on the new one.',
    loud: true,
  };
}

export function sessionsConnected(database: string, sessions: number, who: string): Problem {
  return problem(
    'environment',
    'PGB814',
    `${sessions} session${sessions === 1 ? ' is' : 's are'} connected to ${database} (${who}), so it can't be renamed.`,
    'Stop what connects to it, or set `terminate-sessions: true`.',
  );
}

/** The same, after hours of restoring: what was restored and compared is whole, and stays. */
export function swapWaits(inTheWay: Problem, copy: string, command: string): Problem {
  return new Problem({
    ...inTheWay,
    hint: `The restored database is kept as ${copy}, and the command below swaps the two as soon as nobody is connected. (To do without it: DROP DATABASE it, set \`terminate-sessions: true\`, plan again.)`,
    detail: command,
  });
}

/** `when`: e.g. "at the swap". */
export function sessionsWillEnd(database: string, sessions: number, who: string, when: string): Warning {
  return {
    code: 'PGB815',
    summary: `${sessions} session${sessions === 1 ? '' : 's'} on ${database} will be ended ${when} (${who}).`,
    hint: 'Applications connect again and find the restored database.',
  };
}

export function clientForRestoreMissing(target: number, dump: number, found: readonly string[]): Problem {
  const hint =
    dump > target && dump >= 17
      ? `The backup was made with pg_dump ${dump}, whose archives a server before 17 does not take as they are: restore into PostgreSQL ${dump} or newer.`
      : `Install postgresql-client-${Math.max(target, dump)}, or name its folder in \`postgres-bin\`.`;
  return problem(
    'environment',
    'PGB816',
    `No client fits: the target is PostgreSQL ${target}, the backup was made by pg_dump ${dump}, and here are ${found.join(', ') || 'none'}.`,
    hint,
  );
}

export function confirmMissing(hash: string): Problem {
  return problem(
    'configuration',
    'PGB817',
    'Nothing was changed: the plan above is not confirmed.',
    `Read the plan, then run the same again with \`confirm: ${hash}\` and \`backup\` as the plan names it.`,
  );
}

export function confirmDiffers(given: string, hash: string): Problem {
  return problem(
    'configuration',
    'PGB818',
    `\`confirm\` is ${given}, but the plan is ${hash}: what would happen is not what was confirmed.`,
    'Read the new plan above; if it is what you want, confirm its hash.',
  );
}

export function targetChanged(database: string): Problem {
  return problem(
    'remote',
    'PGB819',
    `${database} is not the database that was planned for: it was dropped, renamed or made anew meanwhile.`,
    'Find out who did that, then plan again.',
  );
}

export function restoreFailed(ended: string, detail: string, program = 'pg_restore'): Problem {
  return problem(
    'remote',
    'PGB820',
    `${program} ${ended}; the database it restored into was dropped again.`,
    'Its last lines name the object and the reason.',
    detail,
  );
}

export function localeUnknown(detail: string): Problem {
  return problem(
    'environment',
    'PGB821',
    'The target has no such locale as the database had at the source.',
    'Generate it on the server (locale-gen, then restart PostgreSQL); another order of text could break partition bounds and indexes.',
    detail,
  );
}

export function tablesDiffer(names: readonly string[]): Problem {
  return problem(
    'integrity',
    'PGB822',
    `${count(names, 'table')} came out of the restore other than the backup holds them: ${some(names)}.`,
    "The live database is as it was. Look for triggers, rules or settings of the target that change what is loaded; the server's log of these minutes says more.",
  );
}

export function stateDiffers(what: string, names: readonly string[]): Problem {
  return problem(
    'integrity',
    'PGB823',
    `After the restore ${what} are not as the backup holds them: ${some(names)}.`,
    "The live database is as it was. The server's log of these minutes may say why.",
  );
}

export function comparisonFailed(detail: string): Problem {
  return problem(
    'remote',
    'PGB824',
    'The restored tables could not be read back.',
    'The detail is what psql printed.',
    detail,
  );
}

export function sqlHoldsCommand(input: string, line: number): Problem {
  return problem(
    'configuration',
    'PGB825',
    `\`${input}\` holds a psql command (a backslash outside of quotes) in line ${line}.`,
    'Write SQL alone; what needs a program belongs into `post-restore-command`.',
  );
}

export function sqlUnreadable(input: string, why: string): Problem {
  return problem('configuration', 'PGB826', `\`${input}\` could not be read: ${why}.`, 'Check the path.');
}

export function postRestoreFailed(input: string, ended: string, detail: string): Problem {
  return problem(
    'remote',
    'PGB827',
    `\`${input}\` ${ended}; nothing was swapped.`,
    'Its last lines say why. Mend it and run the restore again.',
    detail,
  );
}

/** `what`: e.g. "setting work_mem of role app". */
export function propertyNotCopied(what: string, detail: string): Warning {
  return {
    code: 'PGB828',
    summary: `The new database was not given the old one's ${what}: ${detail}`,
    hint: 'Set it by hand as a role that may.',
    loud: true,
  };
}

export function leftoverNotDropped(name: string, why: string): Warning {
  return {
    code: 'PGB829',
    summary: `The database ${name}, which a restore left, could not be dropped: ${why}`,
    hint: `DROP DATABASE it by hand; nothing uses it.`,
  };
}

export function swapUnclear(database: string, detail: string): Problem {
  return problem(
    'remote',
    'PGB830',
    `The connection was lost while ${database} was swapped, and the server could not be asked how that ended.`,
    'Look at the list of databases: if there is one named like the live one with _before_ in its name, the swap has happened. Both are whole either way.',
    detail,
  );
}

/** `kept`: where it still is afterwards. */
export function writesLost(
  database: string,
  since: string,
  kept: 'database' | 'backup' | 'nowhere',
): Warning {
  const hints = {
    database: 'It stays in the old database, which is kept: what is needed can be copied from there.',
    backup: 'It is in the safety backup, which is taken first: what is needed can be restored from there.',
    nowhere: 'It will be gone: set `safety-backup: required` unless it may be.',
  };
  return {
    code: 'PGB831',
    summary: `What was written to ${database} since ${since} is not in the backup.`,
    hint: hints[kept],
    loud: kept === 'nowhere',
  };
}

const SAFE_ANYWAY: Readonly<Record<string, string>> = {
  file: ', which wants a backup with its proof; restore the file into a new database',
  'safety-backup': ', which loses nothing: what was there stays beside what is restored',
  'post-restore-command':
    ', whose one transaction nobody sees into before it is committed; run it afterwards',
};

export function modeUnsuitable(input: string, mode: string): Problem {
  return problem(
    'configuration',
    'PGB832',
    `\`${input}\` means nothing with \`mode: ${mode}\`${SAFE_ANYWAY[input] ?? ''}.`,
    'Leave it out, or choose another mode.',
  );
}

export function newDatabaseNotNamed(): Problem {
  return problem(
    'configuration',
    'PGB833',
    '`mode: new-database` needs the name of the database to make.',
    'Set `new-database`.',
  );
}

export function databaseNameTooLong(name: string): Problem {
  return problem(
    'configuration',
    'PGB834',
    `"${name}" is longer than the 63 bytes that PostgreSQL keeps of a name.`,
    'Choose a shorter one.',
  );
}

export function notEnoughRoom(needed: string, free: string, folder: string): Problem {
  return problem(
    'environment',
    'PGB835',
    `The archive needs ${needed} on disk, and ${folder} has ${free} free.`,
    'Free some, or set RUNNER_TEMP (TMPDIR on a terminal) to a folder on a larger disk.',
  );
}

/** What a restore says in place of the run's own text. */
export function restoreCancelled(database: string): Problem {
  return problem(
    'cancelled',
    'PGB836',
    `The restore was cancelled before it changed anything: ${database} is as it was.`,
    'Start it again; what this run had begun is cleared up now or by the next run.',
  );
}

/** What follows its last step are statistics alone. */
export function restoreCutShort(database: string): Problem {
  return problem(
    'cancelled',
    'PGB887',
    `The restore was cancelled after it had taken effect: ${database} is as restored, and the planner's statistics were not gathered.`,
    'Run ANALYZE in it.',
  );
}

export function scratchRefused(name: string, detail: string): Problem {
  return problem(
    'remote',
    'PGB838',
    `The database ${name} could not be created on the target.`,
    "The detail is the server's own message.",
    detail,
  );
}

export function swapRefused(database: string, detail: string): Problem {
  return problem(
    'remote',
    'PGB839',
    `The server refused to rename ${database}; nothing was renamed.`,
    "The detail is the server's own message.",
    detail,
  );
}

export function sessionsInTheWay(database: string, sessions: number, who: string): Warning {
  return {
    code: 'PGB840',
    summary: `${sessions} session${sessions === 1 ? ' is' : 's are'} connected to ${database} (${who}); while any is, it can't be renamed.`,
    hint: 'Stop what connects to it before the swap, or set `terminate-sessions: true`.',
  };
}

function count(names: readonly string[], noun: string): string {
  return `${names.length} ${noun}${names.length === 1 ? '' : 's'}`;
}

function some(names: readonly string[]): string {
  const rest = names.length > NAMED ? ` and ${names.length - NAMED} more` : '';
  return `${names.slice(0, NAMED).join(', ')}${rest}`;
}
