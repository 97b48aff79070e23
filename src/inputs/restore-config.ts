// Everything that a restore needs to know, complete and valid.
import type { RestoreSettings } from '../commands/restore/settings.ts';
import {
  databaseNameTooLong,
  modeUnsuitable,
  newDatabaseNotNamed,
  sqlHoldsCommand,
  sqlUnreadable,
} from '../problems/restore.ts';
import { fileAndBackup } from '../problems/restore-files.ts';
import type { Mode } from '../reports/restore-plan.ts';
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
import { readSqlFile } from './sql-file.ts';

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
    const file = readFile(inputs);
    const destination =
      file === undefined || inputs.text('destination') !== '' ? readDestination(inputs) : placeOf(file);
    const mode = inputs.choice('mode', ['swap', 'new-database']);
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
      terminateSessions: readTerminateSessions(inputs, mode),
      postRestoreSql: readSqlFile(inputs, 'post-restore-sql', outside, {
        unreadable: why => sqlUnreadable('post-restore-sql', why),
        holdsCommand: line => sqlHoldsCommand('post-restore-sql', line),
      })?.text,
      postRestoreCommand: inputs.optional('post-restore-command'),
      acceptIdentity: inputs.optional('accept-identity'),
      confirm: inputs.optional('confirm'),
      dryRun: inputs.boolean('dry-run'),
      client: readClient(inputs),
    };
    return destination && { ...config, destination };
  });
}

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

/** Where no destination is named: nothing but the folder that the file lies in. */
function placeOf(file: string): Destination {
  return { kind: 'folder', folder: /^(.+)\/[^/]*$/.exec(file)?.[1] ?? '.' };
}

function readNewDatabase(inputs: InputReader, mode: Mode): string | undefined {
  const name = inputs.optional('new-database');
  if (mode === 'new-database' && name === undefined) inputs.problems.push(newDatabaseNotNamed());
  if (mode === 'swap' && name !== undefined) inputs.problems.push(modeUnsuitable('new-database', mode));
  if (name !== undefined && Buffer.byteLength(name) > NAME_BYTES)
    inputs.problems.push(databaseNameTooLong(name));
  return name;
}

function readTerminateSessions(inputs: InputReader, mode: Mode): boolean {
  const wanted = inputs.boolean('terminate-sessions');
  if (wanted && mode !== 'swap') inputs.problems.push(modeUnsuitable('terminate-sessions', mode));
  return wanted;
}
