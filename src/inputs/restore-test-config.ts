// Everything that a restore test needs to know, complete and valid.
import type { RestoreTestSettings, TestSelector } from '../commands/restore-test/settings.ts';
import { assertionsUnusable } from '../problems/restore-test.ts';
import { readBackupName } from './backup-name.ts';
import { type ConnectionConfig, readConnection } from './connection.ts';
import { parseConninfo } from './conninfo.ts';
import { type Destination, readDestination } from './destination.ts';
import { refuseEvent } from './events.ts';
import { readJobs } from './jobs.ts';
import { type ClientConfig, readClient } from './postgres-client.ts';
import { InputReader, type RawInputs } from './raw-inputs.ts';
import { type Outside, type Read, readAll } from './read.ts';
import { readNarrowing, readSelector } from './selection.ts';
import { RESTORE_TEST_INPUTS, TARGET_CONNECTION } from './specs/restore-test.ts';
import { readSqlFile } from './sql-file.ts';

/** What the command is told, and what the entry makes its world of. */
export interface RestoreTestConfig extends Omit<RestoreTestSettings, 'detail' | 'jobs' | 'warnings'> {
  readonly destination: Destination;
  /** undefined: a server is started and thrown away. */
  readonly target: ConnectionConfig | undefined;
  /** undefined: one for each core. */
  readonly jobs: number | undefined;
  readonly client: ClientConfig;
}

export function readRestoreTestInputs(raw: RawInputs, outside: Outside): Read<RestoreTestConfig> {
  return readAll(raw, RESTORE_TEST_INPUTS, inputs => {
    refuseEvent(inputs, outside.event, 'A restore test');
    const destination = readDestination(inputs);
    const config = {
      target: readTarget(inputs),
      name: readBackupName(inputs),
      ...readSelection(inputs),
      thaw: inputs.choice('thaw', ['off', 'request', 'wait']),
      jobs: readJobs(inputs),
      assertions: readAssertions(inputs, outside),
      assertionTimeoutMs: inputs.duration('assertion-timeout'),
      isolation: inputs.choice('isolation', ['auto', 'none']),
      client: readClient(inputs),
    };
    return destination && { ...config, destination };
  });
}

/** Its statements, none where no file is named. */
function readAssertions(inputs: InputReader, outside: Outside): readonly string[] {
  const file = readSqlFile(inputs, 'assertions', outside, {
    unreadable: assertionsUnusable,
    holdsCommand: line => assertionsUnusable(`line ${line} holds a psql command`),
  });
  if (file?.statements.length === 0) inputs.problems.push(assertionsUnusable('it holds no statement'));
  return file?.statements ?? [];
}

function readSelection(inputs: InputReader): Pick<RestoreTestSettings, 'selector' | 'tier' | 'level'> {
  const selector: TestSelector = inputs.text('backup') === 'random' ? { by: 'random' } : readSelector(inputs);
  return { selector, ...readNarrowing(inputs) };
}

/** A service container next door speaks no TLS: unlike everywhere else, nothing is raised where the URL says nothing. */
function readTarget(inputs: InputReader): ConnectionConfig | undefined {
  const url = inputs.optional('target-url');
  if (url === undefined) return undefined;
  const own = new InputReader(new Map([['database-url', url]]), TARGET_CONNECTION);
  const connection = readConnection(own, {});
  inputs.problems.push(...own.problems);
  inputs.warnings.push(...own.warnings);
  const keywords = parseConninfo(url.trim());
  if (!(keywords instanceof Map) || keywords.has('sslmode')) return connection;
  const { PGSSLMODE: _, ...environment } = connection.environment;
  return { ...connection, environment };
}
