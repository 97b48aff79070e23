// What a restore needs of the server it restores into: facts first, in sessions that are closed again; then a database of
// its own beside the live one, and the swap. Everything throws `Problem` and nothing else, except `AbortError` when a
// signal was aborted. The live database is read here, and renamed by `swap`; nothing else touches it.
import type { Instant } from '../backups/instant.ts';
import type { Warning } from '../problems/problem.ts';
import type { ClientFacts, ToolOutput } from './port.ts';

/** A database as the server's catalog has it. */
export interface DatabaseFacts {
  readonly oid: number;
  readonly name: string;
  readonly owner: string;
  /** null where the role may not ask. */
  readonly bytes: number | null;
  readonly encoding: string;
  /** In the words of CREATE DATABASE, e.g. `LC_COLLATE` → `C.UTF-8`. */
  readonly locale: Readonly<Record<string, string>>;
  /** Sessions of others, by the name of their application. */
  readonly sessions: readonly { readonly application: string; readonly count: number }[];
  /** These block a rename, and no session can be ended to get rid of them. */
  readonly preparedTransactions: readonly string[];
  /** These stay with the old database. */
  readonly logicalSlots: readonly string[];
  readonly subscriptions: readonly string[];
  /** This role may rename it: superuser, or its owner (or a member of the owner) who may create databases. */
  readonly mayRename: boolean;
  /** Seen from inside; null where it could not be entered. */
  readonly inside: { readonly hasPublic: boolean; readonly tables: number } | null;
}

/** A database that an earlier restore left: it carries our mark and nobody holds its lock or is connected to it. */
export interface Leftover {
  readonly name: string;
  readonly bytes: number | null;
}

export interface TargetFacts {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** Where databases are created and renamed from, e.g. `postgres`. */
  readonly maintenanceDatabase: string;
  readonly systemIdentifier: string | null;
  readonly serverVersion: string;
  readonly serverMajor: number;
  readonly standby: boolean;
  readonly superuser: boolean;
  readonly lcMonetary: string;
  readonly mayCreateDatabases: boolean;
  readonly roles: readonly string[];
  /** By name, the versions that could be installed. */
  readonly extensions: readonly { readonly name: string; readonly versions: readonly string[] }[];
  /** The database that was asked for; null where there is none of that name. */
  readonly database: DatabaseFacts | null;
  readonly leftovers: readonly Leftover[];
}

/** What CREATE DATABASE is told besides the name: as the archive's own statement has it, e.g. `ENCODING` → `UTF8`. */
export type DatabaseLocale = ReadonlyMap<string, string>;

export interface ScratchOptions {
  readonly name: string;
  readonly locale: DatabaseLocale;
  /** Where the database that is to be replaced has its tablespace, that one is taken. */
  readonly replaces: number | null;
  readonly now: Instant;
}

export interface RestoreOptions {
  readonly jobs: number;
  readonly noOwner: boolean;
  readonly noAcl: boolean;
  /** With one worker, which is all that pg_restore has for a tar. The order of rows may not be kept. */
  readonly serial?: boolean;
  /** At the source, where it shapes how amounts of money are read; undefined: as the target has it. */
  readonly lcMonetary: string | undefined;
}

/** One table of the restored database, read back as COPY prints it. */
export interface TableRequest {
  /** `COPY public.t (a, b) FROM stdin;` as pg_restore printed it, in the archive's own encoding. */
  readonly statement: Buffer;
  /** Read through its root, with all leaves. */
  readonly wholeTree: boolean;
  /** `where …`, for an extension's configuration table; '' = all rows. */
  readonly condition: string;
}

export interface TextSettings {
  readonly encoding: string;
  readonly settings: Readonly<Record<string, string>>;
  /** Times in the zone that the server is set to; else in UTC, as in our own backups. */
  readonly serverZone?: true;
}

export interface SequenceState {
  /** Qualified and quoted. */
  readonly name: string;
  readonly value: string;
  readonly called: boolean;
}

