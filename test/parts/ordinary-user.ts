// A user of this machine who is nobody special, as the runner's own user is on a hosted machine: made for one test file,
// with a password-less sudo or without, and gone after it.
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { atExit } from './at-exit.ts';
import { scratchFolder } from './backup-places.ts';
import { ensureDebianPackages } from './debian.ts';
import { runsAsRoot } from './folder.ts';

const NAME = 'pg-backup-test-user';
const SUDOERS = `/etc/sudoers.d/${NAME}`;
const root = (...command: string[]) => [...(runsAsRoot ? [] : ['sudo', '-n']), ...command];

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

export interface OrdinaryUser {
  readonly uid: number;
  /** Everybody may look into it. Fill it, then `give` it. */
  readonly folder: string;
  /** A command as this user. `without`: programs that the machine then hasn't got. */
  command(command: readonly string[], without?: readonly string[]): string[];
  allowSudo(allowed: boolean): void;
  /** Copies a file or folder to where this user can read it. */
  lend(path: string): string;
  /** SIGKILL, whoever they run as. */
  kill(pids: readonly number[]): void;
  /** Hands over what lies there. */
  give(path: string): void;
  remove(): void;
}

export function makeOrdinaryUser(): OrdinaryUser {
  const asRoot = (...command: string[]) => {
    const [file = '', ...args] = root(...command);
    return execFileSync(file, args, { encoding: 'utf8' });
  };
  const allowSudo = (allowed: boolean) =>
    allowed
      ? asRoot('sh', '-c', `echo '${NAME} ALL=(ALL) NOPASSWD: ALL' >${SUDOERS} && chmod 440 ${SUDOERS}`)
      : asRoot('rm', '-f', SUDOERS);
  const remove = () => {
    allowSudo(false);
    spawnSync('sh', ['-c', root('userdel', NAME).join(' ')]);
  };
  // A test that was killed may have left it.
  remove();
  asRoot('useradd', '--no-create-home', '--shell', '/bin/sh', NAME);
  const cancelDuty = atExit(remove);
  const id = execFileSync('id', ['-u', NAME], { encoding: 'utf8' }).trim();
  const base = scratchFolder('ordinary-user');
  chmodSync(base, 0o755);
  const folder = join(base, 'own');
  mkdirSync(folder, { mode: 0o755 });
  const give = (path: string) => void asRoot('chown', '-R', `${id}:${id}`, path);
  return {
    uid: Number(id),
    folder,
    allowSudo,
    give,
    command(command, without = []) {
      const user = ['setpriv', `--reuid=${id}`, `--regid=${id}`, '--clear-groups', 'env', '-i', ...command];
      if (without.length === 0) return root(...user);
      const hide = without.map(program => `mount --bind /bin/false /usr/bin/${program} && `).join('');
      return root('unshare', '--mount', 'sh', '-c', `${hide}exec "$@"`, 'sh', ...user);
    },
    lend(path) {
      const lent = join(base, path.replaceAll('/', '-'), path.slice(dirname(path).length));
      cpSync(path, lent, { recursive: true, dereference: true });
      asRoot('chmod', '-R', 'a+rX', dirname(lent));
      return lent;
    },
    kill(pids) {
      const [file = '', ...args] = root('kill', '-KILL', ...pids.map(String));
      if (pids.length > 0) spawnSync(file, args);
    },
    remove() {
      cancelDuty();
      remove();
      asRoot('chown', '-R', `${process.getuid?.()}`, base);
    },
  };
}
