// Somebody else on the server while a backup runs: a session whose statements a test can leave waiting for a lock.
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import type { PostgresServer } from './postgres-server.ts';

export class OtherSession implements AsyncDisposable {
  readonly #psql: ChildProcessByStdio<Writable, Readable, null>;
  readonly #waiting: { lines: string[]; resolve: (answer: string) => void }[] = [];

  constructor(server: PostgresServer, database: string) {
    this.#psql = spawn(join(server.binFolder, 'psql'), ['-XAtq', '--dbname', server.url(database)], {
      env: { PATH: '/usr/bin:/bin' },
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    createInterface({ input: this.#psql.stdout }).on('line', line => {
      const [first] = this.#waiting;
      if (line !== 'done') first?.lines.push(line);
      else this.#waiting.shift()?.resolve(first?.lines.join('\n') ?? '');
    });
  }

  /** Resolves with what the statements printed when they are through, which may be long after a lock was asked for. */
  run(sql: string): Promise<string> {
    return new Promise(resolve => {
      this.#waiting.push({ lines: [], resolve });
      this.#psql.stdin.write(`${sql};\n\\echo done\n`);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = once(this.#psql, 'close');
    this.#psql.stdin.end();
    await ended;
  }
}

/** Waits, on the server's side, until the condition holds. */
export async function until(server: PostgresServer, condition: string): Promise<void> {
  await server.psql(`set statement_timeout = '30s'; do $$ begin
    while not (${condition}) loop perform pg_stat_clear_snapshot(); perform pg_sleep(0.01); end loop; end $$`);
}

/** A condition for `until`: some session waits for a lock. */
export const SOMEBODY_WAITS = 'exists (select from pg_locks where not granted)';
