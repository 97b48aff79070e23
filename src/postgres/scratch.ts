// The database that is restored into: made empty beside the live one, marked as ours by a comment and an advisory lock,
// closed to the public, filled, read back, and at last given a name of its own or dropped.
import { createHash, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { formatInstant } from '../backups/instant.ts';
import { Problem, type Warning } from '../problems/problem.ts';
import { comparisonFailed, localeUnknown, propertyNotCopied, scratchRefused } from '../problems/restore.ts';
import { connectionString } from './child-environment.ts';
import { accessStatements, labelStatements, settingStatement, settingsQuery } from './database-properties.ts';
import type { ClientFacts } from './port.ts';
import { readState } from './read-state.ts';
import { readTables } from './read-tables.ts';
import { restoreArchive } from './restore-archive.ts';
import { restoreSql } from './restore-sql.ts';
import type { Session } from './session.ts';
import { identifier, literal } from './sql-text.ts';
import { swap } from './swap.ts';
import type { RestoreOptions, Scratch, ScratchOptions, SwapOptions } from './target-port.ts';
import { markOf } from './target-queries.ts';
import type { TargetSessions } from './target-sessions.ts';
import { lastLines, runTool, type ToolCommand } from './tool.ts';
import { runUserCommand, runUserSql } from './user-work.ts';

export interface ScratchSetting {
  readonly sessions: TargetSessions;
  /** Of this run alone (0700): where output channels are made. */
  readonly folder: string;
  readonly own: NodeJS.ProcessEnv;
}

/** Copying a large template or building statistics takes its time; the run's own timeout ends it earlier. */
const LONG_MS = 24 * 3_600_000;
/** What pg_dump writes into CREATE DATABASE and another server understands. */
const LOCALE_OPTIONS: ReadonlySet<string> = new Set([
  'ENCODING',
  'LOCALE_PROVIDER',
  'LOCALE',
  'LC_COLLATE',
  'LC_CTYPE',
  'ICU_LOCALE',
  'ICU_RULES',
  'BUILTIN_LOCALE',
]);

export async function createScratch(
  setting: ScratchSetting,
  options: ScratchOptions,
  signal: AbortSignal,
): Promise<Scratch> {
  const { sessions } = setting;
  // Without a signal: this session's lock says that the database is in use until everything is cleared up.
  const leader = await sessions.openMaintenance(options.name, undefined);
  try {
    signal.throwIfAborted();
    const lock = lockKey(options.name);
    await leader.run('the lock', `select pg_catalog.pg_advisory_lock(${lock})`);
    await create(leader, options);
    const name = identifier(options.name);
    const mark = markOf({
      lock,
      maintenanceDatabase: sessions.maintenance,
      since: formatInstant(options.now),
    });
    await leader.run('marking the database', `comment on database ${name} is ${literal(mark)}`);
    await leader.run('closing the database', `revoke connect, temporary on database ${name} from public`);
    const [made] = await leader.rows<{ oid: number }>(
      'the new database',
      `select oid::int8 as oid from pg_catalog.pg_database where datname = ${literal(options.name)}`,
    );
    if (!made) throw new Error('the new database is not in the catalog');
    return new ScratchDatabase(setting, leader, options.name, made.oid);
  } catch (error) {
    await leader.close();
    throw error;
  }
}

async function create(leader: Session, { name, locale, replaces }: ScratchOptions): Promise<void> {
  const words = [...locale]
    .filter(([option]) => LOCALE_OPTIONS.has(option))
    .map(([option, value]) => `${option} = ${literal(value)}`);
  const [place] = await leader.rows<{ name: string }>(
    'the tablespace',
    `select pg_catalog.quote_ident(t.spcname) as name from pg_catalog.pg_database d
      join pg_catalog.pg_tablespace t on t.oid = d.dattablespace
      where d.oid = ${replaces ?? 0} and t.spcname <> 'pg_default'`,
  );
  if (place) words.push(`TABLESPACE = ${place.name}`);
  try {
    await leader.run(
      'creating the database',
      `create database ${identifier(name)} template template0 ${words.join(' ')}`,
      LONG_MS,
    );
  } catch (error) {
    if (!(error instanceof Problem) || error.kind === 'cancelled') throw error;
    const detail = error.detail ?? error.summary;
    throw /locale|collation/i.test(detail) ? localeUnknown(detail) : scratchRefused(name, detail);
  }
}

/** Of 28 bits, so that it is the low half of the lock's number. */
function lockKey(name: string): number {
  return Number.parseInt(createHash('sha256').update(name).digest('hex').slice(0, 7), 16);
}

class ScratchDatabase implements Scratch {
  readonly name: string;
  readonly oid: number;
  readonly #setting: ScratchSetting;
  readonly #leader: Session;

  constructor(setting: ScratchSetting, leader: Session, name: string, oid: number) {
    this.name = name;
    this.oid = oid;
    this.#setting = setting;
    this.#leader = leader;
  }

  restore(client: ClientFacts, file: string, options: RestoreOptions) {
    return restoreArchive(this.#tool(client.folder), this.#setting.folder, { ...options, file });
  }

  restoreSql: Scratch['restoreSql'] = (client, dump) =>
    restoreSql(this.#tool(client.folder), this.#setting.folder, {
      dump,
      key: randomBytes(24).toString('hex'),
    });

  readTables: Scratch['readTables'] = (client, tables, text) =>
    readTables(this.#tool(client.folder), this.#setting.folder, tables, text);

  readState: Scratch['readState'] = signal => this.#inside(signal, readState);

  dumpSchema: Scratch['dumpSchema'] = (client, { noAcl }) => {
    const args = ['--schema-only', ...(noAcl ? ['--no-acl'] : [])];
    const dump = runTool(this.#tool(client.folder)('pg_dump', args), this.#setting.folder, end =>
      comparisonFailed(lastLines(end.stderr)),
    );
    dump.end();
    return dump;
  };

  dropEmptyPublic: Scratch['dropEmptyPublic'] = signal =>
    // Refuses by itself where anything depends on it.
    this.#inside(signal, session =>
      session.run('the schema public', 'drop schema if exists public restrict'),
    );

  runSql: Scratch['runSql'] = (client, sql) =>
    runUserSql(this.#tool(client.folder), this.#setting.folder, sql);

  runCommand: Scratch['runCommand'] = command =>
    runUserCommand(
      command,
      { ...this.#setting, connection: this.#setting.sessions.connectionTo(this.name) },
      this.#setting.sessions.environment,
    );

  analyze: Scratch['analyze'] = signal =>
    this.#inside(signal, session => session.run('gathering statistics', 'analyze', LONG_MS));

  /** Owner and privileges must come over; a setting that this role may not make is told and the restore goes on. */
  async copyProperties(fromOid: number): Promise<Warning[]> {
    await this.#leader.generated('the owner and privileges', accessStatements(fromOid, this.oid), LONG_MS);
    const warnings: Warning[] = [];
    const attempt = async (what: string, statements: string) => {
      try {
        await this.#leader.generated(what, statements, LONG_MS);
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        warnings.push(propertyNotCopied(what, firstLine(error.detail ?? error.summary)));
      }
    };
    for (const { role, at, name, roleName } of await this.#leader.rows<{
      role: number;
      at: number;
      name: string;
      roleName: string | null;
    }>('the settings', settingsQuery(fromOid))) {
      const what = `setting ${name}${roleName === null ? '' : ` of role ${roleName}`}`;
      await attempt(what, settingStatement(fromOid, this.oid, role, at));
    }
    await attempt('security label', labelStatements(fromOid, this.oid));
    return warnings;
  }

  swap = (options: SwapOptions) => swap(this.#setting.sessions, { name: this.name, oid: this.oid }, options);

  async keep(): Promise<void> {
    const name = identifier(this.name);
    await this.#leader.run('opening the database', `grant connect, temporary on database ${name} to public`);
    await this.#leader.run('taking the mark off', `comment on database ${name} is null`);
  }

  async drop(): Promise<void> {
    const name = identifier(this.name);
    // FORCE is known since 13; the sessions are our own children's, which are being ended.
    await this.#leader.run('dropping the database', `drop database if exists ${name} with (force)`, 60_000);
  }

  close = () => this.#leader.close();

  async #inside<T>(signal: AbortSignal, work: (session: Session) => Promise<T>): Promise<T> {
    const session = await this.#setting.sessions.open(this.name, signal);
    try {
      return await work(session);
    } finally {
      await session.close();
    }
  }

  #tool(folder: string): (program: string, args: readonly string[]) => ToolCommand {
    const { sessions } = this.#setting;
    return (program, args) => ({
      file: join(folder, program),
      args: [`--dbname=${connectionString(sessions.connectionTo(this.name))}`, '--no-password', ...args],
      environment: sessions.environment,
    });
  }
}

function firstLine(text: string): string {
  return text.trim().split('\n')[0] ?? '';
}
