// The published policies of roles that read backups, hold them, restore and test them: each is enough for its commands,
// nothing in it is spare, and a command that misses something names it.
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { need } from '../parts/availability.ts';
import { scratchFolder, standInPlace } from '../parts/backup-places.ts';
import { backUp } from '../parts/backup-run.ts';
import { seedSmall } from '../parts/databases.ts';
import { type PostgresServer, startPostgres } from '../parts/postgres-server.ts';
import {
  lessened,
  POLICY_PLACE,
  publishedPolicies,
  publishedPolicy,
  refusals,
} from '../parts/published-policy.ts';
import { type ReadingSeen, readBackups } from '../parts/reading-run.ts';
import { type S3StandIn, type StandInCredential, startS3StandIn } from '../parts/s3-stand-in/start.ts';

const OWNER = { accessKeyId: 'OWNER', secretAccessKey: 'pw-of-the-owner' };
const ROLE = { accessKeyId: 'SOMEROLE', secretAccessKey: 'pw-of-the-role' };
const work = scratchFolder('least-privilege');

/** A restore test that came to its end all the same says it in its own words. */
const NO_EVIDENCE = 'PGB870.*\\n *Let the role put';

type Inputs = Readonly<Record<string, string>>;

/** How a command is run: on what lies at `bucket`, with the clients and the database of `server`. */
interface Run {
  readonly command: string;
  /** `cold`: the archive lies in GLACIER. */
  readonly cold?: boolean;
  inputs?(server: PostgresServer): Inputs;
}

const list: Run = { command: 'list' };
const status: Run = { command: 'status', inputs: () => ({ retention: 'daily: 7' }) };
const hold: Run = { command: 'hold', inputs: () => ({ backup: 'latest', reason: 'audit' }) };
const release: Run = { command: 'release', inputs: () => ({ backup: 'latest' }) };
const verify: Run = { command: 'verify', inputs: ({ binFolder }) => ({ 'postgres-bin': binFolder }) };
const thaw: Run = {
  command: 'verify',
  cold: true,
  inputs: ({ binFolder }) => ({ 'postgres-bin': binFolder, thaw: 'wait' }),
};
const fetched: Run = { command: 'fetch', inputs: () => ({ output: join(work, crypto.randomUUID()) }) };
const restore: Run = {
  command: 'restore',
  inputs: server => ({
    name: 'app',
    'database-url': server.url('app'),
    'postgres-bin': server.binFolder,
    mode: 'new-database',
    'new-database': 'clone',
  }),
};
const restoreTest: Run = {
  command: 'restore-test',
  inputs: ({ binFolder }) => ({ name: 'app', 'postgres-bin': binFolder }),
};
const coldRestoreTest: Run = {
  ...restoreTest,
  cold: true,
  inputs: ({ binFolder }) => ({ name: 'app', 'postgres-bin': binFolder, thaw: 'wait' }),
};

/** Which policy is for which commands: a new one needs a line here. */
const ROLES: readonly (readonly [policy: string, runs: readonly Run[]])[] = [
  ['watch.json', [list, status]],
  ['hold.json', [hold, hold, release, release]],
  ['restore.json', [verify, fetched, thaw, restore]],
  ['restore-test.json', [restoreTest, coldRestoreTest]],
];
/** Of roles that write backups: least-privilege.test.ts. */
const ELSEWHERE = ['backup.json', 'backup-and-prune.json'];

it('each published policy is one that is tried', () => {
  expect([...ROLES.map(([file]) => file), ...ELSEWHERE].sort()).toEqual(publishedPolicies().sort());
});

const { missing } = await need('postgres-16');
describe.skipIf(missing)('With the published policy', () => {
  const credentials: StandInCredential[] = [OWNER];
  let server: PostgresServer;
  let standIn: S3StandIn;
  const place = (as = ROLE) => standInPlace(standIn, { ...POLICY_PLACE, credentials: as });

  beforeAll(async () => {
    server = await startPostgres({ major: 16 });
    await seedSmall(server, 'app');
    standIn = await startS3StandIn({
      buckets: [{ name: POLICY_PLACE.bucket, objectLock: true }],
      credentials,
    });
    const seen = await backUp({ server, database: 'app', place: place(OWNER) });
    expect(seen.codes, seen.said).toEqual([]);
    useKeys(OWNER);
    expect(await run(restoreTest)).toMatchObject({ exit: 0, codes: [] });
    vi.unstubAllEnvs();
  });
  afterAll(async () => {
    await standIn?.stop();
    await server?.stop();
  });
  beforeEach(() => {
    useKeys(ROLE);
    return () => void vi.unstubAllEnvs();
  });

  function useKeys(as: typeof ROLE): void {
    for (const [name, value] of Object.entries(place(as).environment)) vi.stubEnv(name, value);
  }

  /** As one role after the other on the same backup: none of these runs leaves anything that another one would miss. */
  async function exercise(policy: StandInCredential['policy'], runs: readonly Run[]) {
    credentials.splice(1, 1, { ...ROLE, ...(policy && { policy }) });
    const before = refusals(standIn).length;
    const seen: ReadingSeen[] = [];
    for (const each of runs) seen.push(await run(each));
    return { seen, refused: refusals(standIn).slice(before) };
  }

  async function run({ command, cold = false, inputs }: Run): Promise<ReadingSeen> {
    const { bucket } = POLICY_PLACE;
    for (const { key } of standIn.objects(bucket))
      if (key.endsWith('.dump')) standIn.moveToClass(bucket, key, cold ? 'GLACIER' : 'STANDARD');
    const given = { ...place().inputs, ...inputs?.(server) };
    if (command !== 'restore') return readBackups(command, given);
    const planned = await readBackups(command, { ...given, 'dry-run': 'true' });
    if (planned.exit !== 0) return planned;
    const restored = await readBackups(command, { ...given, confirm: planned.json.hash });
    await server.psql('drop database if exists clone');
    return restored;
  }

  describe.each(ROLES)('%s', (file, runs) => {
    const commands = [...new Set(runs.map(({ command }) => command))].join(', ');
    it(`${commands}: nothing is refused`, async () => {
      const { seen, refused } = await exercise(publishedPolicy(file), runs);
      for (const { exit, codes, said } of seen) expect({ exit, codes }, said).toEqual({ exit: 0, codes: [] });
      expect(refused).toEqual([]);
    });

    it.each(lessened(publishedPolicy(file)))(
      '%s, taken away, is missed and named',
      async (what, action, policy) => {
        const { seen, refused } = await exercise(policy, runs);
        const failed = seen.filter(({ exit }) => exit !== 0);
        expect(failed.length + refused.length, `nothing asked for ${what}`).toBeGreaterThan(0);
        const named = new RegExp(`PGB301.*\\n *Grant ${action} there|${NO_EVIDENCE}`);
        for (const { said } of failed) expect(said).toMatch(named);
      },
    );
  });
});
