// The doctor on real servers: what it says of a good place, of a role that may little, of a database in trouble, and that
// it leaves nothing behind but what it says.
import { PutBucketLifecycleConfigurationCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { DoctorCheck } from '../../src/reports/doctor-outcome.ts';
import { need } from '../parts/availability.ts';
import { folderPlace, type Place, s3Place, standInPlace } from '../parts/backup-places.ts';
import { seedSmall } from '../parts/databases.ts';
import { type PgBouncer, startPgBouncer } from '../parts/pgbouncer.ts';
import { type PostgresServer, startPostgres } from '../parts/postgres-server.ts';
import { POLICY_PLACE, publishedPolicy, refusals } from '../parts/published-policy.ts';
import { readBackups } from '../parts/reading-run.ts';
import { type S3Server, startMinio, startVersityGw } from '../parts/s3-servers.ts';
import { type StandInOptions, startS3StandIn } from '../parts/s3-stand-in/start.ts';

const ROLE = { accessKeyId: 'SOMEROLE', secretAccessKey: 'pw-of-the-role' };
const SAFE = {
  retention: 'daily: 30d; weekly: 12w',
  'ping-url': 'https://hc.example.org/ping/0000-1111',
  'slack-webhook-url': 'https://hooks.slack.com/services/T000/B000/XXXXXXXXXXXX',
};

const { missing } = await need('postgres-16');
const pgbouncer = await need('pgbouncer');
const stores: readonly [string, () => Promise<S3Server>, boolean][] = [
  ['VersityGW', () => startVersityGw({ versioning: true }), (await need('versitygw')).missing],
  ['MinIO', () => startMinio({ versioning: true }), (await need('minio')).missing],
];

describe.skipIf(missing)('The doctor', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres({ major: 16 });
    await seedSmall(server, 'app');
  });
  afterAll(() => server?.stop());

  async function look(place: Place, inputs: Readonly<Record<string, string>> = {}, json = true) {
    for (const [name, value] of Object.entries(place.environment)) vi.stubEnv(name, value);
    try {
      const common = { 'database-url': server.url('app'), 'postgres-bin': server.binFolder };
      const seen = await readBackups('doctor', { ...common, ...place.inputs, ...SAFE, ...inputs }, { json });
      const checks: readonly DoctorCheck[] = seen.json?.checks ?? [];
      const of = (state: string) => checks.filter(check => check.state === state);
      return { ...seen, checks, wrong: of('wrong'), advice: of('advice'), good: of('good') };
    } finally {
      vi.unstubAllEnvs();
    }
  }
  const names = (checks: readonly DoctorCheck[]) => checks.map(({ check }) => check);

  it('finds a folder fit, and tells it as a table', async () => {
    const place = await folderPlace();
    const seen = await look(place, {}, false);
    expect(seen.exit, seen.said).toBe(0);
    expect(seen.said).toContain('Doctor: 0 wrong, ');
    expect(seen.answer).toContain('\nDatabase\n  good    connection ');
    expect(seen.answer).not.toContain('Job and machine\n  good    event');
    const probed = await look(place, { probe: 'true' });
    expect(names(probed.good)).toEqual(expect.arrayContaining(['writes', 'overwriting', 'removal', 'space']));
    expect(await place.keys()).toEqual([]);
  });

  describe.each(stores)('on %s', (_, start, missingStore) => {
    it.skipIf(missingStore)('is satisfied, and its probe is gone', async () => {
      await using store = await start();
      const place = s3Place(store, 'p');
      const seen = await look(place, { probe: 'true' });
      expect(seen.wrong).toEqual([]);
      expect(names(seen.good)).toEqual(
        expect.arrayContaining(['versioning', 'writes', 'checksums', 'overwriting', 'removal']),
      );
      expect([await place.keys(), await place.unfinished()]).toEqual([[], 0]);
    });
  });

  it.each<[string, StandInOptions, string, string]>([
    ['ignores conditions', { ignoresIfNoneMatch: true }, 'overwriting', 'ignores `If-None-Match`'],
    ['shows nothing by itself', { noChecksums: true, opaqueEtags: true }, 'checksums', 'read back'],
  ])('notices a store that %s', async (_, variant, check, words) => {
    await using standIn = await startS3StandIn({ ...variant, buckets: ['backups'] });
    const place = standInPlace(standIn);
    const seen = await look(place, { probe: 'true' });
    expect(seen.exit, seen.said).toBe(0);
    expect(seen.advice.find(one => one.check === check)?.words).toContain(words);
    expect(await place.keys()).toEqual([]);
  });

  it('reads the lifecycle rules of the bucket', async () => {
    await using standIn = await startS3StandIn({ buckets: [{ name: 'backups', versioning: true }] });
    const { accessKeyId, secretAccessKey, endpoint } = standIn;
    const client = new S3Client({
      endpoint,
      region: 'us-east-1',
      forcePathStyle: true,
      credentials: { accessKeyId, secretAccessKey },
    });
    const put = (rule: object) =>
      client.send(
        new PutBucketLifecycleConfigurationCommand({
          Bucket: 'backups',
          LifecycleConfiguration: {
            Rules: [
              { ID: 'own', Status: 'Enabled', Filter: { Prefix: '' }, ...rule },
              { ID: 'off', Status: 'Disabled', Filter: { Prefix: '' }, Expiration: { Days: 1 } },
              { ID: 'elsewhere', Status: 'Enabled', Filter: { Prefix: 'q/' }, Expiration: { Days: 1 } },
            ],
          },
        }),
      );
    const sweep = {
      AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
      NoncurrentVersionExpiration: { NoncurrentDays: 30 },
    };
    try {
      await put(sweep);
      const seen = await look(standInPlace(standIn));
      expect(seen.good.find(({ check }) => check === 'lifecycle')?.words).toContain(
        '1 lifecycle rule in force',
      );
      await put({ ...sweep, Transitions: [{ Days: 30, StorageClass: 'DEEP_ARCHIVE' }] });
      const cold = await look(standInPlace(standIn));
      expect([cold.exit, cold.codes]).toEqual([1, ['PGB682']]);
      const tag = { Key: 'pg-backup-tier', Value: 'yearly' };
      await put({ Filter: { Tag: tag }, Transitions: [{ Days: 30, StorageClass: 'DEEP_ARCHIVE' }] });
      expect((await look(standInPlace(standIn))).codes).toEqual([]);
    } finally {
      client.destroy();
    }
  });

  it("probes with the backup's published policy: what it may not look at is told, the object stays", async () => {
    const policy = publishedPolicy('backup.json');
    await using standIn = await startS3StandIn({
      buckets: [POLICY_PLACE.bucket],
      credentials: [{ ...ROLE, policy }],
    });
    const place = standInPlace(standIn, { ...POLICY_PLACE, credentials: ROLE });
    const seen = await look(place, { probe: 'true', prune: 'false' });
    expect([seen.exit, seen.codes], seen.said).toEqual([0, []]);
    expect(names(seen.advice)).toContain('not-seen');
    const [key, ...others] = await place.keys();
    expect(others).toEqual([]);
    expect(seen.good.find(({ check }) => check === 'removal')?.words).toContain(
      `${key}: this role may not delete`,
    );
    const looks = refusals(standIn).filter(line => !/^(Get|ListMultipartUploads)/.test(line));
    expect(looks).toEqual([`DeleteObject ${POLICY_PLACE.prefix}/${key}`]);
  });

  it('tells everything that is wrong at once, and with what status it ends', async () => {
    await server.psql("create role weak login password 'a-long-password'");
    const weak = server.url('app', { user: 'weak', password: 'a-long-password' });
    const place = await folderPlace();
    const missingPlace = { destination: `file://${place.folder}/missing` };
    const seen = await look(place, { ...missingPlace, 'database-url': weak, probe: 'true' });
    expect([seen.exit, [...seen.codes].sort()]).toEqual([1, ['PGB221', 'PGB223', 'PGB350']]);
    const refused = await look(place, { probe: 'yes', retention: 'daily 3', destination: 'x' });
    expect(refused.exit).toBe(2);
    expect(refused.wrong.map(({ code }) => code)).toEqual(refused.codes);
    expect(refused.codes.length).toBe(3);
  });

  it.skipIf(pgbouncer.missing)('names a transaction pooler', async () => {
    await using pooler: PgBouncer = await startPgBouncer(server, 'transaction');
    const seen = await look(await folderPlace(), { 'database-url': pooler.url('app') });
    expect(names(seen.wrong)).toEqual(['pooler']);
  });
});
