// The texts are what psql, pg_dump and pg_dumpall of 13 to 18 print; each must lead to the problem that tells what to do.
import { describe, expect, it } from 'vitest';
import { explainDump, explainText } from '../../../src/postgres/explain.ts';
import { queryFailed } from '../../../src/problems/postgres.ts';

const named = { host: 'db', port: '5432', user: 'backup', database: 'app', lockWaitSeconds: 300 };
const at = 'connection to server at "127.0.0.1", port 54015 failed:';
const explain = (stderr: string) => explainText(stderr, named, detail => queryFailed('anything', detail));

describe('what a tool prints', () => {
  it.each<[code: string, stderr: string]>([
    [
      'PGB201',
      'pg_dump: error: aborting because of server version mismatch\npg_dump: detail: server version: 17.10; pg_dump version: 15.18 (Debian 15.18-0+deb12u1)',
    ],
    [
      'PGB201',
      'pg_dump: error: server version: 17.10; pg_dump version: 13.23\npg_dump: error: aborting because of server version mismatch',
    ],
    ['PGB210', `psql: error: ${at} FATAL:  password authentication failed for user "postgres"`],
    ['PGB210', `psql: error: ${at} FATAL:  role "nobody" does not exist`],
    ['PGB211', `psql: error: ${at} fe_sendauth: no password supplied`],
    [
      'PGB212',
      'psql: error: could not translate host name "no-such-host.invalid" to address: Name or service not known',
    ],
    [
      'PGB212',
      'pg_dump: error: connection to database "app" failed: could not translate host name "x" to address: Temporary failure in name resolution',
    ],
    [
      'PGB213',
      'psql: error: connection to server at "127.0.0.1", port 54001 failed: Connection refused\n\tIs the server running on that host and accepting TCP/IP connections?',
    ],
    ['PGB213', 'psql: error: could not connect to server: Connection refused'],
    [
      'PGB213',
      'psql: error: connection to server on socket "/nonexistent/.s.PGSQL.5432" failed: No such file or directory\n\tIs the server running locally and accepting connections on that socket?',
    ],
    ['PGB213', `psql: error: ${at} timeout expired`],
    [
      'PGB213',
      `psql: error: ${at} Network is unreachable\n\tIs the server running on that host and accepting TCP/IP connections?`,
    ],
    ['PGB214', `psql: error: ${at} FATAL:  database "nosuchdb" does not exist`],
    ['PGB214', `psql: error: ${at} FATAL:  database "certificates" does not exist`],
    ['PGB217', `psql: error: ${at} FATAL:  too many connections for role "lim"`],
    ['PGB217', `psql: error: ${at} FATAL:  sorry, too many clients already`],
    [
      'PGB217',
      `psql: error: ${at} FATAL:  remaining connection slots are reserved for roles with the SUPERUSER attribute`,
    ],
    ['PGB217', 'ERROR:  53300: too many connections for database "app"'],
    ['PGB215', `psql: error: ${at} server does not support SSL, but SSL was required`],
    [
      'PGB216',
      `psql: error: ${at} FATAL:  no pg_hba.conf entry for host "127.0.0.1", user "postgres", database "postgres", no encryption`,
    ],
    [
      'PGB216',
      `psql: error: ${at} FATAL:  no pg_hba.conf entry for host "10.0.0.1", user "certificate", database "postgres", SSL encryption`,
    ],
    [
      'PGB215',
      `psql: error: ${at} root certificate file "/nonexistent/.postgresql/root.crt" does not exist\nEither provide the file, use the system's trusted roots with sslrootcert=system, or change sslmode to disable server certificate verification.`,
    ],
    ['PGB215', `psql: error: ${at} root certificate file "system" does not exist`],
    ['PGB215', `psql: error: ${at} SSL error: certificate verify failed`],
    ['PGB215', `psql: error: ${at} SSL error: unsupported protocol`],
    ['PGB215', `psql: error: ${at} server certificate for "localhost" does not match host name "127.0.0.1"`],
    [
      'PGB215',
      `psql: error: ${at} channel binding required but not supported by server's authentication request`,
    ],
    [
      'PGB228',
      'pg_dump: error: query failed: ERROR:  permission denied for table secrets\npg_dump: detail: Query was: LOCK TABLE public.secrets IN ACCESS SHARE MODE',
    ],
    [
      'PGB228',
      'pg_dump: error: query failed: ERROR:  permission denied for table certificates\npg_dump: detail: Query was: LOCK TABLE public.certificates IN ACCESS SHARE MODE',
    ],
    ['PGB228', 'ERROR:  42501: permission denied for schema priv'],
    ['PGB228', 'pg_dump: error: query failed: ERROR:  permission denied for sequence customers_id_seq'],
    [
      'PGB228',
      'pg_dump: error: could not open large object 53300: ERROR:  permission denied for large object 53300',
    ],
    [
      'PGB222',
      'pg_dump: error: query failed: ERROR:  query would be affected by row-level security policy for table "rls"\nHINT:  To disable the policy for the table\'s owner, use ALTER TABLE NO FORCE ROW LEVEL SECURITY.',
    ],
    [
      'PGB229',
      'pg_dump: error: query failed: ERROR:  canceling statement due to statement timeout\npg_dump: detail: Query was: LOCK TABLE public.orders IN ACCESS SHARE MODE',
    ],
    ['PGB229', 'ERROR:  55P03: canceling statement due to lock timeout'],
    [
      'PGB218',
      'pg_dump: error: Dumping the contents of table "a" failed: PQgetCopyData() failed.\npg_dump: detail: Error message from server: server closed the connection unexpectedly\n\tThis probably means the server terminated abnormally\n\tbefore or while processing the request.',
    ],
    [
      'PGB218',
      'pg_dump: error: Dumping the contents of table "certificates" failed: PQgetCopyData() failed.\npg_dump: detail: Error message from server: server closed the connection unexpectedly',
    ],
    ['PGB218', 'FATAL:  57P01: terminating connection due to administrator command'],
    ['PGB218', 'pg_dump: error: SSL SYSCALL error: EOF detected'],
    ['PGB231', 'pg_dump: error: query failed: ERROR:  invalid snapshot identifier: "00000003-0000001B-1"'],
    ['PGB231', 'ERROR:  22023: snapshot "00000003-0000001B-1" does not exist'],
    [
      'PGB233',
      'pg_dump: error: Dumping the contents of table "big" failed: PQgetResult() failed.\npg_dump: detail: Error message from server: ERROR:  invalid memory alloc request size 1073741824',
    ],
    [
      'PGB226',
      'pg_dump: error: query failed: ERROR:  out of shared memory\nHINT:  You might need to increase "max_locks_per_transaction".',
    ],
    ['PGB234', 'ERROR:  42601: syntax error at or near "selct"'],
    ['PGB234', ''],
  ])('%s: %s', (code, stderr) => {
    expect(explain(stderr).code).toBe(code);
  });

  it('names what it can: user, database, place, table, seconds', () => {
    expect(explain('password authentication failed').summary).toContain('backup');
    expect(explain('database "x" does not exist').summary).toContain('app');
    expect(explain('timeout expired').summary).toContain('db:5432');
    expect(
      explain(
        'canceling statement due to statement timeout\nQuery was: LOCK TABLE ONLY public.orders IN ACCESS SHARE MODE',
      ).summary,
    ).toMatch(/300 s \(public\.orders\)/);
    expect(
      explain('statement timeout\nLOCK TABLE public.a, public.b IN ACCESS SHARE MODE').summary,
    ).not.toContain('public.');
    expect(explain('row-level security policy for table "rls"').summary).toContain('rls');
  });

  it('shows the last lines alone', () => {
    const lines = Array.from({ length: 20 }, (_, line) => `line ${line}`).join('\n');
    expect(explain(lines).detail).toMatch(/^line 1\d\n[\s\S]*\nline 19$/);
  });
});

describe("pg_dump's end", () => {
  it.each([
    [{ code: 1, signal: null, stderr: 'pg_dump: terminated by user' }, 'ended with status 1'],
    [{ code: null, signal: 'SIGKILL' as const, stderr: '' }, 'was killed (SIGKILL)'],
    [{ code: null, signal: null, stderr: 'spawn ENOENT' }, 'ended with status unknown'],
    [
      {
        code: 1,
        signal: null,
        stderr: 'pg_dump: error: could not write to output file: No space left on device',
      },
      'ended with status 1',
    ],
  ])('%j', (end, words) => {
    const problem = explainDump(end, named);
    expect(problem.code).toBe('PGB232');
    expect(problem.summary).toContain(words);
    expect(problem.detail).toBe(end.stderr);
  });
});
