// Gets Debian packages that a part needs, where this machine lets us: as root or by a password-less sudo.
import { runsAsRoot } from './folder.ts';
import { run } from './run.ts';

/** A mirror's hiccup, and another package manager at work on this machine, are no reason to go without a part. */
const PATIENCE = ['-o', 'Acquire::Retries=3', '-o', 'DPkg::Lock::Timeout=300'];

async function isInstalled(name: string): Promise<boolean> {
  const about = await run('dpkg', ['--status', name]).catch(() => '');
  return /^Status: .* installed$/m.test(about);
}

/** apt-get as root. flock, because apt-get gives up at once when another one of ours holds the package lists. */
function aptGet(...args: string[]): Promise<string> {
  const unasked = ['env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', '-qq', ...PATIENCE, ...args];
  const command = ['flock', '/var/lib/apt', ...unasked];
  const [program = '', ...rest] = runsAsRoot ? command : ['sudo', '-n', ...command];
  return run(program, rest);
}

let refreshed: Promise<string> | undefined;

/** What a refresh had to say against itself: one source of many may be down, so what is wanted afterwards decides. */
function refreshLists(): Promise<string> {
  refreshed ??= aptGet('update').then(
    () => '',
    (error: Error) => {
      refreshed = undefined;
      return `; before that, ${error.message.slice(-300)}`;
    },
  );
  return refreshed;
}

/** Makes the packages present. Rejects with the apt-get line to run by hand where it can't. */
export async function ensureDebianPackages(...names: string[]): Promise<void> {
  const there = await Promise.all(names.map(isInstalled));
  const missing = names.filter((_, index) => !there[index]);
  if (missing.length === 0) return;
  const doubt = await refreshLists();
  await aptGet('install', '--yes', '--no-install-recommends', ...missing).catch((error: Error) => {
    const tried = `${error.message.slice(-300)}${doubt}`;
    throw new Error(`run "apt-get install ${missing.join(' ')}" first (tried: ${tried})`);
  });
}

/** Names of the packages to be had that begin so. */
export async function debianPackageNames(start: string): Promise<string[]> {
  await refreshLists();
  return (await run('apt-cache', ['pkgnames', start])).split('\n').filter(Boolean);
}

/** Puts the package files into `folder`, their signatures checked by apt; installs nothing. */
export async function downloadDebianPackages(folder: string, ...names: string[]): Promise<void> {
  const doubt = await refreshLists();
  await run('apt-get', ['download', '-qq', ...PATIENCE, ...names], { cwd: folder }).catch((error: Error) => {
    throw new Error(`${error.message}${doubt}`);
  });
}
