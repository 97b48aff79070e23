// The command line as a process of its own, from the sources: what signals do to it can be seen on no other way.
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { scratchFolder } from './backup-places.ts';
import { checkout } from './folder.ts';

/** From within, at the very moment the line is written: from outside the run may be long past it. */
const KILL = `const [line, signal] = JSON.parse(process.env.KILLS_ITSELF_AT ?? '[]');
const write = process.stderr.write.bind(process.stderr);
process.stderr.write = (text, ...rest) => {
  const written = write(text, ...rest);
  if (line !== undefined && String(text).split('\\n').includes(line)) process.kill(process.pid, signal);
  return written;
};`;
const START = `${KILL} const { runCli } = await import(process.argv[1]); process.exit(await runCli(process.argv.slice(2)));`;

export interface CommandRun {
  readonly status: number | NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandWishes {
  readonly args: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Called with each line on standard error, which may end the process. */
  readonly onLine?: (line: string, child: ChildProcess) => void;
  /** The process sends itself the signal when it has written that line on standard error. */
  readonly killAt?: { readonly line: string; readonly signal: NodeJS.Signals };
}

export function runCommandLine({
  args,
  environment = {},
  onLine,
  killAt,
}: CommandWishes): Promise<CommandRun> {
  const temporary = scratchFolder('cli');
  const cli = join(checkout, 'src/entry/cli.ts');
  const child = spawn(process.execPath, ['--input-type=module', '-e', START, cli, ...args], {
    env: { PATH: process.env.PATH, HOME: temporary, TMPDIR: temporary, ...killing(killAt), ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return new Promise(resolve => {
    let [stdout, stderr, rest] = ['', '', ''];
    child.stdout.setEncoding('utf8').on('data', text => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) onLine?.(line, child);
    });
    child.on('close', (status, signal) => resolve({ status: status ?? signal, stdout, stderr }));
  });
}

function killing(killAt: CommandWishes['killAt']): Record<string, string> {
  return killAt ? { KILLS_ITSELF_AT: JSON.stringify([killAt.line, killAt.signal]) } : {};
}
