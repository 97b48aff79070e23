// Recognises what PostgreSQL's tools print when they fail and turns it into the Problem that tells what to do. Texts
// differ between versions 12 to 18 and servers may speak another language, so this matches loosely, first match wins.
import * as problems from '../problems/postgres.ts';
import type { Problem } from '../problems/problem.ts';
import { describeEnd, lastLines, type ToolEnd } from './tool.ts';

/** Names for the texts, as configured: what libpq was told, not what it resolved. */
export interface Named {
  readonly host: string;
  readonly port: string;
  readonly user: string;
  readonly database: string;
  readonly lockWaitSeconds: number;
}

/** `lockTimedOut`. */
const LOCK_TIMED_OUT = 'PGB229';

type Rule = readonly [RegExp, (match: RegExpExecArray, named: Named, detail: string) => Problem];

const RULES: readonly Rule[] = [
  [
    /server version: (\d+)\S*; pg_dump version: (\S+)/,
    ([, server, client]) => problems.clientTooOld(Number(server), [client ?? '']),
  ],
  [/password authentication failed|28P01/, (_m, named, detail) => problems.wrongPassword(named.user, detail)],
  [
    /role "[^"]*" does not exist|28000: role/,
    (_m, named, detail) => problems.wrongPassword(named.user, detail),
  ],
  [/no password supplied/, (_m, named) => problems.noPassword(named.user)],
  [/could not translate host name/, (_m, named, detail) => problems.hostUnknown(named.host, detail)],
  [/no pg_hba\.conf entry/, (_m, _named, detail) => problems.hostNotAllowed(detail)],
  [
    /does not support SSL|root certificate file|server certificate for|certificate verify failed|certificate file "|SSL error|SSL connection has been|sslrootcert|channel binding/i,
    (_m, _named, detail) => problems.tlsRefused(detail),
  ],
  [/database "[^"]*" does not exist|3D000/, (_m, named) => problems.databaseMissing(named.database)],
  [
    /too many connections|too many clients|: {2}53300: |no more connections allowed|remaining connection slots/,
    (_m, _named, detail) => problems.tooManyConnections(detail),
  ],
  [
    /Connection refused|No such file or directory\s+Is the server|timeout expired|Network is unreachable|No route to host|could not connect to server|Connection timed out/,
    (_m, named, detail) => problems.serverUnreachable(`${named.host}:${named.port}`, detail),
  ],
  [
    /invalid snapshot identifier|snapshot "[^"]*" does not exist/,
    (_m, _named, detail) => problems.snapshotElsewhere(detail),
  ],
  [
    /lock timeout|55P03|could not obtain lock|statement timeout[\s\S]*LOCK TABLE/,
    (_m, named, detail) => problems.lockTimedOut(lockedTable(detail), named.lockWaitSeconds),
  ],
  [
    /row-level security policy for table "([^"]*)"/,
    ([, table], named) => problems.rowSecurityFilters([table ?? ''], named.user),
  ],
  [
    /permission denied for (\w+(?: \w+)* \S+)/,
    ([, what], _named, detail) => problems.permissionDenied(what ?? '', detail),
  ],
  [
    /invalid memory alloc request size|out of memory[\s\S]*Cannot enlarge string buffer/,
    (_m, _named, detail) => problems.fieldTooLarge(detail),
  ],
  [/max_locks_per_transaction/, () => problems.lockTableTooSmall(Number.NaN, Number.NaN)],
  [
    /server closed the connection unexpectedly|Connection reset by peer|conflict with recovery|the database system is |terminating connection|connection to server was lost|57P0[123]|SSL SYSCALL|could not receive data from server|no connection to the server/,
    (_m, _named, detail) => problems.connectionLost(detail),
  ],
];

/** For any text that a tool printed; `otherwise` where no rule knows it. */
export function explainText(stderr: string, named: Named, otherwise: (detail: string) => Problem): Problem {
  const detail = lastLines(stderr);
  for (const [pattern, make] of RULES) {
    const match = pattern.exec(stderr);
    if (match) return make(match, named, detail);
  }
  return otherwise(detail);
}

/** For pg_dump's end. All locks were ours before it started: where it waits for one, somebody queues behind us. */
export function explainDump(end: ToolEnd, named: Named): Problem {
  const problem = explainText(end.stderr, named, detail => problems.dumpFailed(describeEnd(end), detail));
  return problem.code === LOCK_TIMED_OUT
    ? problems.lockQueued(lockedTable(end.stderr), lastLines(end.stderr))
    : problem;
}

/** The table of a `LOCK TABLE` that timed out, where only one is named. */
function lockedTable(detail: string): string {
  const [, tables] = /LOCK TABLE (?:ONLY )?(.+?) IN ACCESS SHARE MODE/s.exec(detail) ?? [];
  return tables && !tables.includes(', ') ? tables : '';
}
