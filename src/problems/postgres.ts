// Errors about the source server and its client programs. Codes PGB200 to PGB299.
import { Problem } from './problem.ts';

export function clientMissing(places: readonly string[]): Problem {
  return new Problem({
    kind: 'environment',
    code: 'PGB200',
    summary: `No folder with pg_dump, pg_restore and psql was found (looked in ${places.join(', ')}).`,
    hint: 'Install the PostgreSQL client packages (Debian, Ubuntu: postgresql-client-16), or name their folder in `postgres-bin`.',
  });
}

export function clientTooOld(serverMajor: number, found: readonly string[]): Problem {
  return new Problem({
    kind: 'environment',
    code: 'PGB201',
    summary: `The server is PostgreSQL ${serverMajor}, but the newest client found is ${found.at(-1) ?? 'none'}: pg_dump refuses newer servers.`,
    hint: `Install postgresql-client-${serverMajor}, or name the folder of such a client in \`postgres-bin\`.`,
  });
}

export function clientBroken(program: string, detail: string): Problem {
  return new Problem({
    kind: 'environment',
    code: 'PGB202',
    summary: `${program} was found but does not run.`,
    hint: 'Install the client again, or name another folder in `postgres-bin`.',
    detail,
  });
}

export function compressionUnknownToClient(compression: string, version: string): Problem {
  return new Problem({
    kind: 'configuration',
    code: 'PGB203',
    summary: `\`compression\` is ${compression}, which pg_dump ${version} can't write.`,
    hint: 'Use `compression: auto` or gzip, or a client of PostgreSQL 16 or newer (name its folder in `postgres-bin`).',
  });
}

export function wrongPassword(user: string, detail: string): Problem {
  return new Problem({
    kind: 'remote',
    code: 'PGB210',
    summary: `The server refused user ${user}: the user or the password is wrong.`,
    hint: 'Check the secret that holds the connection; a reserved character of a password must be percent-encoded in a URL.',
    detail,
  });
}

export function noPassword(user: string): Problem {
  return new Problem({
    kind: 'configuration',
    code: 'PGB211',
    summary: `The server asks for a password for user ${user}, and none was given.`,
    hint: 'Set `password`, or put it into `database-url`; a secret is empty in workflows started from a fork.',
  });
}

export function hostUnknown(host: string, detail: string): Problem {
  return new Problem({
    kind: 'remote',
    code: 'PGB212',
    summary: `The host name ${host} could not be resolved.`,
    hint: 'Check `host`; a name that has only an IPv6 address or lies in a private network is out of reach of hosted runners.',
    detail,
  });
}

export function serverUnreachable(where: string, detail: string): Problem {
  return new Problem({
    kind: 'remote',
    code: 'PGB213',
    summary: `No PostgreSQL server answered at ${where}.`,
    hint: 'Check host and port, that the server runs, and that its firewall lets this machine in.',
    detail,
  });
}

export function databaseMissing(database: string): Problem {
  return new Problem({
    kind: 'remote',
    code: 'PGB214',
    summary: `The database ${database} does not exist on the server.`,
    hint: 'Check the name after the host in `database-url`, or `database`; upper and lower case count.',
  });
}

export function tlsRefused(detail: string): Problem {
  return new Problem({
    kind: 'remote',
    code: 'PGB215',
    summary: 'The encrypted connection to the server could not be made.',
    hint: 'Give the certificate of the authority in `ssl-root-cert` (RDS and Supabase have their own), check the host name, or set sslmode where the server has no TLS.',
    detail,
  });
}

export function hostNotAllowed(detail: string): Problem {
  return new Problem({
    kind: 'remote',
    code: 'PGB216',
    summary: "The server's pg_hba.conf does not allow this connection.",
    hint: 'Where the detail says "no encryption", use sslmode=require; else let the server accept this user, database and address.',
    detail,
  });
}

export function tooManyConnections(detail: string): Problem {
  return new Problem({
    kind: 'remote',
    code: 'PGB217',
    summary: 'The server or its pooler has no connection free.',
    hint: 'A backup needs two connections at once, three for a moment: raise the limit of the role, the server or the pool.',
    detail,
  });
}

export function connectionLost(detail: string): Problem {
  return new Problem({
    kind: 'remote',
    code: 'PGB218',
    summary: 'The connection to the server was lost.',
    hint: "Look into the server's log of this minute (restart, failover, out of memory, terminated session), then run the backup again.",
    detail,
  });
}

export function queryTimedOut(what: string, seconds: number): Problem {
  return new Problem({
    kind: 'remote',
    code: 'PGB219',
    summary: `The server did not answer within ${seconds} s (${what}).`,
    hint: 'Look for a lock or an overload on the server; a session pool with a single connection waits for ever.',
  });
}

export function transactionPooler(where: string): Problem {
  return new Problem({
    kind: 'configuration',
    code: 'PGB220',
    summary: `${where} is a transaction-mode pooler: two sessions shared one server connection, so no snapshot holds there.`,
    hint: 'Connect to the server itself or to the session pooler (Supabase: port 5432; Neon: the host without -pooler).',
  });
}

export function tablesUnreadable(tables: readonly string[], user: string): Problem {
  return new Problem({
    kind: 'environment',
    code: 'PGB221',
    summary: `The role ${user} may not read ${some(tables, 'table')}.`,
    hint: `GRANT pg_read_all_data TO ${user}; (PostgreSQL 14 or newer), or grant SELECT on each of them.`,
  });
}

