// Installs Debian packages that a part needs, where this machine lets us: as root or by a password-less sudo.
import { join } from 'node:path';
import { partsFolder, runsAsRoot } from './folder.ts';
import { run } from './run.ts';

async function isInstalled(name: string): Promise<boolean> {
  const about = await run('dpkg', ['--status', name]).catch(() => '');
  return /^Status: .* installed$/m.test(about);
}

/** Makes the packages present. Rejects with the apt-get line to run by hand where it can't. */
export async function ensureDebianPackages(...names: string[]): Promise<void> {
  const there = await Promise.all(names.map(isInstalled));
  const missing = names.filter((_, index) => !there[index]);
  if (missing.length === 0) return;
  const packages = missing.join(' ');
  const install =
    'apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends';
  // flock, because apt-get update gives up at once when another process of ours holds the package lists.
  const command = ['flock', join(partsFolder, 'apt.lock'), 'sh', '-c', `${install} ${packages}`];
  const [program = '', ...args] = runsAsRoot ? command : ['sudo', '-n', ...command];
  await run(program, args).catch((error: Error) => {
    throw new Error(`run "apt-get install ${packages}" first (tried: ${error.message.slice(-300)})`);
  });
}
