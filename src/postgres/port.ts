// What the commands need of PostgreSQL: its own tools, driven. Everything here throws `Problem` (problems/postgres.ts)
// and nothing else, except `AbortError` when a signal was aborted. One contract suite runs on the fake and on real servers.
import type { Instant } from '../backups/instant.ts';
import type { Warning } from '../problems/problem.ts';

/**
 * How a client came to be used: named in `postgres-bin`, first on PATH, in a folder of the system's packages, of the
 * runner's tool cache, installed by Homebrew, or fetched from the PostgreSQL project's own repository.
 */
export type ClientSource = 'postgres-bin' | 'path' | 'system' | 'tool-cache' | 'homebrew' | 'pgdg';

/** A set of client programs (pg_dump, pg_restore, psql), all of one folder. */
export interface ClientFacts {
  readonly folder: string;
  /** e.g. `16.15`. */
  readonly version: string;
  readonly major: number;
  /** This build of pg_dump compresses with zstd itself (16 or newer, and built with it). */
  readonly zstd: boolean;
  readonly source: ClientSource;
  /** What is to be told about it: holes, how it was fetched. */
  readonly warnings: readonly Warning[];
}

export interface TableFacts {
  readonly oid: number;
  /** Quoted and qualified, for people. */
  readonly name: string;
  readonly canSelect: boolean;
  /** Row security would filter this role's rows: pg_dump refuses the table. */
  readonly rowSecurity: boolean;
  readonly unlogged: boolean;
  /** For an extension's configuration table: its dump condition ('' = all rows); else null. */
  readonly extensionCondition: string | null;
}

/** Everything that preflight judges, as plain data; asked in one session, before any lock is taken. */
export interface SourceFacts {
  readonly database: string;
  /** As configured or as psql resolved it: a host name, address or socket folder. */
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly systemIdentifier: string | null;
  readonly serverVersion: string;
  readonly serverMajor: number;
  readonly encoding: string;
  readonly collate: string;
  readonly ctype: string;
  readonly standby: boolean;
  /** On a standby: the moment of the primary up to which it has replayed. null where that can't be told, and on a primary. */
  readonly replayedAt: Instant | null;
  readonly tls: boolean;
  readonly databaseBytes: number;
  readonly superuser: boolean;
  readonly extensions: readonly { readonly name: string; readonly version: string }[];
  readonly textSettings: Readonly<Record<string, string>>;
  readonly tables: readonly TableFacts[];
  /** Partition roots hold no rows, but pg_dump locks them. */
  readonly unreadablePartitionRoots: readonly string[];
  /** On a standby: tables that will not be in the archive. */
  readonly unloggedOnStandby: readonly string[];
  /** Sequences, schemas and large objects that this role can't read. */
  readonly unreadableSequences: readonly string[];
  readonly unusableSchemas: readonly string[];
  readonly unreadableLargeObjects: number;
  readonly subscriptions: readonly string[];
  readonly invalidIndexes: readonly string[];
  readonly notValidConstraints: readonly string[];
  readonly disabledTriggers: readonly string[];
  /** Tables and partition roots that are locked twice (by us and by pg_dump), and indexes that counting locks. */
  readonly tablesToLock: number;
  readonly indexes: number;
  /** Room in the server's lock table, shared with everybody else there. */
  readonly lockCapacity: number;
  readonly largeObjects: number;
  /** Two sessions shared one server connection: a transaction-mode pooler. */
  readonly transactionPooler: boolean;
}

export interface TableInSnapshot {
  readonly oid: number;
  readonly name: string;
  readonly extensionCondition: string | null;
}

/** Locks held, snapshot exported. Lives until closed: pg_dump and the counts run inside it. */
export interface Snapshot {
  /** PostgreSQL's name of it, for `pg_dump --snapshot`. */
  readonly id: string;
  /** This machine's clock when it was exported. */
  readonly takenAt: Instant;
  /** Exactly what pg_dump must put into the archive as TABLE DATA. */
  readonly tables: readonly TableInSnapshot[];
  /** `count(*)` of the rows that are dumped, in this snapshot; one at a time, in the session that holds the locks. */
  count(table: TableInSnapshot): Promise<number>;
  /** Ends the transaction and its session. Idempotent. */
  close(): Promise<void>;
}

export interface RunningDump {
  readonly pid: number;
  /** pg_dump's own name, or ours. */
  readonly application: string;
  /** Seconds since its session began; null where the role may not see it. */
  readonly seconds: number | null;
}

/** A running tool whose standard output is read as bytes. */
export interface ToolOutput {
  /**
   * Read once; ends when the tool closes it, which says nothing of its exit. A buffer holds its bytes only until the
   * next is asked for.
   */
  readonly output: AsyncIterable<Buffer>;
  /** Resolves with the warnings it printed after exit 0, else rejects with a Problem. Awaited before anything is believed. */
  readonly done: Promise<{ readonly warnings: readonly string[] }>;
  /** Ends the process if it still runs, and waits until it is gone. Idempotent. */
  stop(): Promise<void>;
}

/** A running tool that is fed as well. */
export interface ToolFilter extends ToolOutput {
  /**
   * Resolves when the bytes have left the buffer, which is late when the tool doesn't keep up. After the tool has closed
   * its input, bytes are dropped in silence.
   */
  write(bytes: Uint8Array): Promise<void>;
  /** Closes its input. */
  end(): void;
}

export interface DumpOptions {
  /** pg_dump's own words: `zstd:3`, `gzip:6`, `lz4`, `none`. */
  readonly compression: string;
  /** An upper bound: the locks are the snapshot's already. */
  readonly lockWaitTimeoutMs: number;
}

export interface Source {
  facts(): Promise<SourceFacts>;
  /** Sessions of this database that dump it at this moment: a migration and a dump wait for each other's locks. */
  dumps(): Promise<readonly RunningDump[]>;
  /** Locks what is in scope, exports the snapshot, lists again; starts over when a table came or went meanwhile. */
  openSnapshot(options: { lockWaitTimeoutMs: number }): Promise<Snapshot>;
  /** pg_dump in the custom format to its standard output. */
  dump(client: ClientFacts, snapshot: Snapshot, options: DumpOptions): ToolOutput;
  /** pg_dumpall --globals-only; with password hashes only where the role may read them (a superuser). */
  dumpGlobals(client: ClientFacts, options: { passwords: boolean }): ToolOutput;
  close(): Promise<void>;
}

/** What it takes to read archives: no server, no connection. */
export interface ArchiveTools {
  /** A client that reads what pg_dump of this major wrote: of that major or newer, found on this machine or fetched. */
  clientForArchive(writtenBy: number, signal?: AbortSignal): Promise<ClientFacts>;
  /** `pg_restore --list` reading an archive from its input. */
  listArchive(client: ClientFacts): ToolFilter;
  /** `pg_restore --schema-only -f -` reading an archive from its input: its head is enough. */
  defineArchive(client: ClientFacts): ToolFilter;
  /** `pg_restore --section=data -f -`: decodes the whole archive into SQL text. */
  decodeArchive(client: ClientFacts): ToolFilter;
}

export interface Postgres extends ArchiveTools {
  /** The client for a server of this major (client/choose-client.ts), found on this machine or fetched. */
  clientFor(serverMajor: number, signal?: AbortSignal): Promise<ClientFacts>;
  /** Connects, once; nothing is locked yet. */
  connect(signal: AbortSignal): Promise<Source>;
}
