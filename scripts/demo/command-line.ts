// The packed command line, as somebody at a terminal starts it; secrets travel by environment.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { root } from '../root.ts';
import { BUCKET, PREFIX, type Servers } from './servers.ts';

export function storeOf({ s3 }: Servers): Record<string, string> {
  return {
    destination: `s3://${BUCKET}/${PREFIX}`,
    's3-endpoint': s3.endpoint,
    's3-region': s3.region,
    's3-force-path-style': 'true',
  };
}

export function databaseOf({ postgres }: Servers, database: string): Record<string, string> {
  return { 'database-url': postgres.url(database), 'postgres-bin': postgres.binFolder };
}

export function credentials({ s3 }: Servers): Record<string, string> {
  return { AWS_ACCESS_KEY_ID: s3.accessKeyId, AWS_SECRET_ACCESS_KEY: s3.secretAccessKey };
}

/** `pg-backup <command> --json`: resolves with the answer; rejects with what was printed where it doesn't end with 0. */
export async function runCommand<Answer>(
  servers: Servers,
  command: string,
  inputs: Readonly<Record<string, string>>,
): Promise<Answer> {
  const environment: Record<string, string> = {};
  const flags = Object.entries(inputs).map(([name, value], index) => {
    if (value === 'true') return `--${name}`;
    environment[`DEMO_INPUT_${index}`] = value;
    return `--${name}=env:DEMO_INPUT_${index}`;
  });
  const args = [command, ...flags, '--json'];
  return JSON.parse(await runNode('cli.js', args, { ...environment, ...credentials(servers) }));
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
      else reject(new Error(`node dist/${script} ${args[0]} ended with ${status}:\n${err}`));
    });
  });
}
