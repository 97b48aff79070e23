// What a restore needs of a database that stays: what lies in it, and one transaction in which it is changed. Until that
// commits nobody sees anything of it, and whatever ends its session before (a kill, a lost line, the server's death)
// takes all of it back. Everything throws `Problem` and nothing else, except `AbortError` when a signal was aborted.
import type { TableName } from '../backups/table-name.ts';
import type { ClientFacts, ToolOutput } from './port.ts';
import type { RestoredState, TableRequest, TextSettings } from './target-port.ts';

/** Something that lies in a database and would go with its content. */
export interface LiveObject {
  /** `table public.books`, `function public.f(integer)`: kind and quoted name. */
  readonly name: string;
  /** This role may drop it. */
  readonly mayDrop: boolean;
  /** Stays where this role may not drop it: extensions, and schemas that may be emptied all the same. */
  readonly mayStay: boolean;
}

/** What hangs on a table that is filled anew or replaced. Names are quoted and qualified, for people. */
export interface LiveTable {
  readonly name: string;
  readonly schema: string;
  readonly table: string;
  /** This role owns it, or is a member of its owner. */
  readonly mayAlter: boolean;
  /** As the last ANALYZE had it; null: never counted. */
  readonly rows: number | null;
  readonly bytes: number;
  /** `books_author_id_fkey to public.authors` */
  readonly foreignKeysOut: readonly string[];
  /** `public.loans loans_book_id_fkey`, of tables that are not chosen. */
  readonly foreignKeysIn: readonly string[];
  readonly sequences: readonly string[];
  readonly triggers: readonly string[];
  /** Views, functions and the like that keep it from being dropped. */
  readonly dependents: readonly string[];
}

export interface LiveContent {
  /** Everything that would go if the database were emptied. */
  readonly objects: readonly LiveObject[];
  readonly largeObjects: number;
  readonly tables: readonly LiveTable[];
  /** Of the names that were asked for. */
  readonly schemas: readonly string[];
}

export interface LiveOptions {
  readonly database: string;
  /** Must be the database of this OID, or nothing is done. */
  readonly oid: number;
  readonly terminateSessions: boolean;
  /** At the source, where it shapes how amounts of money are read; undefined: as the target has it. */
  readonly lcMonetary: string | undefined;
}

/** One transaction in a live database. Its methods are called one after the other. */
export interface LiveChange {
  /** Drops everything but what belongs to others and may stay; a schema `public` stays, empty and as a new database has it. */
  empty(): Promise<void>;
  /**
   * Takes the foreign keys of these tables off, switches their triggers off, and empties them; `putBack` undoes the first
   * two. Throws where one is missing.
   */
  clear(tables: readonly TableName[], options: { largeObjects: boolean }): Promise<void>;
  /**
   * Drops those that exist; foreign keys that point to them from other tables are taken off until `putBack`, and so are
   * this role's default privileges unless they are to apply: a dump doesn't say who may not read a table.
   */
  dropTables(tables: readonly TableName[], options: { defaultPrivileges: boolean }): Promise<void>;
  /** Feeds what pg_restore or pg_dump prints. */
  load(script: ToolOutput): Promise<void>;
  /** SQL written here: statements that end in semicolons. */
  run(what: string, sql: string): Promise<void>;
  /** Foreign keys, checked against every row, and triggers, as they were. */
  putBack(): Promise<void>;
  /** Sequences that belong to these tables take the values given; names as setval's argument has them. */
  setSequences(
    tables: readonly TableName[],
    values: readonly { readonly name: string; readonly value: string; readonly called: boolean }[],
  ): Promise<void>;
  /** As `Scratch` has it; read before the next method is called. */
  readTables(client: ClientFacts, tables: readonly TableRequest[], text: TextSettings): Promise<ToolOutput>;
  readState(signal: AbortSignal): Promise<RestoredState>;
  /** The user's own SQL. */
  runSql(sql: string): Promise<void>;
  /** Afterwards all of it has happened or none; an answer that is lost is settled by asking. Not cut short by a cancel. */
  commit(): Promise<void>;
  /** Without a commit: nothing has happened. Idempotent. */
  close(): Promise<void>;
}

/** A live database made read-only for those who connect from now on; who was connected has been sent away. */
export interface Fence {
  /** The statements that take it down by hand. */
  readonly undo: readonly string[];
  /** The database of that name is as it was; for a copy that took the fence over with its settings as well. */
  lift(database: string): Promise<void>;
  /** Ends the session whose lock says that the fence is in use. Idempotent. */
  close(): Promise<void>;
}

export interface LiveServer {
  /** `tables`: of which everything that hangs on them is asked. Read-only, and no session stays open. */
  content(
    database: string,
    tables: readonly TableName[],
    schemas: readonly string[],
    signal: AbortSignal,
  ): Promise<LiveContent>;
  begin(client: ClientFacts, options: LiveOptions, signal: AbortSignal): Promise<LiveChange>;
  fence(database: string, options: { since: string }, signal: AbortSignal): Promise<Fence>;
  analyze(database: string, tables: readonly TableName[], signal: AbortSignal): Promise<void>;
}
