// Runs one PostgreSQL program: argument list, no shell, output as bytes, its last error lines kept, its exit awaited.
// @actions/exec can't do this (it ignores back-pressure and writes its own lines into the output).
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import type { Problem } from '../problems/problem.ts';
import { openOutputChannel } from './fast-output.ts';
import type { ToolFilter } from './port.ts';

export interface ToolCommand {
  readonly file: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Starts programs of its own, which must end with it. */
  readonly ownGroup?: boolean;
}

export interface ToolEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The last 20,000 characters of standard error. */
  readonly stderr: string;
}

/** After SIGTERM a tool has this long; pg_dump tells the server to cancel in that time. */
const GRACE_MS = 2_000;
const KEPT_STDERR = 20_000;

/** A program that runs, and where its output is read. */
interface Running {
  readonly child: ChildProcessByStdio<Writable, Readable | null, Readable>;
  readonly output: AsyncIterable<Buffer>;
  readonly ended: Promise<ToolEnd>;
  /** Drops what is not read. */
  close(): void;
}

/**
 * Starts the program. `folder` (0700) is where its output channel is made. `explain` turns a bad end into the Problem
 * that `done` rejects with. `done` never leaves an unhandled rejection: whoever wants the end must await it.
 */
export function runTool(
  command: ToolCommand,
  folder: string,
  explain: (end: ToolEnd) => Problem,
): ToolFilter {
  const started = start(command, folder);
  const done = started
    .then(({ ended }) => ended)
    .then(end => {
      if (end.code !== 0) throw explain(end);
      return { warnings: warningsOf(end.stderr) };
    });
  done.catch(() => {});

  return {
    output: outputOf(started),
    done,
    // Resolves when the bytes are with the kernel: only then may the caller use its buffer again.
    async write(bytes) {
      const { stdin } = (await started).child;
      if (stdin.writable) await new Promise<void>(resolve => stdin.write(bytes, () => resolve()));
    },
    end() {
      void started.then(({ child }) => child.stdin.end());
    },
    async stop() {
      const { child, ended, close } = await started;
      close();
      child.stdin.destroy();
      const kill = (signal: NodeJS.Signals) =>
        command.ownGroup ? killGroup(child, signal) : child.kill(signal);
      if (child.exitCode === null && child.signalCode === null) kill('SIGTERM');
      const timer = setTimeout(() => kill('SIGKILL'), GRACE_MS);
      await ended;
      clearTimeout(timer);
    },
  };
}

async function start(command: ToolCommand, folder: string): Promise<Running> {
  const channel = await openOutputChannel(folder).catch(() => undefined);
  const child = spawn(command.file, command.args, {
    env: { ...command.environment },
    stdio: ['pipe', channel?.childEnd ?? 'pipe', 'pipe'],
    detached: command.ownGroup === true,
  }) as Running['child'];
  channel?.handedOver();
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-KEPT_STDERR);
  });
  // A tool that has read enough closes its input (`pg_restore --list`); its exit status decides, not this error.
  child.stdin.on('error', () => {});
  child.stdout?.on('error', () => {});
  const ended = new Promise<ToolEnd>(resolve => {
    child.on('error', error => resolve({ code: null, signal: null, stderr: String(error.message) }));
    child.on('close', (code, signal) => resolve({ code, signal, stderr }));
  });
  return {
    child,
    output: channel?.output ?? child.stdout ?? none(),
    ended,
    close: () => (channel ? channel.close() : child.stdout?.destroy()),
  };
}

function killGroup({ pid }: Running['child'], signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, signal);
  } catch {
    // It has ended by itself.
  }
}

async function* outputOf(started: Promise<Running>): AsyncGenerator<Buffer> {
  yield* (await started).output;
}

async function* none(): AsyncGenerator<Buffer> {}

/** `pg_dump: warning: …` lines with their `detail:` and `hint:` lines, in order, each once. */
export function warningsOf(stderr: string): string[] {
  const warnings: string[] = [];
  for (const line of stderr.split('\n')) {
    const [, kind, text] = /^pg_\w+: (warning|detail|hint): (.*)$/s.exec(line) ?? [];
    if (kind === undefined || text === undefined) continue;
    if (kind === 'warning') warnings.push(text);
    else if (warnings.length > 0) warnings.push(`${warnings.pop()} (${text})`);
  }
  return [...new Set(warnings)];
}

/** How a process ended, in words: `ended with status 1`, `was killed (SIGKILL)`. */
export function describeEnd(end: ToolEnd): string {
  return end.signal ? `was killed (${end.signal})` : `ended with status ${end.code ?? 'unknown'}`;
}

/** What to show of standard error: its last lines, without the places in PostgreSQL's own source. */
export function lastLines(stderr: string, lines = 8): string {
  const told = stderr.trim().split('\n');
  return told
    .filter(line => !line.startsWith('LOCATION:'))
    .slice(-lines)
    .join('\n');
}