export function rowSecurityFilters(tables: readonly string[], user: string): Problem {
  return new Problem({
    kind: 'environment',
    code: 'PGB222',
    summary: `Row-level security hides rows of ${some(tables, 'table')} from the role ${user}.`,
    hint: `ALTER ROLE ${user} BYPASSRLS; or back up as the owner of these tables. A backup never takes part of a table.`,
  });
}

export function sequencesUnreadable(sequences: readonly string[], user: string): Problem {
  return new Problem({
    kind: 'environment',
    code: 'PGB223',
    summary: `The role ${user} may not read ${some(sequences, 'sequence')}.`,
    hint: `GRANT pg_read_all_data TO ${user}; or grant SELECT on each of them.`,
  });
}

export function schemasUnusable(schemas: readonly string[], user: string): Problem {
  return new Problem({
    kind: 'environment',
    code: 'PGB224',
    summary: `The role ${user} has no USAGE on ${some(schemas, 'schema')}.`,
    hint: `GRANT pg_read_all_data TO ${user}; or grant USAGE on each of them.`,
  });
}

export function largeObjectsUnreadable(count: number, user: string): Problem {
  return new Problem({
    kind: 'environment',
    code: 'PGB225',
    summary: `The role ${user} may not read ${count} large object${count === 1 ? '' : 's'}; pg_read_all_data does not cover them.`,
    hint: 'Back up as their owner or a superuser, or GRANT SELECT ON LARGE OBJECT for each of them.',
  });
}

export function lockTableTooSmall(needed: number, capacity: number): Problem {
  return new Problem({
    kind: 'environment',
    code: 'PGB226',
    summary: Number.isNaN(needed)
      ? "The server's lock table is full."
      : `The backup needs about ${needed} locks, the server's lock table has room for ${capacity}.`,
    hint: 'Raise max_locks_per_transaction on the server (needs a restart); `counts: off` needs fewer.',
  });
}

export function databaseEmpty(database: string): Problem {
  return new Problem({
    kind: 'environment',
    code: 'PGB227',
    summary: `The database ${database} has no table: a wrong name is likelier than an empty database.`,
    hint: 'Check the database name; if it is right, set `allow-empty: true`.',
  });
}

export function permissionDenied(what: string, detail: string): Problem {
  return new Problem({
    kind: 'environment',
    code: 'PGB228',
    summary: `The role may not read everything: permission denied for ${what}.`,
    hint: 'Grant the role pg_read_all_data, and BYPASSRLS where tables have row security.',
    detail,
  });
}

export function lockTimedOut(table: string, seconds: number): Problem {
  return new Problem({
    kind: 'remote',
    code: 'PGB229',
    summary: `A lock was not to be had within ${seconds} s${table ? ` (${table})` : ''}: another session holds or waits for an exclusive one.`,
    hint: 'Run the backup when no migration runs, or raise `lock-wait-timeout`.',
  });
}

export function lockQueued(table: string, detail: string): Problem {
  return new Problem({
    kind: 'remote',
    code: 'PGB237',
    summary: `An exclusive lock was asked for just after the backup took its own${table ? ` (${table})` : ''}: pg_dump would have waited for a session that waits for the backup.`,
    hint: 'The backup lets go and starts over once. Run it when no migration runs, and give migrations a lock_timeout.',
    detail,
  });
}

export function schemaKeepsChanging(attempts: number): Problem {
  return new Problem({
    kind: 'remote',
    code: 'PGB230',
    summary: `Tables came or went during each of ${attempts} attempts to lock them.`,
    hint: 'Run the backup when no migration runs.',
  });
}

export function snapshotElsewhere(detail: string): Problem {
  return new Problem({
    kind: 'remote',
    code: 'PGB231',
    summary: 'pg_dump reached another server than the session that took the snapshot.',
    hint: 'Name one host: a list of hosts, a reader endpoint or a balancing pooler may answer each connection from another node.',
    detail,
  });
}

export function dumpFailed(ended: string, detail: string): Problem {
  return new Problem({
    kind: 'remote',
    code: 'PGB232',
    summary: `pg_dump ${ended}: there is no backup from this run.`,
    hint: "Its last lines say why; the server's log of this minute says more.",
    detail,
  });
}

export function fieldTooLarge(detail: string): Problem {
  return new Problem({
    kind: 'environment',
    code: 'PGB233',
    summary: 'A single field is too large for pg_dump (about 512 MB as text).',
    hint: 'Move the value out of the table named in the detail, or split it; PostgreSQL cannot send it in one piece.',
    detail,
  });
}

export function queryFailed(what: string, detail: string): Problem {
  return new Problem({
    kind: 'remote',
    code: 'PGB234',
    summary: `The server refused a question of the backup (${what}).`,
    hint: "The detail is the server's own message.",
    detail,
  });
}

export function globalsFailed(detail: string): Problem {
  return new Problem({
    kind: 'remote',
    code: 'PGB235',
    summary: 'Roles and tablespaces could not be dumped (pg_dumpall --globals-only).',
    hint: 'The backup itself is whole; keep the definitions of roles elsewhere, or let the role read pg_roles.',
    detail,
  });
}

export function serverTooOld(version: string): Problem {
  return new Problem({
    kind: 'environment',
    code: 'PGB236',
    summary: `The server is PostgreSQL ${version}; versions before 12 are not supported.`,
    hint: 'Upgrade the server; nobody mends security holes in that version any more.',
  });
}

/** The first five names, and how many there are in all: a list of ten thousand helps nobody. */
function some(names: readonly string[], noun: string): string {
  const shown = names.slice(0, 5).join(', ');
  const rest = names.length > 5 ? ` and ${names.length - 5} more` : '';
  return `${names.length === 1 ? noun : `${names.length} ${noun}s`}: ${shown}${rest}`;
}
