// Which published policy is for which commands, and how each of them is run to find out whether it is enough.
import { join } from 'node:path';
import { scratchFolder } from './backup-places.ts';
import type { PostgresServer } from './postgres-server.ts';
import { type ReadingSeen, readBackups } from './reading-run.ts';

const work = scratchFolder('policy-runs');

/** How a command is run: on a backup of `app`, with the clients and the database of `server`. */
export interface PolicyRun {
  readonly command: string;
  /** `cold`: the archive lies in GLACIER. */
  readonly cold?: boolean;
  inputs?(server: PostgresServer): Readonly<Record<string, string>>;
  /** Operations that it tries and does without: what the role needn't be allowed. */
  readonly triesInVain?: readonly string[];
}

const list: PolicyRun = { command: 'list' };
const status: PolicyRun = { command: 'status', inputs: () => ({ retention: 'daily: 7' }) };
const hold: PolicyRun = { command: 'hold', inputs: () => ({ backup: 'latest', reason: 'audit' }) };
const release: PolicyRun = { command: 'release', inputs: () => ({ backup: 'latest' }) };
const verify: PolicyRun = { command: 'verify', inputs: ({ binFolder }) => ({ 'postgres-bin': binFolder }) };
const thaw: PolicyRun = {
  command: 'verify',
  cold: true,
  inputs: ({ binFolder }) => ({ 'postgres-bin': binFolder, thaw: 'wait' }),
};
const fetched: PolicyRun = { command: 'fetch', inputs: () => ({ output: join(work, crypto.randomUUID()) }) };
const restore: PolicyRun = {
  command: 'restore',
  inputs: server => ({
    name: 'app',
    'database-url': server.url('app'),
    'postgres-bin': server.binFolder,
    mode: 'new-database',
    'new-database': 'clone',
  }),
};
export const RESTORE_TEST: PolicyRun = {
  command: 'restore-test',
  inputs: ({ binFolder }) => ({ name: 'app', 'postgres-bin': binFolder }),
};
const coldRestoreTest: PolicyRun = {
  ...RESTORE_TEST,
  cold: true,
  inputs: ({ binFolder }) => ({ name: 'app', 'postgres-bin': binFolder, thaw: 'wait' }),
};

const gate: PolicyRun = { command: 'gate', inputs: () => ({ name: 'app', 'max-age': '26h' }) };

const doctor: PolicyRun = {
  command: 'doctor',
  inputs: server => ({ 'database-url': server.url('app'), 'postgres-bin': server.binFolder }),
  triesInVain: [
    'GetBucketVersioning',
    'GetObjectLockConfiguration',
    'GetBucketLifecycleConfiguration',
    'ListMultipartUploads',
  ],
};

/** Which policy is for which commands: a new one needs a line here. */
export const POLICY_RUNS: readonly (readonly [policy: string, runs: readonly PolicyRun[]])[] = [
  ['watch.json', [list, status, gate, doctor]],
  ['hold.json', [hold, hold, release, release]],
  ['restore.json', [verify, fetched, thaw, restore]],
  ['restore-test.json', [RESTORE_TEST, coldRestoreTest]],
];

/** `place`: where the backup lies. A restore plans first, and its database goes again. */
export async function runCommand(
  { command, inputs }: PolicyRun,
  place: Readonly<Record<string, string>>,
  server: PostgresServer,
): Promise<ReadingSeen> {
  const given = { ...place, ...inputs?.(server) };
  if (command !== 'restore') return readBackups(command, given);
  const planned = await readBackups(command, { ...given, 'dry-run': 'true' });
  if (planned.exit !== 0) return planned;
  const restored = await readBackups(command, { ...given, confirm: planned.json.hash });
  await server.psql('drop database if exists clone');
  return restored;
}
