// Takes the demo's backups in both ways that people do: on a command line, and as GitHub's runner starts the action.
import { type ActionRun, runAction } from '../../test/parts/action-runner.ts';
import { root } from '../root.ts';
import { credentials, databaseOf, runCommand, storeOf } from './command-line.ts';
import type { DemoKeys } from './keys.ts';
import type { Servers } from './servers.ts';

export const DATABASE = 'shop';

/** What both ways are told, by the names of the inputs. */
function inputsFor(servers: Servers, keys: DemoKeys): Record<string, string> {
  return {
    ...databaseOf(servers, DATABASE),
    ...storeOf(servers),
    'age-recipients': keys.ageRecipient,
    'signing-key': keys.signingKey,
  };
}

/** `node dist/cli.js backup --tier …`. Rejects with what it printed. */
export async function backUpByCommandLine(
  servers: Servers,
  keys: DemoKeys,
  tier: string,
): Promise<{ bytes: number; seconds: number }> {
  const outcome = await runCommand<{ backup: { bytes: number }; durationSeconds: number }>(
    servers,
    'backup',
    { ...inputsFor(servers, keys), tier },
  );
  return { bytes: outcome.backup.bytes, seconds: outcome.durationSeconds };
}

/** The packed action as a scheduled run of a private repository would start it, with `post` after it. */
export async function backUpAsAction(
  servers: Servers,
  keys: DemoKeys,
  interrupted: Promise<unknown>,
  onLine: (line: string) => void,
): Promise<ActionRun> {
  return runAction({
    actionFolder: root,
    inputs: {
      ...inputsFor(servers, keys),
      retention: 'daily: 1\nweekly: 4',
      'min-keep': '1',
      'slack-webhook-url': servers.slack.url,
    },
    environment: credentials(servers),
    cancelAfter: interrupted,
    onLine,
  });
}
