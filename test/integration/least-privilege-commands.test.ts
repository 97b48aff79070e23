// The published policies of roles that read backups, hold them, restore and test them: each is enough for its commands,
// nothing in it is spare, and a command that misses something names it.
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { COMMANDS } from '../../src/entry/commands.ts';
import { need } from '../parts/availability.ts';
import { standInPlace } from '../parts/backup-places.ts';
import { backUp } from '../parts/backup-run.ts';
import { seedSmall } from '../parts/databases.ts';
import { POLICY_RUNS, type PolicyRun, RESTORE_TEST, runCommand } from '../parts/policy-runs.ts';
import { type PostgresServer, startPostgres } from '../parts/postgres-server.ts';
import {
  lessened,
  POLICY_PLACE,
  publishedPolicies,
  publishedPolicy,
  refusals,
} from '../parts/published-policy.ts';
import type { ReadingSeen } from '../parts/reading-run.ts';
import { type S3StandIn, type StandInCredential, startS3StandIn } from '../parts/s3-stand-in/start.ts';

const OWNER = { accessKeyId: 'OWNER', secretAccessKey: 'pw-of-the-owner' };
const ROLE = { accessKeyId: 'SOMEROLE', secretAccessKey: 'pw-of-the-role' };

/** A restore test that came to its end all the same says it in its own words. */
const NO_EVIDENCE = 'PGB870.*\\n *Let the role put';

/** Of roles that write backups: least-privilege.test.ts; of the one that deletes them: prune-stores.test.ts. */
const ELSEWHERE = [
  ['backup.json', 'backup'],
  ['backup-and-prune.json', 'backup'],
  ['prune.json', 'prune'],
] as const;
const ASKS_NO_STORE = 'completion';

describe('Policies and commands', () => {
  const tried = [
    ...POLICY_RUNS.flatMap(([file, runs]) => runs.map(({ command }) => [file, command] as const)),
    ...ELSEWHERE,
  ];

  it('each published policy is tried', () => {
    const known = tried.map(([file]) => file);
    expect([...new Set(known)].sort()).toEqual(publishedPolicies().sort());
  });

  it('each command is tried with a published policy', () => {
    const commands = COMMANDS.map(({ name }) => name).filter(name => name !== ASKS_NO_STORE);
    expect(commands.filter(name => !tried.some(([, command]) => command === name))).toEqual([]);
  });
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
    expect(await run(RESTORE_TEST)).toMatchObject({ exit: 0, codes: [] });
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
  async function exercise(policy: StandInCredential['policy'], runs: readonly PolicyRun[]) {
    credentials.splice(1, 1, { ...ROLE, ...(policy && { policy }) });
    const before = refusals(standIn).length;
    const seen: ReadingSeen[] = [];
    for (const each of runs) seen.push(await run(each));
    const inVain = runs.flatMap(({ triesInVain = [] }) => triesInVain);
    const refused = refusals(standIn).slice(before);
    return { seen, refused: refused.filter(line => !inVain.includes(line.split(' ')[0] ?? '')) };
  }

  async function run(wanted: PolicyRun): Promise<ReadingSeen> {
    const { bucket } = POLICY_PLACE;
    for (const { key } of standIn.objects(bucket))
      if (key.endsWith('.dump')) standIn.moveToClass(bucket, key, wanted.cold ? 'GLACIER' : 'STANDARD');
    return runCommand(wanted, place().inputs, server);
  }

  describe.each(POLICY_RUNS)('%s', (file, runs) => {
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
