// Where a throw-away server lives: one folder in the system's temporary one, that its own user may pass through and nobody
// may list. It tells which user ids are taken, and what a killed run left is cleared by it.
import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { processesRemain } from '../problems/restore-test.ts';
import { asRoot, isOwnUid, PROGRAMS, processes } from './fence.ts';

const execute = promisify(execFile);
const PREFIX = 'pg-backup-throw-away-';
/** A longer path does not fit into a socket's address. */
const LONGEST_FOLDER = 60;
const END_MS = 10_000;
/** Longer than a job may run (hosted 6 h, self-hosted 5 days): older ones belong to nobody. */
const ABANDONED_AFTER_MS = 6 * 86_400_000;

/** What is left of a server whose run was killed. */
export interface ServerTraces {
  readonly folder: string;
  /** The server's own user; null where it ran as the run's. */
  readonly uid: number | null;
}

export function dataFolder(folder: string): string {
  return join(folder, 'data');
}

export async function makeFolder(): Promise<string> {
  for (const folder of await folders()) {
    const made = await stat(folder).catch(() => undefined);
    if (made === undefined || Date.now() - made.mtimeMs < ABANDONED_AFTER_MS) continue;
    const uid = await ownerOfData(folder);
    await clear({ folder, uid: uid !== undefined && isOwnUid(uid) ? uid : null }).catch(() => {});
  }
  const folder = await mkdtemp(join(base(), PREFIX));
  // The server's user passes through; only who knows the name of something in it gets any further.
  await chmod(folder, 0o711);
  return folder;
}

/** User ids whose server is not cleared away yet: nobody else gets one of them meanwhile. */
export async function uidsOfFolders(): Promise<number[]> {
  const owners = await Promise.all((await folders()).map(ownerOfData));
  return owners.filter(uid => uid !== undefined);
}

/** Ends whatever runs as that user and removes the folder. Throws a Problem where a process would not go. */
export async function clear({ folder, uid }: ServerTraces): Promise<void> {
  try {
    if (uid !== null) await endUser(uid);
  } finally {
    const remove = ['rm', '-rf', folder];
    await run(uid === null ? remove : asRoot(remove)).catch(() =>
      rm(folder, { recursive: true, force: true }),
    );
  }
}

/** For `post`, which knows nothing but what main left: a killed run. Only traces that are certainly ours are followed. */
export async function clearTraces(text: string): Promise<void> {
  const traces = readTraces(text);
  if (traces === undefined) return;
  if (traces.uid === null) await endPostmaster(traces.folder);
  await clear(traces);
}

export function printTraces(traces: ServerTraces): string {
  return JSON.stringify(traces);
}

function readTraces(text: string): ServerTraces | undefined {
  const { folder, uid } = JSON.parse(text) as Partial<Record<keyof ServerTraces, unknown>>;
  const isFolder =
    typeof folder === 'string' && /^\/[^\0]*\/pg-backup-throw-away-[A-Za-z0-9]{6}$/.test(folder);
  if (!isFolder || folder.split('/').includes('..')) return undefined;
  if (uid === null) return { folder, uid };
  return typeof uid === 'number' && isOwnUid(uid) ? { folder, uid } : undefined;
}

/** Nobody else has this user id, so whatever has it was started by the server. */
async function endUser(uid: number): Promise<void> {
  const deadline = Date.now() + END_MS;
  for (let signal = 'QUIT'; ; signal = 'KILL') {
    const left = (await processes()).filter(found => found.uid === uid);
    if (left.length === 0) return;
    if (Date.now() > deadline) throw processesRemain(left.length);
    await run(asRoot(['kill', `-${signal}`, ...left.map(({ pid }) => String(pid))])).catch(() => {});
    await pause(signal === 'QUIT' ? 300 : 50);
  }
}

/** It ran as this user: its process is told by its folder, since its number may be somebody else's by now. */
async function endPostmaster(folder: string): Promise<void> {
  const [pid = ''] = (
    await readFile(join(dataFolder(folder), 'postmaster.pid'), 'utf8').catch(() => '')
  ).split('\n');
  if (!/^\d+$/.test(pid)) return;
  const isIt = async () => (await run(['ps', '-o', 'args=', '-p', pid]).catch(() => '')).includes(folder);
  const deadline = Date.now() + END_MS;
  for (let signal: NodeJS.Signals = 'SIGQUIT'; await isIt(); signal = 'SIGKILL') {
    if (Date.now() > deadline) throw processesRemain(1);
    process.kill(Number(pid), signal);
    await pause(200);
  }
}

function base(): string {
  return tmpdir().length > LONGEST_FOLDER ? '/tmp' : tmpdir();
}

async function folders(): Promise<string[]> {
  const names = await readdir(base());
  return names.filter(name => name.startsWith(PREFIX)).map(name => join(base(), name));
}

function ownerOfData(folder: string): Promise<number | undefined> {
  return stat(dataFolder(folder)).then(
    ({ uid }) => uid,
    () => undefined,
  );
}

async function run([file = '', ...args]: readonly string[]): Promise<string> {
  const { stdout } = await execute(file, args, { cwd: '/', env: { PATH: PROGRAMS } });
  return stdout;
}
