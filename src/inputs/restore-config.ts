// Everything that a restore needs to know, complete and valid.
import { parseTableName, type TableName, tableKey } from '../backups/table-name.ts';
import type { RestoreSettings } from '../commands/restore/settings.ts';
import {
  databaseNameTooLong,
  modeUnsuitable,
  newDatabaseNotNamed,
  sqlHoldsCommand,
  sqlUnreadable,
} from '../problems/restore.ts';
import { fileAndBackup } from '../problems/restore-files.ts';
import {
  safetyNowhere,
  sqlEndsTransaction,
  tableLineUnreadable,
  tablesNotNamed,
} from '../problems/restore-modes.ts';
import { lexSql } from '../proof/sql-lexer.ts';
import { changesLive, losesContent, MODES, type Mode } from '../reports/restore-plan.ts';
import { readBackupName } from './backup-name.ts';
import { type ConnectionConfig, readConnection } from './connection.ts';
import { type Destination, readDestination } from './destination.ts';
import { refuseEvent } from './events.ts';
import { readJobs } from './jobs.ts';
import { type ClientConfig, readClient } from './postgres-client.ts';
import type { InputReader, RawInputs } from './raw-inputs.ts';
import { type Outside, type Read, readAll } from './read.ts';
import { readWish } from './selection.ts';
import { RESTORE_INPUTS } from './specs/restore.ts';
import { readSqlFile, type SqlFile } from './sql-file.ts';

/** What the command is told, and what the entry makes its world of. */
export interface RestoreConfig extends Omit<RestoreSettings, 'detail' | 'warnings' | 'jobs'> {
  readonly connection: ConnectionConfig;
  readonly destination: Destination;
  readonly filePassword: string | undefined;
  readonly client: ClientConfig;
  /** undefined: one for each core. */
  readonly jobs: number | undefined;
}

/** What PostgreSQL keeps of a name. */
const NAME_BYTES = 63;

export function readRestoreInputs(raw: RawInputs, outside: Outside): Read<RestoreConfig> {
  return readAll(raw, RESTORE_INPUTS, inputs => {
    refuseEvent(inputs, outside.event, 'A restore');
    const mode = inputs.choice('mode', MODES);
    const file = readFile(inputs);
    const destination =
      file === undefined || inputs.text('destination') !== '' ? readDestination(inputs) : placeOf(file);
    const replaceTables = readOnlyIn(['tables'], inputs, 'replace-tables', mode);
    const sql = readSqlFile(inputs, 'post-restore-sql', outside, {
      unreadable: why => sqlUnreadable('post-restore-sql', why),
      holdsCommand: line => sqlHoldsCommand('post-restore-sql', line),
    });
    const safetyBackup = readSafetyBackup(inputs, { mode, replaceTables });
    if (safetyBackup && inputs.text('destination') === '' && file !== undefined)
      inputs.problems.push(safetyNowhere());
    const config = {
      connection: readConnection(inputs, outside.environment),
      name: readBackupName(inputs),
      wish: readWish(inputs),
      file,
      filePassword: inputs.optional('file-password'),
      thaw: inputs.choice('thaw', ['off', 'request', 'wait']),
      mode,
      newDatabase: readNewDatabase(inputs, mode),
      jobs: readJobs(inputs),
      noOwner: inputs.boolean('no-owner'),
      noAcl: inputs.boolean('no-acl'),
      stubRoles: inputs.boolean('stub-roles'),
      terminateSessions: readOnlyIn(OF_LIVE, inputs, 'terminate-sessions', mode),
      fence: readOnlyIn(OF_LIVE, inputs, 'fence', mode),
      tables: readTables(inputs, mode),
      replaceTables,
      safetyBackup,
      postRestoreSql: checkedSql(inputs, sql, mode),
      postRestoreCommand: readCommand(inputs, mode),
      acceptIdentity: inputs.optional('accept-identity'),
      confirm: inputs.optional('confirm'),
      dryRun: inputs.boolean('dry-run'),
      client: readClient(inputs),
    };
    return destination && { ...config, destination };
  });
}

