// A real PostgreSQL server of a test's own: made in a tenth of a second from a copied template, reachable over
// loopback TCP alone, and gone without a trace afterwards.
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { serverUser } from './folder.ts';
import { freePort } from './free-port.ts';
import { OwnedProcess } from './owned-process.ts';
import { type PostgresMajor, postgresBin } from './postgres-binaries.ts';
import { copyTemplate, type Installation } from './postgres-template.ts';
import { run } from './run.ts';
import { type CertificateFlaw, makeServerCertificate } from './tls-certificates.ts';
import { giveToServer, makeWorkFolder } from './work-folder.ts';

/** Easy to look for in whatever the software under test prints or leaves. */
const PASSWORD = 'Sup3ruser-pass-of-the-part';

/** Speed over durability: these clusters live for one test file. */
const FAST_SETTINGS: Record<string, string> = {
  fsync: 'off',
  full_page_writes: 'off',
  shared_buffers: '64MB',
  max_wal_size: '2GB',
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  // A dead archive command would hang the stop.
  archive_mode: 'off',
};

export interface PostgresOptions {
  major: PostgresMajor;
  /** Another build of that major than the parts' own. */
  installation?: Installation;
  /** Parameters over the fast defaults, as `postgres -c` takes them. */
  settings?: Record<string, string>;
  /** Accepts TLS connections only, with a certificate by an authority of its own. */
  tls?: { flaw?: CertificateFlaw };
}

interface Cluster {
  major: PostgresMajor;
  binFolder: string;
  folder: string;
  settings: Record<string, string>;
  /** The path of the authority's certificate, where the server speaks TLS only. */
  authorityPath: string | undefined;
}

export class PostgresServer implements AsyncDisposable {
  readonly host = '127.0.0.1';
  readonly user = 'postgres';
  readonly password = PASSWORD;
  readonly port: number;
  readonly majorVersion: PostgresMajor;
  readonly binFolder: string;
  readonly dataFolder: string;
  /** The certificate to trust (`sslrootcert`) for a server started with `tls`. */
  readonly authorityPath: string | undefined;
  readonly settings: Readonly<Record<string, string>>;
  readonly #folder: string;
  #process: OwnedProcess;

  constructor(cluster: Cluster, port: number, process: OwnedProcess) {
    this.port = port;
    this.majorVersion = cluster.major;
    this.binFolder = cluster.binFolder;
    this.dataFolder = join(cluster.folder, 'data');
    this.authorityPath = cluster.authorityPath;
    this.settings = cluster.settings;
    this.#folder = cluster.folder;
    this.#process = process;
  }

  /** The postmaster's process id. */
  get pid(): number {
    return this.#process.pid;
  }

  /** What the server has logged since its last start. */
  get log(): string {
    return this.#process.log;
  }

  /** A connection URL; of the superuser unless `as` names another role. */
  url(database = 'postgres', as: { user: string; password: string } = this): string {
    const [user, password] = [encodeURIComponent(as.user), encodeURIComponent(as.password)];
    const query =
      this.authorityPath === undefined
        ? ''
        : `?sslmode=verify-full&sslrootcert=${encodeURIComponent(this.authorityPath)}`;
    return `postgresql://${user}:${password}@${this.host}:${this.port}/${encodeURIComponent(database)}${query}`;
  }

  /** Runs SQL, psql commands included, as the superuser; rows come back unaligned, fields split by `|`. Rejects at the first error. */
  async psql(sql: string, database = 'postgres'): Promise<string> {
    const args = ['--no-psqlrc', '--quiet', '--no-align', '--tuples-only', '--set', 'ON_ERROR_STOP=1'];
    const env = {
      PATH: '/usr/bin:/bin',
      LANG: 'C.UTF-8',
      PGCLIENTENCODING: 'UTF8',
      PGOPTIONS: '-c client_min_messages=warning',
    };
    const printed = await run(join(this.binFolder, 'psql'), [...args, '--dbname', this.url(database)], {
      env,
      input: sql,
    });
    return printed.replace(/\n$/, '');
  }

  async createDatabase(name: string, options = ''): Promise<void> {
    await this.psql(`create database "${name.replaceAll('"', '""')}" ${options}`);
  }

  /** Pulls the plug: no checkpoint, no goodbye to the clients. */
  async kill9(): Promise<void> {
    this.#process.kill('SIGKILL');
    await this.#process.ended;
  }

  /** Starts on the same data and port again, after a stop in order if it still runs. */
  async restart(): Promise<void> {
    await this.#process.stop();
    this.#process = await launch(this.binFolder, this.dataFolder, this.port, this.settings);
  }

