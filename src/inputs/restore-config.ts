// Everything that a restore needs to know, complete and valid. What is wrong is collected, so that one run shows all of it.
import type { Wish } from '../backups/choose-backup.ts';
import type { Problem } from '../problems/problem.ts';
import { databaseNameTooLong, modeUnsuitable, newDatabaseNotNamed } from '../problems/restore.ts';
import type { Mode } from '../reports/restore-plan.ts';
import { readBackupName } from './backup-name.ts';
import { type ConnectionConfig, readConnection } from './connection.ts';
import { type Destination, readDestination } from './destination.ts';
import { refuseEvent } from './events.ts';
import { readJobs } from './jobs.ts';
import type { KeyTexts } from './key-texts.ts';
import { type ClientConfig, readClient } from './postgres-client.ts';
import { InputReader, type RawInputs } from './raw-inputs.ts';
import { readWish } from './selection.ts';
import { RESTORE_INPUTS } from './specs/restore.ts';

export interface RestoreConfig {
  readonly connection: ConnectionConfig;
  readonly name: string | undefined;
  readonly wish: Wish;
  readonly thaw: 'off' | 'request' | 'wait';
  readonly mode: Mode;
  readonly newDatabase: string | undefined;
  /** undefined: one for each core. */
  readonly jobs: number | undefined;
  readonly noOwner: boolean;
  readonly noAcl: boolean;
  readonly stubRoles: boolean;
  readonly terminateSessions: boolean;
  /** A path. */
  readonly postRestoreSql: string | undefined;
  readonly postRestoreCommand: string | undefined;
  readonly acceptIdentity: string | undefined;
  readonly confirm: string | undefined;
  readonly dryRun: boolean;
  readonly client: ClientConfig;
  readonly timeoutMs: number;
}

export interface RestoreInputs {
  readonly destination: Destination | undefined;
  readonly config: RestoreConfig;
  readonly keyTexts: KeyTexts;
  readonly detail: 'auto' | 'full' | 'minimal';
  readonly problems: readonly Problem[];
}

/** What PostgreSQL keeps of a name. */
const NAME_BYTES = 63;

export function readRestoreInputs(
  raw: RawInputs,
  environment: NodeJS.ProcessEnv,
  event: string | null,
): RestoreInputs {
  const inputs = new InputReader(raw, RESTORE_INPUTS);
  refuseEvent(inputs, event, 'A restore');
  const mode = inputs.choice('mode', ['swap', 'new-database']);
  return {
    destination: readDestination(inputs),
    config: {
      connection: readConnection(inputs, environment),
      name: readBackupName(inputs),
      wish: readWish(inputs),
      thaw: inputs.choice('thaw', ['off', 'request', 'wait']),
      mode,
      newDatabase: readNewDatabase(inputs, mode),
      jobs: readJobs(inputs),
      noOwner: inputs.boolean('no-owner'),
      noAcl: inputs.boolean('no-acl'),
      stubRoles: inputs.boolean('stub-roles'),
      terminateSessions: readTerminateSessions(inputs, mode),
      postRestoreSql: inputs.optional('post-restore-sql'),
      postRestoreCommand: inputs.optional('post-restore-command'),
      acceptIdentity: inputs.optional('accept-identity'),
      confirm: inputs.optional('confirm'),
      dryRun: inputs.boolean('dry-run'),
      client: readClient(inputs),
      timeoutMs: inputs.duration('timeout'),
    },
    keyTexts: {
      verifyKeys: inputs.optional('verify-keys'),
      ageIdentity: inputs.optional('age-identity'),
      slackWebhookUrl: inputs.optional('slack-webhook-url'),
    },
    detail: inputs.choice('detail', ['auto', 'full', 'minimal']),
    problems: inputs.problems,
  };
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
