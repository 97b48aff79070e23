// A user of this machine who is nobody special, as the runner's own user is on a hosted machine: made for one test file,
// with a password-less sudo or without, and gone after it.
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { atExit } from './at-exit.ts';
import { root } from './users.ts';

const NAME = 'pg-backup-test-user';
const SUDOERS = `/etc/sudoers.d/${NAME}`;

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
  // Short, or a server of this user would not lie in it: a socket's address has little room.
  const base = mkdtempSync('/tmp/pg-backup-user-');
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
      asRoot('rm', '-rf', base);
    },
  };
}
