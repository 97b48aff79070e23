// Finds the PostgreSQL client programs on this machine, never through Debian's pg_wrapper (/usr/bin/pg_dump), which
// chooses a version of its own. Which one serves is decided by the server's major.
import { access, constants, readdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { getExecOutput } from '@actions/exec';
import { clientBroken, clientMissing, clientTooOld } from '../problems/postgres.ts';
import { clientForRestoreMissing } from '../problems/restore.ts';
import { unconnectedEnvironment } from './child-environment.ts';
import type { ClientFacts } from './port.ts';

const PROGRAMS = ['pg_dump', 'pg_restore', 'psql'] as const;
/** Debian and Ubuntu, Red Hat's PGDG packages, Homebrew on both kinds of Mac: a folder a major. */
const FOLDERS_OF_MAJORS: readonly {
  readonly base: string;
  readonly bin: (entry: string) => string | undefined;
}[] = [
  { base: '/usr/lib/postgresql', bin: entry => `/usr/lib/postgresql/${entry}/bin` },
  { base: '/usr', bin: entry => (/^pgsql-\d+$/.test(entry) ? `/usr/${entry}/bin` : undefined) },
  {
    base: '/opt/homebrew/opt',
    bin: entry => (/^(postgresql|libpq)/.test(entry) ? `/opt/homebrew/opt/${entry}/bin` : undefined),
  },
  {
    base: '/usr/local/opt',
    bin: entry => (/^(postgresql|libpq)/.test(entry) ? `/usr/local/opt/${entry}/bin` : undefined),
  },
];

/** All clients found, oldest major first. `folder` alone is looked into when it is given. */
export async function findClients(
  folder: string | undefined,
  own: NodeJS.ProcessEnv,
): Promise<ClientFacts[]> {
  const folders = folder === undefined ? await usualFolders(own.PATH ?? '') : [folder];
  const clients: ClientFacts[] = [];
  for (const candidate of folders) {
    if (await holdsClient(candidate)) clients.push(await askClient(candidate, own));
  }
  if (clients.length === 0)
    throw clientMissing(folder === undefined ? ['PATH', '/usr/lib/postgresql/*/bin'] : [folder]);
  return clients.sort((a, b) => a.major - b.major);
}

/** The same major, else the next newer one: pg_dump refuses servers newer than itself. */
export function chooseClient(clients: readonly ClientFacts[], serverMajor: number): ClientFacts {
  const chosen = clients.find(client => client.major >= serverMajor);
  if (!chosen)
    throw clientTooOld(
      serverMajor,
      clients.map(client => client.version),
    );
  return chosen;
}

/** From this major on pg_restore sets transaction_timeout, which older servers refuse. */
const SETS_TRANSACTION_TIMEOUT = 17;

/**
 * The target's own major, which writes nothing that it doesn't know; else the next newer one that an older server takes
 * all the same. Reads archives of its own pg_dump and older ones.
 */
export function chooseRestoreClient(
  clients: readonly ClientFacts[],
  targetMajor: number,
  dumpMajor: number,
): ClientFacts {
  const chosen = clients.find(
    ({ major }) =>
      major >= Math.max(targetMajor, dumpMajor) &&
      (targetMajor >= SETS_TRANSACTION_TIMEOUT || major < SETS_TRANSACTION_TIMEOUT),
  );
  if (chosen) return chosen;
  throw clientForRestoreMissing(
    targetMajor,
    dumpMajor,
    clients.map(client => client.version),
  );
}

async function usualFolders(path: string): Promise<string[]> {
  const found: string[] = [];
  for (const { base, bin } of FOLDERS_OF_MAJORS) {
    const entries = await readdir(base).catch(() => []);
    found.push(...entries.map(bin).filter(folder => folder !== undefined));
  }
  for (const folder of path.split(':')) {
    if (folder.startsWith('/') && !(await isWrapper(folder))) found.push(folder);
  }
  return [...new Set(found)];
}

async function isWrapper(folder: string): Promise<boolean> {
  const target = await realpath(join(folder, 'pg_dump')).catch(() => '');
  return target.includes('postgresql-common');
}

async function holdsClient(folder: string): Promise<boolean> {
  const there = await Promise.all(
    PROGRAMS.map(program =>
      access(join(folder, program), constants.X_OK).then(
        () => true,
        () => false,
      ),
    ),
  );
  return there.every(Boolean);
}

async function askClient(folder: string, own: NodeJS.ProcessEnv): Promise<ClientFacts> {
  const program = join(folder, 'pg_dump');
  const version = await run(program, ['--version'], own);
  const [, full, major] = /\(PostgreSQL\) ((\d+)\S*)/.exec(version.stdout) ?? [];
  if (version.exitCode !== 0 || !full || !major)
    throw clientBroken(program, version.stderr || version.stdout);
  return {
    folder,
    version: full,
    major: Number(major),
    zstd: Number(major) >= 16 && (await writesZstd(program, own)),
  };
}

/** pg_dump checks its compression before it connects: a build without zstd says so, any other fails to connect. */
async function writesZstd(program: string, own: NodeJS.ProcessEnv): Promise<boolean> {
  const probe = [
    '--format=custom',
    '--compress=zstd:3',
    '--host=/nonexistent',
    '--no-password',
    '--dbname=none',
  ];
  return !/zstd/i.test((await run(program, probe, own)).stderr);
}

async function run(program: string, args: string[], own: NodeJS.ProcessEnv) {
  return getExecOutput(program, args, {
    silent: true,
    ignoreReturnCode: true,
    env: unconnectedEnvironment(own),
  }).catch((error: unknown) => ({ exitCode: 1, stdout: '', stderr: String(error) }));
}
