// One transaction in a live database, in a psql held open: emptied or cleared, loaded, read back, and only then
// committed. Its session is set up so that the server notices soon when nobody is there any more, and takes it all back.
import type { TableName } from '../backups/table-name.ts';
import { Problem } from '../problems/problem.ts';
import { targetChanged } from '../problems/restore.ts';
import {
  changeUnclear,
  liveStepFailed,
  objectsOfOthers,
  tablesNotInTarget,
} from '../problems/restore-modes.ts';
import { TAKE_DEFAULTS_OFF } from './default-privileges.ts';
import { emptyDatabase, UNLINK_LARGE_OBJECTS } from './emptying.ts';
import { asOutput, HeldPsql } from './held-psql.ts';
import type { LiveChange, LiveOptions } from './live-port.ts';
import type { ToolOutput } from './port.ts';
import { readState } from './read-state.ts';
import { script } from './read-tables.ts';
import { sessionOptions } from './restore-archive.ts';
import { endSessionsOf } from './swap.ts';
import * as surroundings from './table-surroundings.ts';
import type { TargetSessions } from './target-sessions.ts';
import { describeEnd, lastLines, type ToolCommand } from './tool.ts';
import { withoutCommit } from './without-commit.ts';

export interface LiveSetting {
  readonly sessions: TargetSessions;
  /** Of this run alone (0700): where output channels are made. */
  readonly folder: string;
}

/** Applications that hold locks are waited for so long, not longer: they would wait behind us in turn. */
const LOCK_WAIT = '30s';
/** Settings that a loaded script or a comparison may have changed. */
const OWN_SETTINGS = [
  "set search_path = '';",
  'set row_security = off;',
  "set timezone = 'UTC';",
  "set datestyle = 'ISO';",
  'set client_min_messages = error;',
  'set check_function_bodies = off;',
];
const TRANSACTION = [
  'begin isolation level read committed read write;',
  'set statement_timeout = 0;',
  `set lock_timeout = '${LOCK_WAIT}';`,
  'set idle_in_transaction_session_timeout = 0;',
  "select pg_catalog.set_config(name, '0', false) from pg_catalog.pg_settings where name in ('idle_session_timeout', 'transaction_timeout');",
  // A line that goes dead without a word would hold the locks for hours.
  'set tcp_keepalives_idle = 10; set tcp_keepalives_interval = 5; set tcp_keepalives_count = 4;',
  "select pg_catalog.set_config('client_connection_check_interval', '2s', false) where pg_catalog.version() ~ 'linux';",
];
const SETTLE_MS = 60_000;

export async function beginChange(
  { sessions, folder }: LiveSetting,
  tool: (program: string, args: readonly string[]) => ToolCommand,
  options: LiveOptions,
): Promise<LiveChange> {
  const command = tool('psql', []);
  // Without PGTZ: the session sets its own zone, and a comparison may want to go back to the server's.
  const { PGTZ: _, ...inServerZone } = command.environment;
  const environment = { ...inServerZone, PGOPTIONS: sessionOptions(options.lcMonetary) };
  const psql = new HeldPsql({ ...command, environment }, folder, (step, end) =>
    liveStepFailed(step, options.database, describeEnd(end), lastLines(end.stderr)),
  );
  try {
    const [found] = await psql.rows<{ oid: number; encoding: string }>(
      'connecting',
      `select oid::int8 as oid, pg_catalog.pg_encoding_to_char(encoding) as encoding from pg_catalog.pg_database
        where datname = current_database()`,
    );
    if (found?.oid !== options.oid) throw targetChanged(options.database);
    if (found.encoding === 'SQL_ASCII') psql.encoding = 'latin1';
    if (options.terminateSessions) await psql.lines('ending sessions', `${endSessionsOf(options.oid)};`);
    await psql.lines('beginning the transaction', TRANSACTION.join('\n'));
    return new Change(psql, sessions, options.database);
  } catch (error) {
    await psql.stop();
    throw error;
  }
}

class Change implements LiveChange {
  readonly #psql: HeldPsql;
  readonly #sessions: TargetSessions;
  readonly #database: string;
  #remembers = false;

  constructor(psql: HeldPsql, sessions: TargetSessions, database: string) {
    this.#psql = psql;
    this.#sessions = sessions;
    this.#database = database;
  }

