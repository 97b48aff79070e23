// Runs one short command to its end, for the parts' own needs (pip, initdb, psql, openssl). Not the software
// under test: that has an adapter of its own.
import { type SpawnOptions, spawn } from 'node:child_process';
import { basename } from 'node:path';

interface RunOptions extends Pick<SpawnOptions, 'cwd' | 'env' | 'uid' | 'gid'> {
  input?: string;
}

export interface Collected {
  readonly out: string;
  readonly err: string;
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** What the command printed. Rejects, with the last of its stderr, when it can't start or ends with another status than 0. */
export async function run(command: string, args: string[], options: RunOptions = {}): Promise<string> {
  const { out, err, status, signal } = await collect(command, args, options);
  if (status === 0) return out;
  const said = err.trim().slice(-2000);
  throw new Error(`${basename(command)} ended with ${status ?? signal}: ${said || 'it said nothing'}`);
}

/** For a command whose status is an answer. Rejects only when it can't start. */
export function collect(command: string, args: string[], options: RunOptions = {}): Promise<Collected> {
  const { input, ...spawnOptions } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...spawnOptions, stdio: 'pipe' });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    child.on('error', error => reject(new Error(`${command} can't be started: ${error.message}`)));
    child.on('close', (status, signal) => {
      resolve({ out: Buffer.concat(out).toString(), err: Buffer.concat(err).toString(), status, signal });
    });
    // A command that ends without reading its input is judged by its status, not by the broken pipe.
    child.stdin.on('error', () => {});
    child.stdin.end(input ?? '');
  });
}
