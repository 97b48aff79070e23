// The environment of every child process, built from a list: nothing of the runner's own (INPUT_*, AWS_*, tokens,
// LD_PRELOAD, PGOPTIONS) reaches a PostgreSQL tool, and every secret travels in a 0600 file instead of an argument.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Under which our sessions stand in pg_stat_activity, unless the connection says otherwise. */
export const APPLICATION_NAME = 'pg-backup-action';

/** How to reach the server, in libpq's own terms; made by src/inputs/connection.ts. */
export interface Connection {
  /** PG* variables without the password, e.g. `{ PGHOST: 'db', PGDATABASE: 'app' }`. */
  readonly environment: Readonly<Record<string, string>>;
  /** libpq keywords that have no variable, e.g. `{ tcp_user_timeout: '30000' }`: never secret, given as an argument. */
  readonly keywords: Readonly<Record<string, string>>;
  readonly password: string | undefined;
}

/** What libpq and its libraries read besides PG*: certificates, Kerberos tickets, ~/.pgpass, temporary files. */
const PASSED_ON = [
  'HOME',
  'TMPDIR',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'KRB5CCNAME',
  'KRB5_CONFIG',
  'SYSTEMROOT',
] as const;

/**
 * Writes the passfile into `folder` (0700, removed by the caller) and returns the environment for psql, pg_dump and
 * pg_dumpall. PGTZ is fixed so that timestamps print alike everywhere; PGCLIENTENCODING is never set (a SQL_ASCII
 * database with foreign bytes would fail to dump).
 */
export async function connectedEnvironment(
  connection: Connection,
  folder: string,
  own: NodeJS.ProcessEnv,
): Promise<Record<string, string>> {
  const environment: Record<string, string> = {
    ...unconnectedEnvironment(own),
    PGCONNECT_TIMEOUT: '15',
    PGAPPNAME: APPLICATION_NAME,
    ...connection.environment,
    PGTZ: 'UTC',
  };
  const { password } = connection;
  if (password === undefined) return environment;
  // A passfile has no way to write a newline; the environment is readable by this user alone.
  if (/[\r\n]/.test(password)) return { ...environment, PGPASSWORD: password };
  const file = join(folder, 'passfile');
  await writeFile(file, `*:*:*:*:${password.replace(/[\\:]/g, '\\$&')}\n`, { mode: 0o600, flag: 'w' });
  return { ...environment, PGPASSFILE: file };
}

/** For tools that talk to no server. LC_ALL=C: their messages are recognised in English (explain.ts). */
export function unconnectedEnvironment(own: NodeJS.ProcessEnv): Record<string, string> {
  const environment: Record<string, string> = { PATH: '/usr/bin:/bin', LC_ALL: 'C' };
  for (const name of PASSED_ON) {
    const value = own[name];
    if (value !== undefined) environment[name] = value;
  }
  return environment;
}

/**
 * The connection string for `--dbname`: keep-alives, so that a firewall doesn't drop the session that holds the snapshot
 * through a long dump, and the keywords that have no variable. No host, user or secret in it.
 */
export function connectionString(connection: Connection): string {
  const keywords = {
    keepalives_idle: '60',
    keepalives_interval: '10',
    keepalives_count: '6',
    ...connection.keywords,
  };
  return Object.entries(keywords)
    .map(([keyword, value]) => `${keyword}='${value.replace(/[\\']/g, '\\$&')}'`)
    .join(' ');
}
