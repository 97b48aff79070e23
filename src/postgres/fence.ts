// How the throw-away server is fenced off from the run that started it: as a user of its own who owns nothing, without
// sudo, in an empty network and among no other processes, as far as this machine allows it. What can't be had is
// recorded, and nothing at all is refused.
import { execFile } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { notIsolated } from '../problems/restore-test.ts';
import type { Isolation } from './test-server-port.ts';

const execute = promisify(execFile);

export interface Fence {
  readonly isolation: Isolation;
  /** The server's own user; null where it is the run's. */
  readonly uid: number | null;
  /** A command that runs fenced. Its environment is empty but for what the command itself sets (`env -i`). */
  server(command: readonly string[]): string[];
  /** A command of ours as a user that initdb accepts; no foreign code runs in it. */
  prepare(command: readonly string[]): string[];
  /** Who `prepare` is; null where it is the run's own user. */
  readonly preparer: number | null;
  /** A command as root, where another user's files must be touched. */
  asRoot(command: readonly string[]): string[];
}

/** The range that systemd takes for users that exist for one service alone; no account has its numbers. */
const [FIRST_OWN_UID, LAST_OWN_UID] = [61_184, 65_519];
/** Where the system's own programs lie; what else stands on PATH is not asked. */
export const PROGRAMS = '/usr/sbin:/usr/bin:/sbin:/bin';
/** In every user database: initdb insists on a name for its user. */
const NOBODY = 65_534;
const SUDO = ['sudo', '-n'];
/** The shell becomes the command; beside it something waits for the end of the input, and then kills it. */
const WITH_INPUT = 'exec 3<&0; (cat <&3 >/dev/null; kill -KILL $$) & exec "$@" 3<&- </dev/null';
/** Dies with its parent, whatever kills that. */
const WITH_PARENT = ['setpriv', '--pdeathsig', 'KILL'];
const SPACES = ['--net', '--pid', '--ipc', '--fork', '--kill-child=KILL', '--mount-proc'];

/** `taken`: user ids that must not be given to this server. */
export async function buildFence(wanted: 'auto' | 'none', taken: readonly number[]): Promise<Fence> {
  const fence = await strongestFence(taken);
  if (wanted === 'auto' && isOpen(fence.isolation)) throw notIsolated(fence.isolation);
  return fence;
}

/** What runs in it could read the run's secrets out of its processes or files. */
export function isOpen({ user, processes }: Isolation): boolean {
  return user === 'same' && processes === 'visible';
}

async function strongestFence(taken: readonly number[]): Promise<Fence> {
  const uid = await ownUid(taken);
  if (uid !== null && (await works(asRoot([...dropTo(uid), 'true'])))) {
    const drop = dropTo(uid);
    for (const [spaces, network, processes] of [
      [['unshare', ...SPACES], 'none', 'hidden'],
      [['unshare', '--net'], 'none', 'visible'],
      [[], 'shared', 'visible'],
    ] as const) {
      const prefix = [...tiedToRoot(), ...spaces, ...drop];
      if (!(await works([...prefix, 'true']))) continue;
      return {
        isolation: { user: 'own', network, processes },
        uid,
        preparer: NOBODY,
        server: command => [...prefix, ...command],
        prepare: command => asRoot([...dropTo(NOBODY), ...command]),
        asRoot,
      };
    }
  }
  return sameUserFence();
}

/** Where this user may have namespaces of its own, the run's processes are out of sight; its files are not. */
async function sameUserFence(): Promise<Fence> {
  const spaces = [...WITH_PARENT, 'unshare', '--user', '--map-current-user', ...SPACES];
  const inside = ['setpriv', '--no-new-privs', '--pdeathsig', 'KILL'];
  const fenced = process.getuid?.() !== 0 && (await works([...spaces, ...inside, 'true']));
  const plain = (command: readonly string[]) => [...command];
  return {
    isolation: fenced
      ? { user: 'same', network: 'none', processes: 'hidden' }
      : { user: 'same', network: 'shared', processes: 'visible' },
    uid: null,
    preparer: null,
    server: fenced ? command => [...spaces, ...inside, ...command] : plain,
    prepare: plain,
    asRoot: plain,
  };
}

/** No new privileges: sudo and every other way up are closed to it and to whatever it starts. */
function dropTo(uid: number): string[] {
  const user = `--reuid=${uid}`;
  const group = `--regid=${uid}`;
  return ['setpriv', user, group, '--clear-groups', '--no-new-privs', '--pdeathsig', 'KILL'];
}

export function isOwnUid(uid: number): boolean {
  return Number.isInteger(uid) && uid >= FIRST_OWN_UID && uid <= LAST_OWN_UID;
}

export function asRoot(command: readonly string[]): string[] {
  return [...(process.getuid?.() === 0 ? [] : SUDO), ...command];
}

/**
 * Between this process and what runs under sudo stands sudo itself, which outlives its caller. There the end of standard
 * input, which only this process holds open, ends the server.
 */
function tiedToRoot(): string[] {
  return process.getuid?.() === 0 ? WITH_PARENT : [...SUDO, 'sh', '-c', WITH_INPUT, 'sh', ...WITH_PARENT];
}

/** A number that no process has; null off Linux, and where this machine maps none of them. */
async function ownUid(others: readonly number[]): Promise<number | null> {
  if (process.platform !== 'linux') return null;
  const taken = new Set([...others, ...(await processes()).map(found => found.uid)]);
  for (let attempt = 0; attempt < 20; attempt++) {
    const uid = randomInt(FIRST_OWN_UID, LAST_OWN_UID + 1);
    if (!taken.has(uid)) return uid;
  }
  return null;
}

/** Every process that /proc shows, with the real user it runs as. */
export async function processes(): Promise<{ readonly pid: number; readonly uid: number }[]> {
  const found: { pid: number; uid: number }[] = [];
  for (const entry of await readdir('/proc').catch(() => [])) {
    if (!/^\d+$/.test(entry)) continue;
    const status = await readFile(`/proc/${entry}/status`, 'utf8').catch(() => '');
    const [, uid] = /^Uid:\t(\d+)/m.exec(status) ?? [];
    // What has ended and waits for its parent runs no code any more.
    if (uid !== undefined && !/^State:\tZ/m.test(status))
      found.push({ pid: Number(entry), uid: Number(uid) });
  }
  return found;
}

async function works([file = '', ...args]: readonly string[]): Promise<boolean> {
  return execute(file, args, { timeout: 10_000, env: { PATH: PROGRAMS } }).then(
    () => true,
    () => false,
  );
}
