// Debian's own packages of a PostgreSQL client, as files: what a package repository of the tests' own is made of.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { debianPackageNames, downloadDebianPackages, ensureDebianPackages } from './debian.ts';
import { partsFolder } from './folder.ts';
import { run } from './run.ts';

const folder = join(partsFolder, 'debian-packages');
const TOOLS = ['/usr/bin/gpg', '/usr/bin/gpgv', '/usr/bin/dpkg-deb', '/usr/bin/dpkg-scanpackages'];

export function areDebianPackagesHere(): boolean {
  return TOOLS.every(existsSync) && existsSync(folder);
}

/** Downloads by apt what this release of Debian or Ubuntu has; nothing of it is installed. */
export async function installDebianPackages(): Promise<void> {
  await ensureDebianPackages('gnupg', 'gpgv', 'dpkg-dev');
  if (existsSync(folder)) return;
  const names = await debianPackageNames('postgresql-client-');
  const majors = names.map(name => Number(/^postgresql-client-(\d+)$/.exec(name)?.[1] ?? 0));
  const newest = Math.max(...majors);
  await mkdir(partsFolder, { recursive: true });
  const work = await mkdtemp(join(partsFolder, '.debian-packages-'));
  try {
    // Ubuntu 24.04 has the name with t64 alone.
    const readline = (await debianPackageNames('libreadline8')).includes('libreadline8t64') ? 't64' : '';
    const wanted = [
      `postgresql-client-${newest}`,
      'libpq5',
      `libreadline8${readline}`,
      `postgresql-${newest}`,
    ];
    await downloadDebianPackages(work, ...wanted);
    await rename(work, folder);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

export interface DebianFiles {
  readonly major: number;
  readonly client: string;
  readonly libpq: string;
  readonly readline: string;
  readonly server: string;
}

export function debianFiles(): DebianFiles {
  const find = (start: string) => {
    const name = readdirSync(folder).find(each => each.startsWith(start));
    if (name === undefined) throw new Error(`no ${start} in ${folder}`);
    return join(folder, name);
  };
  const client = find('postgresql-client-');
  const [, major] = /postgresql-client-(\d+)_/.exec(client) ?? [];
  return {
    client,
    major: Number(major),
    libpq: find('libpq5_'),
    readline: find('libreadline8'),
    server: find('postgresql-1'),
  };
}

/** The same package said to be of another version, in `target`. */
export async function repack(file: string, version: string, target: string): Promise<string> {
  const work = await mkdtemp(join(target, '.repack-'));
  const root = join(work, 'root');
  await run('dpkg-deb', ['--raw-extract', file, root]);
  const control = join(root, 'DEBIAN', 'control');
  await writeFile(control, readFileSync(control, 'utf8').replace(/^Version: .*$/m, `Version: ${version}`));
  await run('dpkg-deb', ['--build', '--root-owner-group', '-Zgzip', '-z1', root, work]);
  const [name = ''] = (await readdir(work)).filter(each => each.endsWith('.deb'));
  await rename(join(work, name), join(target, name));
  await rm(work, { recursive: true });
  return join(target, name);
}
