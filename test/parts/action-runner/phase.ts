// One phase of an action, `main` or `post`: the node process with its time limits on a cancel, its output as lines.
import { type ChildProcess, spawn } from 'node:child_process';
import { StringDecoder } from 'node:string_decoder';
import { setTimeout as delay } from 'node:timers/promises';
import { atExit } from '../at-exit.ts';
import { commandLine, type SeenProcess, SessionWatch, sessionPids } from './session.ts';

/** The runner's patience after SIGINT, after SIGTERM, and after the end of a process whose output stays open. */
const AFTER_SIGINT_MS = 7_500;
const AFTER_SIGTERM_MS = 2_500;
const AFTER_END_MS = 5_000;
/** A process whose pipes broke with node's end has this long to notice. */
const NOTICE_MS = 1_000;

export interface PhaseOptions {
  readonly node: string;
  readonly script: string;
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string>>;
  onLine(line: string): void;
  /** SIGINT goes to node alone when it resolves. */
  readonly cancelAfter?: Promise<unknown> | undefined;
  /** SIGKILL goes to node alone when it resolves. */
  readonly killAfter?: Promise<unknown> | undefined;
  /** Looks at the processes while they run. */
  readonly watch?: boolean | undefined;
}

export interface PhaseEnd {
  /** 128 + number for a signal, as a shell says it. */
  readonly exitCode: number;
  readonly milliseconds: number;
  /** From SIGINT to the end; null where none was sent. */
  readonly cancelMilliseconds: number | null;
  /** Signals that the runner sent to node. */
  readonly signals: readonly string[];
  readonly processes: readonly SeenProcess[];
  /** Command lines of processes that lived on when node had ended and its output was closed. */
  readonly alive: readonly string[];
}

export async function runPhase(options: PhaseOptions): Promise<PhaseEnd> {
  const startedAt = performance.now();
  // A session of its own: its processes are known by it, and a key pressed on our terminal doesn't reach them.
  const child = spawn(options.node, [options.script], {
    cwd: options.cwd,
    env: { ...options.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const session = child.pid ?? 0;
  const killTree = () => {
    for (const pid of sessionPids(session)) kill(pid, 'SIGKILL');
    kill(-session, 'SIGKILL');
  };
  const cancelDuty = atExit(killTree);
  const watch = options.watch ? new SessionWatch(session) : undefined;
  const cancellation = new Cancellation(child, killTree);
  void options.cancelAfter?.then(() => cancellation.start());
  void options.killAfter?.then(() => cancellation.send('SIGKILL'));
  readLines(child, options.onLine);
  const exitCode = await ended(child, killTree);
  const endedAt = performance.now();
  cancellation.end();
  watch?.end();
  const alive = await survivors(session);
  killTree();
  cancelDuty();
  return {
    exitCode,
    milliseconds: endedAt - startedAt,
    cancelMilliseconds: cancellation.startedAt === undefined ? null : endedAt - cancellation.startedAt,
    signals: cancellation.sent,
    processes: watch?.seen ?? [],
    alive,
  };
}

async function survivors(session: number): Promise<string[]> {
  const until = performance.now() + NOTICE_MS;
  while (sessionPids(session).length > 0 && performance.now() < until) await delay(20);
  return sessionPids(session).map(commandLine);
}

class Cancellation {
  readonly sent: string[] = [];
  startedAt: number | undefined;
  readonly #child: ChildProcess;
  readonly #killTree: () => void;
  #timer: NodeJS.Timeout | undefined;
  #over = false;

  constructor(child: ChildProcess, killTree: () => void) {
    this.#child = child;
    this.#killTree = killTree;
  }

  start(): void {
    if (this.#over) return;
    this.startedAt = performance.now();
    this.send('SIGINT');
    this.#timer = setTimeout(() => {
      this.send('SIGTERM');
      this.#timer = setTimeout(this.#killTree, AFTER_SIGTERM_MS);
    }, AFTER_SIGINT_MS);
  }

  send(signal: NodeJS.Signals): void {
    if (!this.#over && this.#child.kill(signal)) this.sent.push(signal);
  }

  end(): void {
    this.#over = true;
    clearTimeout(this.#timer);
  }
}

function ended(child: ChildProcess, killTree: () => void): Promise<number> {
  return new Promise((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined;
    child.on('error', reject);
    child.on('exit', () => {
      timer = setTimeout(killTree, AFTER_END_MS);
    });
    child.on('close', (status, signal) => {
      clearTimeout(timer);
      resolve(status ?? 128 + (SIGNAL_NUMBERS[signal ?? ''] ?? 0));
    });
  });
}

const SIGNAL_NUMBERS: Readonly<Record<string, number>> = { SIGINT: 2, SIGKILL: 9, SIGTERM: 15 };

/** Both outputs, each cut at LF, CR or CRLF, as the runner's reader does it. */
function readLines(child: ChildProcess, onLine: (line: string) => void): void {
  for (const stream of [child.stdout, child.stderr]) {
    const decoder = new StringDecoder('utf8');
    let rest = '';
    stream?.on('data', (chunk: Buffer) => {
      const lines = (rest + decoder.write(chunk)).split(/\r\n|\n|\r(?=.)/s);
      rest = lines.pop() ?? '';
      lines.forEach(onLine);
    });
    stream?.on('close', () => {
      if (rest !== '') onLine(rest);
    });
  }
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It is gone already.
  }
}
