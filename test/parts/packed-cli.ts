// Runs dist/cli.js as a shell, a cron job or a person at a terminal does: both outputs apart, an environment of the
// test's own.
import { spawn } from 'node:child_process';
import { atExit } from './at-exit.ts';

export interface ProgramEnd {
  /** Of the program, or 128 + the signal's number. */
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ProgramOptions {
  readonly environment?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Written to its input when `after` resolves; by default its input is empty. */
  readonly type?: { readonly text: string; readonly after: Promise<unknown> };
  /** SIGINT to the program alone when it resolves. */
  readonly interruptAfter?: Promise<unknown>;
}

export function runProgram(
  file: string,
  args: readonly string[],
  { environment = {}, cwd = '/', type, interruptAfter }: ProgramOptions = {},
): Promise<ProgramEnd> {
  const child = spawn(file, args, {
    cwd,
    env: { PATH: process.env.PATH ?? '/usr/bin:/bin', HOME: '/nonexistent', LANG: 'C.UTF-8', ...environment },
    stdio: 'pipe',
  });
  const cancelDuty = atExit(() => child.kill('SIGKILL'));
  const [stdout, stderr]: [Buffer[], Buffer[]] = [[], []];
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
  child.stdin.on('error', () => {});
  if (type) void type.after.then(() => child.stdin.write(type.text));
  else child.stdin.end();
  void interruptAfter?.then(() => child.kill('SIGINT'));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status, signal) => {
      cancelDuty();
      child.stdin.destroy();
      resolve({
        exitCode: status ?? (signal === 'SIGINT' ? 130 : 137),
        stdout: Buffer.concat(stdout).toString(),
        stderr: Buffer.concat(stderr).toString(),
      });
    });
  });
}
