// A server process that can't outlive the tests: stopped by its handle, at this process's exit, and, should this
// process be killed outright, by a small shell that waits for the end of a pipe.
import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { dirname } from 'node:path';
import { atExit } from './at-exit.ts';
import { serverUser } from './folder.ts';

/** Enough of a server's log to see why it failed, and for tests that look for a line of it. */
const LOG_LIMIT = 1_000_000;

interface OwnedProcessOptions {
  /** What ends the server in order; it gets SIGKILL if it takes longer than `patience`. */
  stopSignal: NodeJS.Signals;
  env?: Record<string, string>;
  cwd?: string;
  /** A folder to remove should this process be killed; in every other case its maker removes it. */
  leftovers?: string;
}

export class OwnedProcess implements AsyncDisposable {
  readonly pid: number;
  /** Settles when the process has ended, with its status or signal. */
  readonly ended: Promise<number | NodeJS.Signals>;
  readonly #child: ChildProcess;
  readonly #guard: ChildProcess;
  readonly #stopSignal: NodeJS.Signals;
  readonly #listeners = new Set<() => void>();
  #log = '';
  #hasEnded = false;

  constructor(command: string, args: string[], options: OwnedProcessOptions) {
    this.#stopSignal = options.stopSignal;
    const spawnOptions: SpawnOptions = { ...serverUser, stdio: ['ignore', 'pipe', 'pipe'] };
    const env = { PATH: `${dirname(command)}:/usr/bin:/bin`, LANG: 'C.UTF-8', TZ: 'UTC', ...options.env };
    this.#child = spawn(command, args, { ...spawnOptions, cwd: options.cwd ?? '/', env });
    this.pid = this.#child.pid ?? 0;
    this.#child.stdout?.on('data', (chunk: Buffer) => this.#hear(chunk));
    this.#child.stderr?.on('data', (chunk: Buffer) => this.#hear(chunk));
    this.#guard = guard(this.pid, options.stopSignal, options.leftovers);
    const cancelDuty = atExit(() => this.#child.kill(options.stopSignal));
    this.ended = new Promise(resolve => {
      const end = (how: number | NodeJS.Signals) => {
        this.#hasEnded = true;
        cancelDuty();
        this.#guard.stdin?.end('ended\n');
        for (const listener of this.#listeners) listener();
        resolve(how);
      };
      this.#child.on('error', error => {
        this.#log += `${error.message}\n`;
        end(127);
      });
      this.#child.on('close', (status, signal) => end(status ?? signal ?? 0));
    });
  }

  /** What the process has printed so far, both streams, the newest part. */
  get log(): string {
    return this.#log;
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  #hear(chunk: Buffer): void {
    this.#log = (this.#log + chunk.toString()).slice(-LOG_LIMIT);
    for (const listener of this.#listeners) listener();
  }

  /** Waits for a line of the log. Rejects with the log when the process ends first or `milliseconds` pass. */
  waitForLog(pattern: RegExp, milliseconds = 60_000): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (failure?: string) => {
        this.#listeners.delete(look);
        clearTimeout(timer);
        if (failure === undefined) resolve();
        else reject(new Error(`${this.#child.spawnfile} ${failure}:\n${this.#log.slice(-3000)}`));
      };
      const look = () => {
        if (pattern.test(this.#log)) settle();
        else if (this.#hasEnded) settle(`ended before it printed ${pattern}`);
      };
      const timer = setTimeout(() => settle(`did not print ${pattern} in ${milliseconds} ms`), milliseconds);
      this.#listeners.add(look);
      look();
    });
  }

  kill(signal: NodeJS.Signals): void {
    if (!this.#hasEnded) this.#child.kill(signal);
  }

  /** Ends the process in order, or by force after `patience` milliseconds. */
  async stop(patience = 20_000): Promise<void> {
    this.kill(this.#stopSignal);
    const force = setTimeout(() => this.kill('SIGKILL'), patience);
    await this.ended;
    clearTimeout(force);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}

/**
 * Waits in a group of its own for a line that says the server has ended. When our end of the pipe closes without
 * one, this process is gone, however it went: the guard ends the server and removes what it leaves.
 */
function guard(pid: number, signal: NodeJS.Signals, leftovers: string | undefined): ChildProcess {
  const script = `read told && exit 0; kill -${signal.slice(3)} "$1" 2>/dev/null
    n=0; while kill -0 "$1" 2>/dev/null && [ $n -lt 100 ]; do sleep 0.1; n=$((n+1)); done
    kill -KILL "$1" 2>/dev/null; [ -z "$2" ] || rm -rf -- "$2"`;
  return spawn('/bin/sh', ['-c', script, 'guard', String(pid), leftovers ?? ''], {
    ...serverUser,
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
}
