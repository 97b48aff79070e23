// What is restored and downloaded: a backup of each of two databases in a folder, and each archive once more in the store,
// behind a relay that holds every connection to one speed.
import { createReadStream } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { openS3Store } from '../../src/storage/s3-store.ts';
import type { PostgresServer } from '../../test/parts/postgres-server.ts';
import { TcpProxy } from '../../test/parts/tcp-proxy.ts';
import { root } from '../root.ts';
import { type Command, measure } from './processes.ts';
import { type BenchStore, BUCKET, STOCK } from './s3.ts';

/** Bytes a second of one connection: little enough that neither relay nor store is what is measured. */
const CAP = 20_000_000;

export interface Stocked {
  readonly database: string;
  /** The archive, as pg_restore alone would read it. */
  readonly file: string;
  readonly key: string;
  /** Of the plan that restores it into `restored`. */
  readonly hash: string;
}

export interface Stock {
  readonly destination: string;
  /** Of the relay. */
  readonly endpoint: string;
  readonly large: Stocked;
  /** A quarter of it. */
  readonly small: Stocked;
  stop(): Promise<void>;
}

/** Where a restore puts the database: dropped again after each. */
export const RESTORED = 'restored';

export async function makeStock(
  server: PostgresServer,
  store: BenchStore,
  folder: string,
  databases: { readonly large: string; readonly small: string },
): Promise<Stock> {
  const destination = join(folder, 'stock');
  await mkdir(destination);
  const { hostname, port } = new URL(store.endpoint);
  const relay = await TcpProxy.start({ host: hostname, port: Number(port) });
  relay.limit(CAP);
  const add = async (database: string): Promise<Stocked> => {
    const { backup } = await run(server, destination, database, ['backup', '--tier=manual']);
    const { hash } = await run(server, destination, database, ['restore', '--dry-run', ...INTO]);
    const file = join(destination, backup.key);
    const key = `${database}.dump`;
    await upload(store, key, file);
    return { database, file, key, hash };
  };
  return {
    destination,
    endpoint: `http://127.0.0.1:${relay.port}`,
    large: await add(databases.large),
    small: await add(databases.small),
    stop: () => relay.stop(),
  };
}

const INTO = ['--mode=new-database', `--new-database=${RESTORED}`];

/** A command of the packed command line on the stock. */
export function productCommand(
  server: PostgresServer,
  destination: string,
  database: string,
  args: readonly string[],
): Command {
  const place = [`--destination=file://${destination}`, `--name=${database}`];
  const bin = `--postgres-bin=${server.binFolder}`;
  return {
    file: process.execPath,
    args: [join(root, 'dist', 'cli.js'), ...args, '--database-url=env:URL', ...place, bin, '--json'],
    environment: { PATH: '/usr/bin:/bin', HOME: '/nonexistent', URL: server.url(database) },
  };
}

export function restoreCommand(server: PostgresServer, { destination }: Stock, stocked: Stocked): Command {
  const args = ['restore', ...INTO, `--confirm=${stocked.hash}`];
  return productCommand(server, destination, stocked.database, args);
}

async function run(...command: Parameters<typeof productCommand>) {
  return JSON.parse((await measure(productCommand(...command))).stdout);
}

async function upload(store: BenchStore, key: string, file: string): Promise<void> {
  const { AWS_ACCESS_KEY_ID: accessKeyId = '', AWS_SECRET_ACCESS_KEY: secretAccessKey = '' } =
    store.environment;
  const target = openS3Store({
    bucket: BUCKET,
    prefix: STOCK,
    endpoint: store.endpoint,
    forcePathStyle: true,
    credentials: { accessKeyId, secretAccessKey },
  });
  const { size } = await stat(file);
  const signal = AbortSignal.timeout(3_600_000);
  const started = await target.startUpload(key, { expectedBytes: size, contentType: 'a/b', signal });
  for await (const chunk of createReadStream(file)) await started.write(chunk);
  await started.complete();
  target.close();
}
