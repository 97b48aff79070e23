// A PostgreSQL server for one restore test: a fresh cluster in a folder of its own, reached through a socket and a random
// password alone, fast instead of durable, and gone with its folder however the test ends.
import { type ChildProcessByStdio, execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { serverNotReachable, serverNotStarted, tooLittleDisk } from '../problems/restore-test.ts';
import type { Clients } from './client/clients.ts';
import { buildFence, type Fence, PROGRAMS } from './fence.ts';
import type { ClientFacts } from './port.ts';
import type { TestServer, TestServers } from './test-server-port.ts';
import { clear, dataFolder, makeFolder, printTraces, uidsOfFolders } from './throw-away-folder.ts';

const execute = promisify(execFile);
const START_MS = 60_000;
const STOP_MS = 10_000;
const KEPT_LOG = 20_000;

/** The cluster lives for one test: a crash loses nothing that anybody wants. */
const SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: '',
  unix_socket_permissions: '0777',
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_wal_size: '4GB',
  checkpoint_timeout: '1h',
  autovacuum: 'off',
  shared_buffers: '128MB',
  maintenance_work_mem: '256MB',
  max_locks_per_transaction: '1024',
  max_connections: '50',
  log_destination: 'stderr',
  logging_collector: 'off',
};

/** Who remembers what a kill would leave behind; `traces` are for `clearTraces`. */
export interface ServerJournal {
  /** Before anything runs or lies there. */
  serverMade(traces: string): void;
  /** Nothing is left of it. */
  serverGone(): void;
}

export function throwAwayServers(clients: Clients, journal: ServerJournal): TestServers {
  return {
    async start(major, { isolation, expectedBytes }, signal) {
      // The same major as the backup's: another one may restore what this would not, and the other way round.
      const programs = await clients.withServer(major, signal);
      const fence = await buildFence(isolation, await uidsOfFolders());
      await checkReachable(fence, programs.folder);
      signal.throwIfAborted();
      const folder = await makeFolder();
      journal.serverMade(printTraces({ folder, uid: fence.uid }));
      const server = new ThrowAwayServer(fence, programs, folder, journal);
      try {
        await server.start(expectedBytes, signal);
        return server;
      } catch (error) {
        await server.stop();
        throw error;
      }
    },
  };
}

/** The server's user owns nothing, and so a folder below somebody's closed home is closed to it. */
async function checkReachable(fence: Fence, folder: string): Promise<void> {
  const [file = '', ...args] = fence.server(inEnvironment(folder, [join(folder, 'postgres'), '--version']));
  await execute(file, args).catch((error: Error) => {
    throw serverNotReachable(folder, error.message);
  });
}

class ThrowAwayServer implements TestServer {
  readonly version: string;
  readonly #fence: Fence;
  readonly #bin: string;
  readonly #folder: string;
  readonly #password = randomBytes(32).toString('base64url');
  readonly #journal: ServerJournal;
  #child: ChildProcessByStdio<Writable, null, Readable> | undefined;
  #log = '';
  #ended = Promise.resolve();
  #stopped: Promise<void> | undefined;

  constructor(fence: Fence, programs: ClientFacts, folder: string, journal: ServerJournal) {
    this.#fence = fence;
    this.#bin = programs.folder;
    this.#folder = folder;
    this.#journal = journal;
    this.version = programs.version;
  }

  get isolation() {
    return this.#fence.isolation;
  }

