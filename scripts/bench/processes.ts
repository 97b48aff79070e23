// What a command and its children cost: wall clock, CPU by program, the peak of memory, and when pg_dump first wrote.
// Read from /proc (Linux), because a child's usage is gone with it otherwise.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

export interface Usage {
  readonly seconds: number;
  /** CPU seconds by program: `node`, `pg_dump`, `pg_restore`, …; all of them as `all`. */
  readonly cpu: Readonly<Record<string, number>>;
  /** Of the command itself, children not counted. */
  readonly peakBytes: number;
  /** From the start of the command to the first byte that pg_dump wrote; null where it was not seen. */
  readonly firstByteSeconds: number | null;
  readonly stdout: string;
}

const TICKS_A_SECOND = 100;
const LOOK_EVERY_MS = 10;

interface Seen {
  readonly program: string;
  ticks: number;
}

/** Rejects with the last of standard error where the command fails. */
export async function measure({ file, args, environment }: Command): Promise<Usage> {
  const before = childrenTicks();
  const startedAt = performance.now();
  const child = spawn(file, args, { env: { ...environment }, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr = (stderr + text).slice(-4000)));
  const root = child.pid ?? 0;
  const seen = new Map<number, Seen>();
  let peakBytes = 0;
  let firstByteSeconds: number | null = null;
  const look = () => {
    peakBytes = Math.max(peakBytes, peakOf(root));
    for (const pid of treeOf(root)) {
      note(seen, pid);
      if (firstByteSeconds === null && seen.get(pid)?.program === 'pg_dump' && isWriting(pid))
        firstByteSeconds = (performance.now() - startedAt) / 1000;
    }
  };
  const timer = setInterval(look, LOOK_EVERY_MS);
  const status = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  }).finally(() => clearInterval(timer));
  const seconds = (performance.now() - startedAt) / 1000;
  if (status !== 0) throw new Error(`${file} ${args.join(' ')} ended with ${status}:\n${stderr}`);
  return {
    seconds,
    cpu: cpuByProgram(seen, root, childrenTicks() - before),
    peakBytes,
    firstByteSeconds,
    stdout,
  };
}

/** Children are known up to the last look; what is missing from the whole is given to the command itself. */
function cpuByProgram(seen: ReadonlyMap<number, Seen>, root: number, all: number): Record<string, number> {
  const ticks: Record<string, number> = {};
  let ofChildren = 0;
  for (const [pid, { program, ticks: own }] of seen) {
    if (pid === root) continue;
    ticks[program] = (ticks[program] ?? 0) + own;
    ofChildren += own;
  }
  const name = seen.get(root)?.program ?? 'command';
  ticks[name] = (ticks[name] ?? 0) + Math.max(0, all - ofChildren);
  const seconds = Object.entries(ticks).map(([program, own]) => [program, own / TICKS_A_SECOND] as const);
  return Object.fromEntries([...seconds, ['all', all / TICKS_A_SECOND]]);
}

function note(seen: Map<number, Seen>, pid: number): void {
  const stat = read(`/proc/${pid}/stat`);
  const [, comm, rest = ''] = /^\d+ \((.*)\) (.*)$/s.exec(stat) ?? [];
  const fields = rest.split(' ');
  const ticks = Number(fields[11]) + Number(fields[12]);
  if (comm === undefined || Number.isNaN(ticks)) return;
  const known = seen.get(pid);
  // Between fork and exec a child bears its parent's name.
  const program = comm === 'MainThread' ? 'node' : comm;
  if (known?.program === program) known.ticks = ticks;
  else seen.set(pid, { program, ticks });
}

function treeOf(pid: number): number[] {
  const children = read(`/proc/${pid}/task/${pid}/children`).trim();
  return [pid, ...(children === '' ? [] : children.split(' ').flatMap(child => treeOf(Number(child))))];
}

function peakOf(pid: number): number {
  return Number(/^VmHWM:\s+(\d+) kB/m.exec(read(`/proc/${pid}/status`))?.[1] ?? 0) * 1024;
}

/** The pg_dump of the backup, that is: others only tell their version. */
function isWriting(pid: number): boolean {
  const wrote = Number(/^wchar: (\d+)/m.exec(read(`/proc/${pid}/io`))?.[1] ?? 0) > 0;
  return wrote && read(`/proc/${pid}/cmdline`).includes('--snapshot=');
}

/** Of all children of this process that have ended, and of theirs. */
function childrenTicks(): number {
  const fields = read('/proc/self/stat')
    .replace(/^.*\) /s, '')
    .split(' ');
  return Number(fields[13]) + Number(fields[14]);
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
