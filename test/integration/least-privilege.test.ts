// The published policies of roles that write backups are enough for everything that a backup does, and nothing in them is spare: each action, taken
// away, is missed.
import { createHash } from 'node:crypto';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canonicalJson } from '../../src/backups/canonical-json.ts';
import { EVIDENCE_FORMAT } from '../../src/backups/evidence.ts';
import { formatInstant } from '../../src/backups/instant.ts';
import { parseKey, printKey } from '../../src/backups/key.ts';
import { need } from '../parts/availability.ts';
import { standInPlace } from '../parts/backup-places.ts';
import { type BackupSeen, backUp } from '../parts/backup-run.ts';
import { wrapClient } from '../parts/client-wrapper.ts';
import { seedSmall } from '../parts/databases.ts';
import { type PostgresServer, startPostgres } from '../parts/postgres-server.ts';
import { lessened, POLICY_PLACE, publishedPolicy, refusals } from '../parts/published-policy.ts';
import { type PolicyDocument, type S3StandIn, startS3StandIn } from '../parts/s3-stand-in/start.ts';

const OWNER = { accessKeyId: 'OWNER', secretAccessKey: 'pw-of-the-owner' };
const ROLE = { accessKeyId: 'BACKUPROLE', secretAccessKey: 'pw-of-the-role' };
/** The newer of two backups of a day stays, and nothing else keeps the older one. */
const PRUNING = { tier: 'daily', retention: 'daily: 1', 'min-keep': '1' };
const POLICIES = [
  ['backup.json', {}],
  ['backup-and-prune.json', PRUNING],
] as const;

const { missing } = await need('postgres-16');
describe.skipIf(missing)('With the published policy', () => {
  let server: PostgresServer;
  let brokenClient: string;
  beforeAll(async () => {
    server = await startPostgres({ major: 16 });
    await seedSmall(server, 'app');
    brokenClient = await wrapClient(server.binFolder, { pg_dump: '"$real" "$@"; exit 1' });
  });
  afterAll(() => server?.stop());

  /** Two backups, the second of them tested by somebody else, and one that fails in the middle. */
  async function exercise(policy: PolicyDocument, inputs: Readonly<Record<string, string>>) {
    await using standIn = await startS3StandIn({
      buckets: [{ name: 'backups', objectLock: true }],
      credentials: [OWNER, { ...ROLE, policy }],
    });
    const place = standInPlace(standIn, { ...POLICY_PLACE, credentials: ROLE });
    const runs: BackupSeen[] = [];
    for (const bin of [server.binFolder, server.binFolder, brokenClient]) {
      if (bin === brokenClient) await putEvidence(standIn, runs.at(-1)?.outcome.backup?.manifestKey);
      runs.push(await backUp({ server, database: 'app', place, inputs: { ...inputs, 'postgres-bin': bin } }));
      // Of two backups of one second neither is the newer one.
      const stamp = runs[0]?.outcome.backup?.stamp ?? 0;
      await expect.poll(() => Date.now() - stamp, { interval: 20, timeout: 20_000 }).toBeGreaterThan(1_000);
    }
    return { runs, refused: refusals(standIn) };
  }

  describe.each(POLICIES)('%s', (file, inputs) => {
    it('backups are taken, unfinished uploads dropped, and nothing is refused', async () => {
      const { runs, refused } = await exercise(publishedPolicy(file), inputs);
      const [first, second, broken] = runs;
      expect(first?.codes, first?.said).toEqual([]);
      expect(second?.codes, second?.said).toEqual([]);
      expect(second?.warnings).toEqual([]);
      expect(broken).toMatchObject({ codes: ['PGB232'], warnings: [], unfinished: 0 });
      expect(second?.outcome.prune?.deleted ?? []).toEqual(
        inputs === PRUNING ? [first?.outcome.backup?.id] : [],
      );
      expect(second?.keys.length).toBe(inputs === PRUNING ? 4 : 8);
      expect(refused).toEqual([]);
    });

    it.each(lessened(publishedPolicy(file)))('%s, taken away, is missed', async (what, _, policy) => {
      const { runs, refused } = await exercise(policy, inputs);
      const [first, second] = runs;
      const isMissed =
        first?.exit !== 0 || second?.exit !== 0 || second?.outcome.result !== 'success' || refused.length > 0;
      expect(isMissed, `nothing asked for ${what}`).toBe(true);
      // Whatever is missing, no run that says success left half a backup.
      for (const run of runs) if (run.exit !== 0) expect(run.outcome.backup).toBeNull();
    });
  });

  it('backup.json nothing is deleted, even where pruning is asked for: the backup is good, and it is told', async () => {
    const { runs } = await exercise(publishedPolicy('backup.json'), PRUNING);
    expect(runs[1]).toMatchObject({ exit: 0, outcome: { result: 'degraded' } });
    expect(runs[1]?.outcome.prune?.failed).toHaveLength(1);
    expect(runs[1]?.keys.length).toBe(8);
  });
});

/** As a restore test leaves it that ran by another role. */
async function putEvidence(standIn: S3StandIn, manifestKey: string | undefined): Promise<void> {
  const ref = parseKey(manifestKey ?? '');
  if (!manifestKey || !ref) return;
  const { bucket, prefix } = POLICY_PLACE;
  const manifest = await standIn.read(bucket, `${prefix}/${manifestKey}`);
  const testStamp = Math.floor(Date.now() / 1000) * 1000;
  const evidence = {
    format: EVIDENCE_FORMAT,
    result: 'passed',
    backup: ref.id,
    manifestSha256: createHash('sha256').update(manifest).digest('hex'),
    at: formatInstant(testStamp),
    signature: null,
  };
  const key = printKey({ ...ref, kind: 'evidence', testStamp, testId: 'aaaaaaaa' });
  const client = new S3Client({
    endpoint: standIn.endpoint,
    region: standIn.region,
    forcePathStyle: true,
    credentials: OWNER,
  });
  const Body = canonicalJson(evidence);
  await client.send(new PutObjectCommand({ Bucket: bucket, Key: `${prefix}/${key}`, Body }));
  client.destroy();
}