  get connection() {
    return {
      environment: {},
      keywords: { host: join(this.#folder, 'socket'), port: '5432', user: 'postgres', dbname: 'postgres' },
      password: this.#password,
    };
  }

  async start(expectedBytes: number, signal: AbortSignal): Promise<void> {
    const { bavail, bsize } = await statfs(this.#folder);
    if (bavail * bsize < expectedBytes) throw tooLittleDisk(this.#folder, expectedBytes, bavail * bsize);
    await this.#initialize();
    signal.throwIfAborted();
    const settings = { ...SETTINGS, unix_socket_directories: join(this.#folder, 'socket') };
    const [file = '', ...args] = this.#fence.server(
      inEnvironment(this.#bin, [
        join(this.#bin, 'postgres'),
        '-D',
        dataFolder(this.#folder),
        ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
      ]),
    );
    const child = spawn(file, args, {
      cwd: '/',
      env: { PATH: PROGRAMS },
      // Nothing is written to it: its end tells that this process is gone.
      stdio: ['pipe', 'ignore', 'pipe'],
    });
    child.stdin.on('error', () => {});
    this.#child = child;
    this.#ended = new Promise(resolve => {
      child.on('error', error => {
        this.#log += error.message;
        resolve();
      });
      child.on('exit', () => resolve());
    });
    await this.#untilReady(child, signal);
  }

  /** Idempotent: every caller waits for the same end. */
  stop(): Promise<void> {
    this.#stopped ??= this.#end();
    return this.#stopped;
  }

  async #initialize(): Promise<void> {
    const [data, socket, password] = ['data', 'socket', 'password'].map(name => join(this.#folder, name)) as [
      string,
      string,
      string,
    ];
    const { uid, preparer } = this.#fence;
    await mkdir(data, { mode: 0o700 });
    await mkdir(socket, { mode: 0o711 });
    await writeFile(password, `${this.#password}\n`, { mode: 0o600 });
    if (preparer !== null) await this.#asRoot(['chown', `${preparer}:${preparer}`, data, password]);
    const options = ['--username=postgres', '--auth=scram-sha-256', `--pwfile=${password}`, '--no-sync'];
    const command = [join(this.#bin, 'initdb'), '-D', data, ...options, '--encoding=UTF8', '--locale=C'];
    const [file = '', ...args] = this.#fence.prepare(inEnvironment(this.#bin, command));
    await execute(file, args, { cwd: '/', env: { PATH: PROGRAMS } }).catch((error: Error) => {
      throw serverNotStarted('initdb', error.message);
    });
    await this.#asRoot(['rm', '-f', password]);
    if (uid !== null) await this.#asRoot(['chown', '-R', `${uid}:${uid}`, data, socket]);
  }

  async #untilReady(
    child: ChildProcessByStdio<Writable, null, Readable>,
    signal: AbortSignal,
  ): Promise<void> {
    const ready = new Promise<void>(resolve => {
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        this.#log = (this.#log + text).slice(-KEPT_LOG);
        if (/ready to accept connections/.test(this.#log)) resolve();
      });
    });
    const failed = Promise.race([this.#ended, pause(START_MS, undefined, { ref: false })]).then(() => {
      throw serverNotStarted('postgres', this.#log);
    });
    failed.catch(() => {});
    await Promise.race([ready, failed]);
    signal.throwIfAborted();
  }

  async #end(): Promise<void> {
    const { uid } = this.#fence;
    // Its namespaces go with it, and everything in them.
    if (uid === null) {
      this.#child?.kill(this.isolation.processes === 'hidden' ? 'SIGKILL' : 'SIGQUIT');
      await Promise.race([this.#ended, pause(STOP_MS, undefined, { ref: false })]);
    }
    this.#child?.stdin.destroy();
    await clear({ folder: this.#folder, uid });
    await Promise.race([this.#ended, pause(STOP_MS, undefined, { ref: false })]);
    this.#journal.serverGone();
  }

  async #asRoot(command: readonly string[]): Promise<void> {
    const [file = '', ...args] = this.#fence.asRoot(command);
    await execute(file, args, { cwd: '/', env: { PATH: PROGRAMS } });
  }
}

/** Nothing of the run's own environment; modules of a relocated build find their libraries beside them. */
function inEnvironment(bin: string, command: readonly string[]): string[] {
  const environment = {
    PATH: `${bin}:${PROGRAMS}`,
    LC_ALL: 'C',
    TZ: 'UTC',
    LD_LIBRARY_PATH: join(bin, '..', 'lib'),
  };
  return ['env', '-i', ...Object.entries(environment).map(([name, value]) => `${name}=${value}`), ...command];
}
