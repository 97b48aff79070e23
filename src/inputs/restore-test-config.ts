// Everything that a restore test needs to know, complete and valid. What is wrong is collected, so that one run shows all
// of it.
import type { RestoreTestSettings, TestSelector } from '../commands/restore-test/settings.ts';
import type { Problem } from '../problems/problem.ts';
import { readBackupName } from './backup-name.ts';
import { type ConnectionConfig, readConnection } from './connection.ts';
import { parseConninfo } from './conninfo.ts';
import { type Destination, readDestination } from './destination.ts';
import { refuseEvent } from './events.ts';
import { readJobs } from './jobs.ts';
import type { KeyTexts } from './key-texts.ts';
import { type ClientConfig, readClient } from './postgres-client.ts';
import { InputReader, type RawInputs } from './raw-inputs.ts';
import { readNarrowing, readSelector } from './selection.ts';
import { RESTORE_TEST_INPUTS, TARGET_CONNECTION } from './specs/restore-test.ts';

export interface RestoreTestConfig
  extends Omit<RestoreTestSettings, 'detail' | 'assertions' | 'jobs' | 'warnings'> {
  /** undefined: a server is started and thrown away. */
  readonly target: ConnectionConfig | undefined;
  /** undefined: one for each core. */
  readonly jobs: number | undefined;
  /** A path. */
  readonly assertions: string | undefined;
  readonly client: ClientConfig;
  readonly timeoutMs: number;
}

export interface RestoreTestInputs {
  readonly destination: Destination | undefined;
  readonly config: RestoreTestConfig;
  readonly keyTexts: KeyTexts;
  readonly detail: 'auto' | 'full' | 'minimal';
  readonly problems: readonly Problem[];
}

export function readRestoreTestInputs(raw: RawInputs, event: string | null): RestoreTestInputs {
  const inputs = new InputReader(raw, RESTORE_TEST_INPUTS);
  refuseEvent(inputs, event, 'A restore test');
  return {
    destination: readDestination(inputs),
    config: {
      target: readTarget(inputs),
      name: readBackupName(inputs),
      ...readSelection(inputs),
      thaw: inputs.choice('thaw', ['off', 'request', 'wait']),
      jobs: readJobs(inputs),
      assertions: inputs.optional('assertions'),
      assertionTimeoutMs: inputs.duration('assertion-timeout'),
      isolation: inputs.choice('isolation', ['auto', 'none']),
      client: readClient(inputs),
      timeoutMs: inputs.duration('timeout'),
    },
    keyTexts: {
      verifyKeys: inputs.optional('verify-keys'),
      ageIdentity: inputs.optional('age-identity'),
      signingKey: inputs.optional('signing-key'),
      slackWebhookUrl: inputs.optional('slack-webhook-url'),
    },
    detail: inputs.choice('detail', ['auto', 'full', 'minimal']),
    problems: inputs.problems,
  };
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
  const keywords = parseConninfo(url.trim());
  if (!(keywords instanceof Map) || keywords.has('sslmode')) return connection;
  const { PGSSLMODE: _, ...environment } = connection.environment;
  return { ...connection, environment };
}