/** What a live database has to bear. */
const OF_LIVE: readonly Mode[] = MODES.filter(mode => mode !== 'new-database');
/** Statements that would end the transaction which a mode works in, or have none of it. */
const ENDS_TRANSACTION =
  /^(?:begin|start\s+transaction|commit|end|rollback(?!\s+(?:work\s+|transaction\s+)?to\b)|abort|prepare\s+transaction|vacuum|create\s+(?:unique\s+)?index\s+concurrently|(?:create|drop)\s+database|alter\s+system)\b/i;
/** What chooses among backups means nothing beside it. */
function readFile(inputs: InputReader): string | undefined {
  const file = inputs.optional('file');
  if (file === undefined) return undefined;
  for (const [name, idle] of [
    ['backup', 'latest'],
    ['tier', 'any'],
    ['level', 'any'],
  ] as const)
    if (inputs.text(name) !== idle) inputs.problems.push(fileAndBackup(name));
  return file;
}

/** Where no destination is named: nothing but the folder that the file lies in, in which nothing is written. */
function placeOf(file: string): Destination {
  return { kind: 'folder', folder: /^(.+)\/[^/]*$/.exec(file)?.[1] ?? '.' };
}

function readNewDatabase(inputs: InputReader, mode: Mode): string | undefined {
  const name = inputs.optional('new-database');
  if (mode === 'new-database' && name === undefined) inputs.problems.push(newDatabaseNotNamed());
  if (mode !== 'new-database' && name !== undefined)
    inputs.problems.push(modeUnsuitable('new-database', mode));
  if (name !== undefined && Buffer.byteLength(name) > NAME_BYTES)
    inputs.problems.push(databaseNameTooLong(name));
  return name;
}

function readOnlyIn(modes: readonly Mode[], inputs: InputReader, name: string, mode: Mode): boolean {
  const wanted = inputs.boolean(name);
  if (wanted && !modes.includes(mode)) inputs.problems.push(modeUnsuitable(name, mode));
  return wanted;
}

function readTables(inputs: InputReader, mode: Mode): TableName[] {
  const lines = inputs
    .text('tables')
    .split(/[\r\n]+/)
    .map(line => line.trim())
    .filter(line => line !== '');
  if (lines.length > 0 && mode !== 'tables' && mode !== 'data-only')
    inputs.problems.push(modeUnsuitable('tables', mode));
  if (lines.length === 0 && mode === 'tables') inputs.problems.push(tablesNotNamed());
  const tables = new Map<string, TableName>();
  for (const line of lines) {
    const table = parseTableName(line);
    if (table) tables.set(tableKey(table), table);
    else inputs.problems.push(tableLineUnreadable(line));
  }
  return [...tables.values()];
}

/** Where the old database or tables stay, they are the safety. */
function readSafetyBackup(
  inputs: InputReader,
  how: { readonly mode: Mode; readonly replaceTables: boolean },
): boolean {
  const wanted = inputs.choice('safety-backup', ['auto', 'required', 'off']);
  if (wanted === 'required' && !losesContent(how))
    inputs.problems.push(modeUnsuitable('safety-backup', how.mode));
  return wanted !== 'off' && losesContent(how);
}

function checkedSql(inputs: InputReader, sql: SqlFile | undefined, mode: Mode): string | undefined {
  if (!sql || !changesLive(mode)) return sql?.text;
  for (const statement of lexSql(sql.text).statements) {
    const [ending] = ENDS_TRANSACTION.exec(statement) ?? [];
    if (ending !== undefined) inputs.problems.push(sqlEndsTransaction(ending.toUpperCase()));
  }
  return sql.text;
}

/** It would connect from outside of the transaction, and wait for it. */
function readCommand(inputs: InputReader, mode: Mode): string | undefined {
  const command = inputs.optional('post-restore-command');
  if (command !== undefined && changesLive(mode))
    inputs.problems.push(modeUnsuitable('post-restore-command', mode));
  return command;
}