/** What else a database holds besides rows. */
export interface RestoredState {
  readonly sequences: readonly SequenceState[];
  readonly largeObjects: readonly { readonly oid: number; readonly bytes: number; readonly sha256: string }[];
  readonly invalidIndexes: readonly string[];
  readonly notValidConstraints: readonly string[];
  readonly disabledTriggers: readonly string[];
}

export interface SwapOptions {
  /** Must still be the database of this OID, or nothing is renamed. */
  readonly live: { readonly name: string; readonly oid: number };
  readonly before: string;
  readonly terminateSessions: boolean;
}

/** The database that is restored into, beside the live one. Held by an advisory lock while this lives. */
export interface Scratch {
  readonly name: string;
  readonly oid: number;
  /** pg_restore --exit-on-error of a local archive. */
  restore(client: ClientFacts, file: string, options: RestoreOptions): ToolOutput;
  /** psql with plain SQL, in one transaction, stopped at the first error; the dump is handed on as it comes. */
  restoreSql(client: ClientFacts, dump: AsyncIterable<Buffer>): ToolOutput;
  /**
   * Prints the tables as pg_restore --section=data prints them: their statement, their rows, `\.`, and the last line of
   * a whole output, in the order of `tables`.
   */
  readTables(client: ClientFacts, tables: readonly TableRequest[], text: TextSettings): Promise<ToolOutput>;
  readState(signal: AbortSignal): Promise<RestoredState>;
  /** `pg_dump --schema-only`, with `noAcl` as it was restored. */
  dumpSchema(client: ClientFacts, options: { noAcl: boolean }): ToolOutput;
  /** Removes the schema `public`, which every new database has; refused by the server where anything lies in it. */
  dropEmptyPublic(signal: AbortSignal): Promise<void>;
  /** The user's own SQL, in a psql of its own that stops at the first error. */
  runSql(client: ClientFacts, sql: string): Promise<ToolOutput>;
  /** The user's own shell command, with DATABASE_URL of this database and an environment from a list. */
  runCommand(command: string): ToolOutput;
  analyze(signal: AbortSignal): Promise<void>;
  /** Owner, ACL, connection limit, settings and labels of the database of that OID; what the server refuses is told. */
  copyProperties(fromOid: number): Promise<Warning[]>;
  /** Renames live to `before` and this to live, in one transaction: afterwards both or neither have happened. */
  swap(options: SwapOptions): Promise<void>;
  /** Takes our mark off a database that is to stay under its own name, and lets everybody in again. */
  keep(): Promise<void>;
  /** Ends what is connected to it and drops it. */
  drop(): Promise<void>;
  /** Ends the sessions and with them the lock. Idempotent. */
  close(): Promise<void>;
}

export interface TargetServer {
  /** The database that the connection names; undefined where it names none. */
  readonly database: string | undefined;
  /** A client that reads the archives of that pg_dump and writes nothing that the target doesn't know. */
  clientFor(targetMajor: number, dumpMajor: number, signal: AbortSignal): Promise<ClientFacts>;
  /** Everything about the server and the database of that name; read-only, and no session stays open. */
  facts(database: string, signal: AbortSignal): Promise<TargetFacts>;
  /** Drops what earlier restores left, and says what it dropped. */
  clearUp(signal: AbortSignal): Promise<readonly string[]>;
  /** Makes roles that can't log in, for owners and grantees that only the source had. */
  createStubRoles(names: readonly string[], signal: AbortSignal): Promise<void>;
  /** An empty database, marked as ours and closed to the public. */
  createScratch(options: ScratchOptions, signal: AbortSignal): Promise<Scratch>;
  /**
   * `pg_restore --schema-only -f -` of a local archive, `create`: with CREATE DATABASE, which some minors refuse for a
   * name that holds a newline; `noAcl`: without privileges. Talks to no server.
   */
  printSchema(client: ClientFacts, file: string, options: { create: boolean; noAcl?: boolean }): ToolOutput;
  /** `pg_restore --list` of a local archive: talks to no server. */
  printToc(client: ClientFacts, file: string): ToolOutput;
  /** `pg_restore --section=data -f -` of a local archive: talks to no server. */
  printData(client: ClientFacts, file: string): ToolOutput;
}
