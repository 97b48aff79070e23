// A prune on stores that are more than a map: with the published policy and with each piece of it missing, and on real
// servers, where versions, locks and unfinished uploads are what they are.
import {
  CreateMultipartUploadCommand,
  PutObjectCommand,
  PutObjectLegalHoldCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { parseKey, printKey } from '../../src/backups/key.ts';
import { need } from '../parts/availability.ts';
import { type Place, s3Place, standInPlace } from '../parts/backup-places.ts';
import { makeSigner, nightlyBackups, OBJECTS_EACH, plantInBucket } from '../parts/planted-backups.ts';
import { lessened, POLICY_PLACE, publishedPolicy, refusals } from '../parts/published-policy.ts';
import { type ReadingSeen, readBackups } from '../parts/reading-run.ts';
import { startMinio, startVersityGw } from '../parts/s3-servers.ts';
import { type StandInCredential, startS3StandIn } from '../parts/s3-stand-in/start.ts';

const DAY = 86_400_000;
const { signer, verifyKeys } = makeSigner();
/** Five nights, of which three are to stay; what is left over is old at once. */
const INPUTS = { retention: 'daily: 3', 'min-keep': '1', grace: '1s', 'verify-keys': verifyKeys };

interface Planted {
  readonly leftover: string;
  /** Backups that are too old, the oldest first. */
  readonly victims: readonly string[];
}

/** Backups of five nights, a file of a restore test, a leftover archive and an unfinished upload of the nights before. */
async function plant(client: S3Client, bucket: string, prefix: string): Promise<Planted> {
  const newest = Math.floor(Date.now() / 1000) * 1000 - 3_600_000;
  const objects = [...nightlyBackups({ names: ['shop'], nights: 5, newest, signer })];
  await plantInBucket(client, bucket, prefix, objects);
  const victims = objects
    .flatMap(({ key }) => parseKey(key) ?? [])
    .filter(({ kind }) => kind === 'manifest')
    .slice(0, 2);
  const [first] = victims;
  if (!first) throw new Error('two backups are too old');
  const put = (key: string) =>
    client.send(new PutObjectCommand({ Bucket: bucket, Key: `${prefix}/${key}`, Body: '{}' }));
  await put(printKey({ ...first, kind: 'evidence', testStamp: first.stamp, testId: 'test0000' }));
  const ref = { name: 'shop', tier: 'daily', stamp: newest - 9 * DAY, id: 'crashed0' } as const;
  const leftover = printKey({ ...ref, kind: 'archive', encrypted: false });
  await put(leftover);
  const lost = printKey({ ...ref, id: 'crashed1', kind: 'archive', encrypted: false });
  await client.send(new CreateMultipartUploadCommand({ Bucket: bucket, Key: `${prefix}/${lost}` }));
  await client.send(new CreateMultipartUploadCommand({ Bucket: bucket, Key: `${prefix}/others/file.bin` }));
  return { leftover, victims: victims.map(({ id }) => id) };
}

function prune(place: Place, inputs: Readonly<Record<string, string>> = {}): Promise<ReadingSeen> {
  for (const [name, value] of Object.entries(place.environment)) vi.stubEnv(name, value);
  return readBackups('prune', { ...place.inputs, ...INPUTS, 'dry-run': 'false', ...inputs });
}

/** Stores tell time by whole seconds, and some are a second behind their own files. */
async function untilOld(place: Place): Promise<void> {
  const young = async () => {
    const { answer } = await prune(place, { 'dry-run': 'true' });
    return answer.includes('younger than `grace`');
  };
  await expect.poll(young, { interval: 300, timeout: 20_000 }).toBe(false);
}

beforeEach(() => () => void vi.unstubAllEnvs());

describe('With the published policy', () => {
  const OWNER = { accessKeyId: 'OWNER', secretAccessKey: 'pw-of-the-owner' };
  const ROLE = { accessKeyId: 'PRUNEROLE', secretAccessKey: 'pw-of-the-role' };
  const { bucket, prefix } = POLICY_PLACE;

  async function exercise(policy: NonNullable<StandInCredential['policy']>) {
    let daysAgo = 8;
    await using standIn = await startS3StandIn({
      clock: () => new Date(Date.now() - daysAgo * DAY),
      buckets: [{ name: bucket, objectLock: true }],
      credentials: [OWNER, { ...ROLE, policy }],
    });
    const owner = {
      endpoint: standIn.endpoint,
      region: 'us-east-1',
      credentials: OWNER,
      forcePathStyle: true,
    };
    const client = new S3Client(owner);
    try {
      const planted = await plant(client, bucket, prefix);
      daysAgo = 0;
      const before = refusals(standIn).length;
      const place = standInPlace(standIn, { ...POLICY_PLACE, credentials: ROLE });
      const seen = await prune(place, { grace: '7d' });
      return {
        seen,
        planted,
        refused: refusals(standIn).slice(before),
        keys: await place.keys(),
        left: await place.unfinished(),
      };
    } finally {
      client.destroy();
    }
  }

  it('prune.json everything is done, and nothing is refused', async () => {
    const { seen, planted, refused, keys, left } = await exercise(publishedPolicy('prune.json'));
    expect(seen, seen.said).toMatchObject({ exit: 0, codes: [] });
    expect(refused).toEqual([]);
    expect(seen.json.names).toMatchObject([{ deleted: planted.victims, swept: [expect.anything()] }]);
    expect(keys).toHaveLength(3 * OBJECTS_EACH);
    expect(left).toBe(1);
  });

  it.each(lessened(publishedPolicy('prune.json')))(
    'prune.json %s, taken away, is missed',
    async (what, action, policy) => {
      const { seen, refused, keys } = await exercise(policy);
      expect(refused.length, `nothing asked for ${what}`).toBeGreaterThan(0);
      if (seen.exit !== 0) expect(`${seen.said}${seen.answer}`).toContain(action.replace('s3:Get', ''));
      // Whatever is missing, what should outlive it does.
      expect(keys.length).toBeGreaterThanOrEqual(3 * 3);
    },
  );
});

const [versityGw, minio] = [await need('versitygw'), await need('minio')];
const SERVERS = [
  ['VersityGW', versityGw.missing, startVersityGw, true],
  ['MinIO', minio.missing, startMinio, false],
] as const;

describe.each(SERVERS)('On %s', (_, missing, start, listsUploads) => {
  describe.skipIf(missing)('as it is usually set up', () => {
    it('plans, deletes what the plan named and nothing else, and has nothing to do afterwards', async () => {
      await using server = await start();
      const place = s3Place(server, 'p');
      const planted = await plant(server.client, server.bucket, 'p');
      await untilOld(place);
      const before = await place.keys();
      const planned = await prune(place, { 'dry-run': 'true' });
      expect(planned, planned.said).toMatchObject({ exit: 0, json: { result: 'planned' } });
      expect(await place.keys()).toEqual(before);
      const done = await prune(place);
      expect(done, done.said).toMatchObject({ exit: 0, codes: [] });
      expect(done.json.names[0].hash).toBe(planned.json.names[0].hash);
      expect(done.json.names[0].deleted).toEqual(planted.victims);
      const gone = before.filter(
        key => planted.victims.some(id => key.includes(id)) || key === planted.leftover,
      );
      expect(await place.keys()).toEqual(before.filter(key => !gone.includes(key)));
      // Two of them were begun, one of those by somebody else.
      if (listsUploads) expect(await place.unfinished()).toBe(1);
      const again = await prune(place);
      expect(again.json.names[0]).toMatchObject({ delete: [], deleted: [], swept: [] });
    });
  });

  describe.skipIf(missing)('with versions and Object Lock', () => {
    it('what is locked stays, and so does a backup whose manifest was hidden by a marker', async () => {
      await using server = await start({ objectLock: true });
      const place = s3Place(server, 'p');
      const { victims } = await plant(server.client, server.bucket, 'p');
      const [locked = '', other = ''] = victims;
      await untilOld(place);
      const archive = (await place.keys()).find(key => key.includes(locked) && key.endsWith('.dump')) ?? '';
      await server.client.send(
        new PutObjectLegalHoldCommand({
          Bucket: server.bucket,
          Key: `p/${archive}`,
          LegalHold: { Status: 'ON' },
        }),
      );
      const first = await prune(place);
      expect(first, first.said).toMatchObject({ exit: 0 });
      expect(first.json.names[0].deleted).toEqual([other]);
      expect(await place.keys()).toContain(archive);
      // The manifest of the other one is behind a marker now; an archive in its place is no leftover.
      const ref = parseKey(archive);
      if (!ref) throw new Error(archive);
      const back = printKey({ ...ref, stamp: ref.stamp + DAY, id: other, kind: 'archive', encrypted: false });
      await server.client.send(
        new PutObjectCommand({ Bucket: server.bucket, Key: `p/${back}`, Body: 'again' }),
      );
      await untilOld(place);
      const second = await prune(place);
      expect(second.json.names[0].leftovers.keep).toMatchObject([
        { id: other, reasons: ['its manifest was there and was deleted'] },
      ]);
      expect(await place.keys()).toContain(back);
    });
  });
});
