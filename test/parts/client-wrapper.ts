// A folder of PostgreSQL's client programs in which some do something of their own before, after or instead of the
// real one: what a hook of a site, a broken package, a full pipe or somebody in between may do to a backup.
import { chmod, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { scratchFolder } from './backup-places.ts';

/** Runs of a program that a script takes the place of; every other run (`--version`) is the real program's. */
const STRUCK = {
  pg_dump: '*--snapshot=*',
  'pg_restore --list': '*--list*',
  'pg_restore --schema-only': '*--schema-only*',
  'pg_restore --section=data': '*--section=data*',
} as const;

/** Shell scripts; `"$real" "$@"` is what would have run. */
export type Wrappers = Partial<Record<keyof typeof STRUCK, string>>;

/** Resolves with a folder for `postgres-bin`. */
export async function wrapClient(binFolder: string, wrappers: Wrappers): Promise<string> {
  const folder = scratchFolder('client');
  for (const program of await readdir(binFolder)) {
    await symlink(join(binFolder, program), join(folder, program));
  }
  for (const program of ['pg_dump', 'pg_restore']) {
    const own = Object.entries(STRUCK).filter(([run]) => run.split(' ')[0] === program);
    const cases = own.map(([run, pattern]) => {
      const script = wrappers[run as keyof typeof STRUCK];
      return script === undefined ? '' : `case "$*" in ${pattern})\n${script}\nexit ;;\nesac`;
    });
    const lines = ['#!/bin/sh', `real='${join(binFolder, program)}'`, ...cases, 'exec "$real" "$@"', ''];
    await rm(join(folder, program));
    await writeFile(join(folder, program), lines.join('\n'));
    await chmod(join(folder, program), 0o755);
  }
  return folder;
}