  /** Ends the server (fast shutdown) and removes its data. May be called twice. */
  async stop(): Promise<void> {
    await this.#process.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}

/** Starts a fresh server with an empty `postgres` database: UTF-8, C.UTF-8, SCRAM passwords. */
export async function startPostgres(options: PostgresOptions): Promise<PostgresServer> {
  const folder = await makeWorkFolder('server');
  const { major } = options;
  const installation = options.installation ?? { name: String(major), binFolder: postgresBin(major) };
  await copyTemplate(installation, PASSWORD, join(folder, 'data'));
  const tls = options.tls === undefined ? undefined : await turnTlsOn(folder, options.tls.flaw);
  const settings = { ...FAST_SETTINGS, ...tls?.settings, ...options.settings };
  const { binFolder } = installation;
  return startCluster({ major, binFolder, folder, settings, authorityPath: tls?.authorityPath });
}

/** Starts a streaming hot standby of `primary`, with the same settings. Stop it before its primary. */
export async function startStandby(primary: PostgresServer): Promise<PostgresServer> {
  const folder = await makeWorkFolder('server');
  const copy = ['--pgdata', join(folder, 'data'), '--wal-method', 'stream', '--write-recovery-conf'];
  const source = ['--dbname', primary.url(), '--checkpoint', 'fast', '--no-sync'];
  const env = { PATH: '/usr/bin:/bin', HOME: folder };
  await run(join(primary.binFolder, 'pg_basebackup'), [...copy, ...source], { ...serverUser, env });
  return startCluster({
    major: primary.majorVersion,
    binFolder: primary.binFolder,
    folder,
    settings: primary.settings,
    authorityPath: primary.authorityPath,
  });
}

/** Waits until the standby has replayed everything that its primary has written so far. */
export async function catchUp(standby: PostgresServer, primary: PostgresServer): Promise<void> {
  const position = await primary.psql('select pg_current_wal_flush_lsn()');
  await standby.psql(`set statement_timeout = '30s'; do $$ begin
    while pg_last_wal_replay_lsn() is null or pg_last_wal_replay_lsn() < '${position}' loop
      perform pg_sleep(0.01);
    end loop;
  end $$`);
}

async function startCluster(cluster: Cluster): Promise<PostgresServer> {
  const data = join(cluster.folder, 'data');
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    try {
      return new PostgresServer(cluster, port, await launch(cluster.binFolder, data, port, cluster.settings));
    } catch (error) {
      if (attempt < 5 && /could not bind|could not create any TCP/.test(String(error))) continue;
      await rm(cluster.folder, { recursive: true, force: true });
      throw error;
    }
  }
}

async function launch(
  bin: string,
  data: string,
  port: number,
  settings: Readonly<Record<string, string>>,
): Promise<OwnedProcess> {
  const parameters = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  for (let attempt = 1; ; attempt++) {
    const server = new OwnedProcess(join(bin, 'postgres'), ['-D', data, '-p', String(port), ...parameters], {
      stopSignal: 'SIGINT',
      leftovers: join(data, '..'),
      // The modules have no run path: a standby's would load the system's older libpq, if there is one.
      env: { LD_LIBRARY_PATH: join(bin, '..', 'lib') },
    });
    try {
      await server.waitForLog(/ready to accept (read-only )?connections/);
      return server;
    } catch (error) {
      await server.stop();
      // After a SIGKILL the old server's children take a moment to notice.
      if (attempt >= 50 || !/pre-existing shared memory|lock file "postmaster.pid"/.test(String(error)))
        throw error;
      await new Promise(resolve => setTimeout(resolve, 100));
    }
  }
}

async function turnTlsOn(
  folder: string,
  flaw: CertificateFlaw | undefined,
): Promise<{ authorityPath: string; settings: Record<string, string> }> {
  const made = await makeServerCertificate(flaw);
  const authorityPath = join(folder, 'ca.pem');
  const certificate = join(folder, 'server.pem');
  const key = join(folder, 'server.key');
  await writeFile(authorityPath, made.authority);
  await writeFile(certificate, made.certificate);
  await writeFile(key, made.key, { mode: 0o600 });
  giveToServer(key);
  // Without a plain `host` line a connection without TLS is refused.
  const access = ['all', 'replication'].map(
    database => `hostssl ${database} all 127.0.0.1/32 scram-sha-256\n`,
  );
  await writeFile(join(folder, 'data', 'pg_hba.conf'), access.join(''));
  return { authorityPath, settings: { ssl: 'on', ssl_cert_file: certificate, ssl_key_file: key } };
}
