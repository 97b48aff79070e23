// Where PostgreSQL's client programs lie on a machine: PATH, and the folders that packages put them in, one a major.
// Debian's pg_wrapper (/usr/bin/pg_dump) is never among them: it chooses a version of its own.
import { readdir, realpath } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';
import type { ClientSource } from '../port.ts';
import type { Machine } from './machine.ts';

export interface Place {
  readonly folder: string;
  readonly source: ClientSource;
}

/** A folder with an entry a major, and where in such an entry the programs are. */
interface Shelf {
  readonly base: string;
  readonly entry: RegExp;
  readonly bin: string;
  readonly source: ClientSource;
}

/** Debian and Ubuntu, Red Hat's PGDG packages, Homebrew on both kinds of Mac. */
const UNIX: readonly Shelf[] = [
  { base: 'usr/lib/postgresql', entry: /^\d+$/, bin: 'bin', source: 'system' },
  { base: 'usr', entry: /^pgsql-\d+$/, bin: 'bin', source: 'system' },
  { base: 'opt/homebrew/opt', entry: /^(postgresql|libpq)/, bin: 'bin', source: 'homebrew' },
  { base: 'usr/local/opt', entry: /^(postgresql|libpq)/, bin: 'bin', source: 'homebrew' },
];

export async function usualPlaces(machine: Machine): Promise<Place[]> {
  const places = await onPath(machine);
  for (const shelf of await shelves(machine)) {
    for (const entry of await list(shelf.base)) {
      if (shelf.entry.test(entry))
        places.push({ folder: join(shelf.base, entry, shelf.bin), source: shelf.source });
    }
  }
  return places.filter(({ folder }, at) => places.findIndex(other => other.folder === folder) === at);
}

async function shelves({ platform, environment, root }: Machine): Promise<Shelf[]> {
  const programFiles = environment.PROGRAMFILES || 'C:\\Program Files';
  const system: readonly Shelf[] =
    platform === 'win32'
      ? [{ base: join(programFiles, 'PostgreSQL'), entry: /^\d+$/, bin: 'bin', source: 'system' }]
      : UNIX.map(shelf => ({ ...shelf, base: join(root, shelf.base) }));
  return [...system, ...(await toolCache(environment))];
}

/** What set-up actions leave: `<tool>/<version>/<architecture>`, with or without `bin`. */
async function toolCache({ RUNNER_TOOL_CACHE: base }: NodeJS.ProcessEnv): Promise<Shelf[]> {
  if (!base) return [];
  const tools = (await list(base)).filter(name => /^(postgres|postgresql|libpq)$/i.test(name));
  const versions = await Promise.all(
    tools.map(async tool => (await list(join(base, tool))).map(version => join(base, tool, version))),
  );
  return versions
    .flat()
    .flatMap(folder =>
      ['bin', ''].map(bin => ({ base: folder, entry: /^\w+$/, bin, source: 'tool-cache' as const })),
    );
}

async function onPath({ environment }: Machine): Promise<Place[]> {
  const places: Place[] = [];
  for (const folder of (environment.PATH ?? environment.Path ?? '').split(delimiter)) {
    if (isAbsolute(folder) && !(await isWrapper(folder))) places.push({ folder, source: 'path' });
  }
  return places;
}

async function isWrapper(folder: string): Promise<boolean> {
  const target = await realpath(join(folder, 'pg_dump')).catch(() => '');
  return target.includes('postgresql-common');
}

function list(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => []);
}
