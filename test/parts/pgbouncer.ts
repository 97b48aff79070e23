// PgBouncer in front of a test's server. In transaction mode it is what a backup must refuse: each transaction may
// land in another session, so locks, snapshots and settings don't hold.
import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from './free-port.ts';
import { OwnedProcess } from './owned-process.ts';
import type { PostgresServer } from './postgres-server.ts';
import { giveToServer, makeWorkFolder } from './work-folder.ts';

/** Debian's place for it, outside the PATH of users other than root. */
const PGBOUNCER = '/usr/sbin/pgbouncer';

export interface PgBouncer extends AsyncDisposable {
  host: string;
  port: number;
  /** A superuser's URL through the pooler. */
  url(database?: string): string;
  stop(): Promise<void>;
}

export function isPgBouncerInstalled(): boolean {
  return existsSync(PGBOUNCER);
}

/** Every database of `server`, for its superuser, through a pooler in the given mode. */
export async function startPgBouncer(
  server: PostgresServer,
  mode: 'transaction' | 'session',
): Promise<PgBouncer> {
  const folder = await makeWorkFolder('pgbouncer');
  const port = await freePort();
  const users = join(folder, 'users.txt');
  const config = join(folder, 'pgbouncer.ini');
  await writeFile(users, `"${server.user}" "${server.password}"\n`);
  await writeFile(
    config,
    `[databases]
* = host=${server.host} port=${server.port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
pool_mode = ${mode}
auth_type = scram-sha-256
auth_file = ${users}
`,
  );
  giveToServer(users);
  giveToServer(config);
  const pooler = new OwnedProcess(PGBOUNCER, [config], { stopSignal: 'SIGINT', leftovers: folder });
  const stop = async () => {
    // SIGINT waits for the clients, SIGTERM does not (see PgBouncer's manual, "Signals").
    pooler.kill('SIGTERM');
    await pooler.stop();
    await rm(folder, { recursive: true, force: true });
  };
  await pooler.waitForLog(/process up/);
  return {
    host: '127.0.0.1',
    port,
    url: database => server.url(database).replace(`:${server.port}/`, `:${port}/`),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
