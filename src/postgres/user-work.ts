// What users have done to the restored database before it goes live: their SQL, in a psql of its own that knows none of
// our settings, and their command (migrations), which learns of the database by DATABASE_URL and gets nothing of the
// runner's secrets.
import { postRestoreFailed } from '../problems/restore.ts';
import type { Connection } from './child-environment.ts';
import type { ToolOutput } from './port.ts';
import { sessionOptions } from './restore-archive.ts';
import { describeEnd, lastLines, runTool, type ToolCommand } from './tool.ts';

/** What programs need to run at all. No INPUT_*, AWS_*, ACTIONS_*, GITHUB_TOKEN, GITHUB_ENV, GITHUB_PATH, GITHUB_OUTPUT. */
const PASSED_ON = [
  'PATH',
  'HOME',
  'USER',
  'SHELL',
  'LANG',
  'LC_ALL',
  'TZ',
  'TMPDIR',
  'CI',
  'RUNNER_TEMP',
  'RUNNER_TOOL_CACHE',
  'GITHUB_WORKSPACE',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
];

export async function runUserSql(
  tool: (program: string, args: readonly string[]) => ToolCommand,
  folder: string,
  sql: string,
): Promise<ToolOutput> {
  const args = ['--no-psqlrc', '--quiet', '--set=ON_ERROR_STOP=1', '--file=-'];
  const command = tool('psql', args);
  const environment = { ...command.environment, PGOPTIONS: sessionOptions(undefined) };
  const psql = runTool({ ...command, environment }, folder, end =>
    postRestoreFailed('post-restore-sql', describeEnd(end), lastLines(end.stderr)),
  );
  await psql.write(Buffer.from(sql.endsWith('\n') ? sql : `${sql}\n`));
  psql.end();
  return psql;
}

/** `connected`: PG* variables and the passfile, as every child of ours has them. */
export function runUserCommand(
  command: string,
  setting: { readonly connection: Connection; readonly folder: string; readonly own: NodeJS.ProcessEnv },
  connected: Readonly<Record<string, string>>,
): ToolOutput {
  const environment = {
    ...userEnvironment(setting.own, connected),
    PGDATABASE: setting.connection.keywords.dbname ?? '',
    DATABASE_URL: databaseUrl(setting.connection),
  };
  const shell = { file: '/bin/sh', args: ['-c', command], environment, ownGroup: true };
  const running = runTool(shell, setting.folder, end =>
    postRestoreFailed('post-restore-command', describeEnd(end), lastLines(end.stderr)),
  );
  running.end();
  return running;
}

export function userEnvironment(
  own: NodeJS.ProcessEnv,
  connected: Readonly<Record<string, string>>,
): Record<string, string> {
  const passed = PASSED_ON.map(name => [name, own[name]] as const);
  const libpq = Object.entries(connected).filter(([name]) => name.startsWith('PG'));
  return Object.fromEntries([...passed, ...libpq].filter((pair): pair is [string, string] => !!pair[1]));
}

/** As libpq and every driver reads it; what has no place in front of the question mark stands behind it. */
export function databaseUrl({ environment, keywords, password }: Connection): string {
  const value = (keyword: string, variable: string) => keywords[keyword] ?? environment[variable];
  const [user, host, port] = [value('user', 'PGUSER'), value('host', 'PGHOST'), value('port', 'PGPORT')];
  const socket = host?.startsWith('/') === true;
  const parameters = {
    ...(socket && { host, port }),
    sslmode: value('sslmode', 'PGSSLMODE'),
    sslrootcert: value('sslrootcert', 'PGSSLROOTCERT'),
    sslcert: value('sslcert', 'PGSSLCERT'),
    sslkey: value('sslkey', 'PGSSLKEY'),
    channel_binding: value('channel_binding', 'PGCHANNELBINDING'),
  };
  const query = Object.entries(parameters)
    .filter(([, text]) => text)
    .map(([name, text]) => `${name}=${encodeURIComponent(String(text))}`);
  const login = user
    ? `${encodeURIComponent(user)}${password ? `:${encodeURIComponent(password)}` : ''}@`
    : '';
  const at = socket || !host ? '' : `${host.includes(':') ? `[${host}]` : host}${port ? `:${port}` : ''}`;
  const question = query.length > 0 ? `?${query.join('&')}` : '';
  return `postgresql://${login}${at}/${encodeURIComponent(keywords.dbname ?? '')}${question}`;
}
