// Takes the demo's backups in both ways that people do: on a command line, and as GitHub's runner starts the action.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { type ActionRun, runAction } from '../../test/parts/action-runner.ts';
import { root } from '../root.ts';
import type { DemoKeys } from './keys.ts';
import { BUCKET, PREFIX, type Servers } from './servers.ts';

export const DATABASE = 'shop';

/** What both ways are told, by the names of the inputs. */
function inputsFor({ postgres, s3 }: Servers, keys: DemoKeys): Record<string, string> {
  return {
    'database-url': postgres.url(DATABASE),
    destination: `s3://${BUCKET}/${PREFIX}`,
    's3-endpoint': s3.endpoint,
    's3-region': s3.region,
    's3-force-path-style': 'true',
    'postgres-bin': postgres.binFolder,
    'age-recipients': keys.ageRecipient,
    'signing-key': keys.signingKey,
  };
}

function credentials({ s3 }: Servers): Record<string, string> {
  return { AWS_ACCESS_KEY_ID: s3.accessKeyId, AWS_SECRET_ACCESS_KEY: s3.secretAccessKey };
}

/** `node dist/cli.js backup --tier …`; secrets travel by environment. Rejects with what it printed. */
export async function backUpByCommandLine(
  servers: Servers,
  keys: DemoKeys,
  tier: string,
): Promise<{ bytes: number; seconds: number }> {
  const { 's3-force-path-style': _, ...inputs } = inputsFor(servers, keys);
  const environment: Record<string, string> = {};
  const flags = Object.entries(inputs).map(([name, value], index) => {
    environment[`DEMO_INPUT_${index}`] = value;
    return `--${name}=env:DEMO_INPUT_${index}`;
  });
  const args = ['backup', ...flags, '--s3-force-path-style', `--tier=${tier}`, '--json'];
  const outcome = JSON.parse(await runNode('cli.js', args, { ...environment, ...credentials(servers) }));
  return { bytes: outcome.backup.bytes, seconds: outcome.durationSeconds };
}

function runNode(script: string, args: readonly string[], added: Record<string, string>): Promise<string> {
  const { PATH = '', HOME = '/' } = process.env;
  const child = spawn(process.execPath, [join(root, 'dist', script), ...args], {
    env: { PATH, HOME, ...added },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', status => {
      if (status === 0) resolve(out);
      else reject(new Error(`node dist/${script} ended with ${status}:\n${err}`));
    });
  });
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
