// What this machine lets us do about users: make them, have sudo, give them namespaces.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { ensureDebianPackages } from './debian.ts';
import { runsAsRoot } from './folder.ts';

/** The command as root. */
export function root(...command: string[]): string[] {
  return [...(runsAsRoot ? [] : ['sudo', '-n']), ...command];
}

/** Whether this process may make users, and sudo is here. */
export function canMakeUsers(): boolean {
  if (process.platform !== 'linux' || !existsSync('/usr/bin/sudo')) return false;
  return runsAsRoot || spawnSync('sudo', ['-n', 'true']).status === 0;
}

export async function installSudo(): Promise<void> {
  await ensureDebianPackages('sudo', 'passwd', 'util-linux');
  if (!canMakeUsers()) throw new Error('it takes root or a password-less sudo to make a user');
}

/** Whether a user who is nobody special may make namespaces of its own. */
export function hasUserNamespaces(): boolean {
  const nobody = runsAsRoot ? ['setpriv', '--reuid=65000', '--regid=65000', '--clear-groups'] : [];
  const [file = '', ...args] = [
    ...nobody,
    'unshare',
    '--user',
    '--map-current-user',
    '--pid',
    '--fork',
    'true',
  ];
  return process.platform === 'linux' && spawnSync(file, args).status === 0;
}

/** Ubuntu 24.04 forbids them; on a machine that is thrown away after the job, and only there, that is lifted. */
export async function allowUserNamespaces(): Promise<void> {
  const [file = '', ...args] = root('sysctl', '-w', 'kernel.apparmor_restrict_unprivileged_userns=0');
  if (process.env.CI === 'true') spawnSync(file, args);
  if (!hasUserNamespaces()) throw new Error('this machine lets no ordinary user make namespaces');
}