  async empty(): Promise<void> {
    const left = await emptyDatabase(await this.#settled());
    if (left.length > 0) throw objectsOfOthers(this.#database, left);
  }

  async clear(tables: readonly TableName[], { largeObjects }: { largeObjects: boolean }): Promise<void> {
    const step = 'clearing the tables';
    const psql = await this.#settled();
    const found = await psql.rows<TableName>(step, surroundings.tablesQuery(tables));
    const there = new Set(found.map(({ schema, table }) => `${schema}\0${table}`));
    const missing = tables.filter(({ schema, table }) => !there.has(`${schema}\0${table}`));
    if (missing.length > 0) throw tablesNotInTarget(missing.map(({ schema, table }) => `${schema}.${table}`));
    await this.#remember(step);
    for (const statement of surroundings.takeKeysOff(tables, { own: true }))
      await psql.lines(step, statement);
    for (const statement of surroundings.switchTriggersOff(tables)) await psql.lines(step, statement);
    await psql.lines(step, surroundings.truncateAll(tables));
    if (largeObjects) await psql.rows(step, UNLINK_LARGE_OBJECTS);
  }

  async dropTables(
    tables: readonly TableName[],
    { defaultPrivileges }: { defaultPrivileges: boolean },
  ): Promise<void> {
    const step = 'dropping the tables';
    const psql = await this.#settled();
    await this.#remember(step);
    for (const statement of surroundings.takeKeysOff(tables, { own: false }))
      await psql.lines(step, statement);
    if (!defaultPrivileges) for (const statement of TAKE_DEFAULTS_OFF) await psql.lines(step, statement);
    await psql.lines(step, surroundings.dropAll(tables));
  }

  async load(printed: ToolOutput): Promise<void> {
    try {
      await this.#psql.exchange('loading', withoutCommit(printed), () => {});
    } finally {
      await printed.stop();
    }
  }

  async run(what: string, sql: string): Promise<void> {
    await (await this.#settled()).lines(what, sql);
  }

  async putBack(): Promise<void> {
    const step = 'putting foreign keys and triggers back';
    const psql = await this.#settled();
    if (this.#remembers) await psql.generated(step, surroundings.PUT_BACK_QUERY);
  }

  async setSequences(
    tables: readonly TableName[],
    values: readonly { readonly name: string; readonly value: string; readonly called: boolean }[],
  ): Promise<void> {
    if (values.length === 0) return;
    await (await this.#settled()).lines('setting the sequences', surroundings.setSequences(tables, values));
  }

  readTables: LiveChange['readTables'] = async (_client, tables, text) =>
    asOutput(this.#psql.answer('reading the tables back', [script(tables, text)]));

  readState: LiveChange['readState'] = async () => readState(await this.#settled());

  async runSql(sql: string): Promise<void> {
    // With the role's and the database's own settings, as a psql of its own would have them.
    await this.#psql.exchange('post-restore-sql', [Buffer.from(`reset all;\n${sql}\n;\n`)], () => {});
  }

  async commit(): Promise<void> {
    const psql = await this.#settled();
    const [transaction] = await psql.rows<{ id: string }>(
      'committing',
      'select pg_catalog.pg_current_xact_id()::text as id',
    );
    try {
      await psql.lines('committing', 'commit;');
    } catch (error) {
      if (!(await this.#isCommitted(transaction?.id ?? '0', error))) throw error;
    }
  }

  close = () => this.#psql.stop();

  async #settled(): Promise<HeldPsql> {
    const bytes = this.#psql.encoding === 'latin1' ? 'SQL_ASCII' : 'UTF8';
    await this.#psql.lines(
      this.#psql.step,
      [...OWN_SETTINGS, `set client_encoding = '${bytes}';`].join('\n'),
    );
    return this.#psql;
  }

  async #remember(step: string): Promise<void> {
    if (!this.#remembers) await this.#psql.lines(step, surroundings.REMEMBER);
    this.#remembers = true;
  }

  /** A lost answer to COMMIT: the server knows, once the transaction is over. */
  async #isCommitted(id: string, error: unknown): Promise<boolean> {
    try {
      const session = await this.#sessions.open(this.#database, undefined);
      try {
        await session.run(
          'how the transaction ended',
          `do $$ begin for i in 1..${SETTLE_MS / 100} loop
            exit when pg_catalog.pg_xact_status('${id}') <> 'in progress'; perform pg_catalog.pg_sleep(0.1); end loop; end $$`,
          SETTLE_MS * 2,
        );
        const [answer] = await session.rows<{ status: string | null }>(
          'how the transaction ended',
          `select pg_catalog.pg_xact_status('${id}') as status`,
        );
        if (answer?.status === 'committed') return true;
        if (answer?.status === 'aborted') return false;
      } finally {
        await session.close();
      }
    } catch {
      // Told below, with what was lost first.
    }
    const detail = error instanceof Problem ? (error.detail ?? error.summary) : String(error);
    throw changeUnclear(this.#database, detail);
  }
}
