// Files as other scripts leave them: dumps of every format by the server's own pg_dump, and the layers that people put
// around them, by the very programs that they use.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { scratchFolder } from './backup-places.ts';
import type { PostgresServer } from './postgres-server.ts';

const execute = promisify(execFile);

export const FORMATS = { custom: '-Fc', tar: '-Ft', directory: '-Fd', sql: '-Fp' } as const;

export type Format = keyof typeof FORMATS;

/** Returns the path; `more` is handed to pg_dump. */
export async function dumpAs(
  format: Format,
  server: PostgresServer,
  database: string,
  { more = [], zone = 'UTC' }: { more?: readonly string[]; zone?: string } = {},
): Promise<string> {
  const path = join(scratchFolder('foreign'), 'dump');
  const args = [FORMATS[format], ...more, '--file', path, '--dbname', server.url(database)];
  await execute(join(server.binFolder, 'pg_dump'), args, { env: { PATH: '/usr/bin:/bin', PGTZ: zone } });
  return path;
}

/** The file as the shell command makes it out of `$1`; `$2` is its path. */
export async function wrapped(path: string, command: string, name = 'wrapped'): Promise<string> {
  const made = join(scratchFolder('foreign'), name);
  await execute('/bin/sh', ['-c', command, 'sh', path, made]);
  return made;
}
