import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  RestoreObjectCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type S3StandIn, startS3StandIn } from '../../parts/s3-stand-in/start.ts';
import { clientOf, refusal } from './client.ts';

let standIn: S3StandIn;
let client: ReturnType<typeof clientOf>;
let now = new Date('2026-11-21T03:17:00Z');

beforeAll(async () => {
  standIn = await startS3StandIn({ buckets: ['b'], clock: () => now, restoreTakesMs: 60_000 });
  client = clientOf(standIn, { systemClockOffset: now.getTime() - Date.now() });
});
afterAll(() => standIn.stop());

const put = (Key: string, more: Partial<PutObjectCommandInput> = {}) =>
  client.send(new PutObjectCommand({ Bucket: 'b', Key, Body: 'hello', ...more }));
const head = (Key: string) =>
  client.send(new HeadObjectCommand({ Bucket: 'b', Key, ChecksumMode: 'ENABLED' }));
async function get(Key: string, more = {}): Promise<string> {
  const { Body } = await client.send(new GetObjectCommand({ Bucket: 'b', Key, ...more }));
  return (await Body?.transformToString()) ?? '';
}
const digest = (algorithm: string, text: string) => createHash(algorithm).update(text).digest('base64');

describe('putting and reading', () => {
  test('an object comes back with what it was put with', async () => {
    const answer = await put('a/ä ö+%25 &=.dump', {
      ContentType: 'text/plain',
      Metadata: { run: '42' },
      Tagging: 'pg-backup-tier=daily&k=a%20b',
      StorageClass: 'STANDARD_IA',
    });
    expect(answer.ETag).toBe(`"${createHash('md5').update('hello').digest('hex')}"`);
    expect(await get('a/ä ö+%25 &=.dump')).toBe('hello');
    expect(await head('a/ä ö+%25 &=.dump')).toMatchObject({
      ContentLength: 5,
      ContentType: 'text/plain',
      Metadata: { run: '42' },
      StorageClass: 'STANDARD_IA',
      ChecksumCRC32: 'NhCmhg==',
      ChecksumType: 'FULL_OBJECT',
      LastModified: now,
    });
    const { TagSet } = await client.send(
      new GetObjectTaggingCommand({ Bucket: 'b', Key: 'a/ä ö+%25 &=.dump' }),
    );
    expect(TagSet).toEqual([
      { Key: 'pg-backup-tier', Value: 'daily' },
      { Key: 'k', Value: 'a b' },
    ]);
  });

  test('a stream sent in chunks with its checksum behind it', async () => {
    const bytes = Buffer.alloc(300_000, 'abc');
    const Body = Readable.from([bytes.subarray(0, 99_999), bytes.subarray(99_999)]);
    await put('stream', { Body, ContentLength: bytes.length });
    expect((await standIn.read('b', 'stream')).equals(bytes)).toBe(true);
    expect(standIn.requests.at(-1)?.headers['x-amz-content-sha256']).toBe(
      'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
    );
  });

  test.each([
    ['bytes=1-3', 'ell'],
    ['bytes=3-', 'lo'],
    ['bytes=-2', 'lo'],
    ['bytes=0-99', 'hello'],
  ])('range %s', async (Range, text) => {
    await put('ranged');
    expect(await get('ranged', { Range })).toBe(text);
  });

  test('a range behind the end', async () => {
    await put('ranged');
    expect(await refusal(get('ranged', { Range: 'bytes=5-9' }))).toBe('InvalidRange 416');
  });

  test('bytes on disk are flipped without the ETag learning of it', async () => {
    const Body = Buffer.alloc(400_000);
    await put('rotten', { Body });
    await standIn.flipByte('b', 'rotten', 399_999);
    expect((await standIn.read('b', 'rotten')).at(-1)).toBe(0xff);
    expect((await head('rotten')).ETag).toBe(`"${createHash('md5').update(Body).digest('hex')}"`);
  });

  test('the date can be put back', async () => {
    await put('old');
    standIn.backdate('b', 'old', new Date('2020-01-01T00:00:00Z'));
    expect((await head('old')).LastModified).toEqual(new Date('2020-01-01T00:00:00Z'));
  });
});

describe('what is refused', () => {
  const wrong = digest('sha256', 'other');
  test.each([
    ['a wrong SHA-256', { ChecksumSHA256: wrong }, 'BadDigest 400'],
    ['a wrong CRC32', { ChecksumCRC32: 'AAAAAA==' }, 'BadDigest 400'],
    ['a wrong CRC64NVME', { ChecksumCRC64NVME: 'AAAAAAAAAAA=' }, 'BadDigest 400'],
    ['a wrong Content-MD5', { ContentMD5: digest('md5', 'other') }, 'BadDigest 400'],
    ['a Content-MD5 that is none', { ContentMD5: 'abc' }, 'InvalidDigest 400'],
    ['an unknown storage class', { StorageClass: 'NOPE' as never }, 'InvalidStorageClass 400'],
    ['a lock where there is no Object Lock', { ObjectLockLegalHoldStatus: 'ON' }, 'InvalidRequest 400'],
    ['another account’s bucket', { ExpectedBucketOwner: '999999999999' }, 'AccessDenied 403'],
    ['a bucket that is not there', { Bucket: 'nope' }, 'NoSuchBucket 404'],
  ] as const)('%s', async (_, more, expected) => {
    expect(await refusal(put('refused', more))).toBe(expected);
    expect(standIn.objects('b').map(({ key }) => key)).not.toContain('refused');
  });
});

describe('conditions', () => {
  test('create only: the first one wins, whoever comes at the same time', async () => {
    const twenty = Array.from({ length: 20 }, (_, i) =>
      put('race', { Body: Buffer.alloc(200_000, i), IfNoneMatch: '*' }),
    );
    const settled = await Promise.allSettled(twenty);
    expect(settled.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await refusal(put('race', { IfNoneMatch: '*' }))).toBe('PreconditionFailed 412');
  });

  test('If-Match on put, get and delete', async () => {
    const { ETag } = await put('matched');
    const stale = { IfMatch: '"00000000000000000000000000000000"' };
    expect(await refusal(put('matched', stale))).toBe('PreconditionFailed 412');
    expect(await refusal(get('matched', stale))).toBe('PreconditionFailed 412');
    const remove = (more: object) =>
      client.send(new DeleteObjectCommand({ Bucket: 'b', Key: 'matched', ...more }));
    expect(await refusal(remove(stale))).toBe('PreconditionFailed 412');
    expect(await get('matched', { IfMatch: ETag })).toBe('hello');
    await remove({ IfMatch: ETag });
    expect(await refusal(remove({ IfMatch: ETag }))).toBe('NoSuchKey 404');
    await remove({});
  });

  test('many at once: what fails is told inside the answer', async () => {
    const { ETag } = await put('many/1');
    await put('many/2');
    const Objects = [{ Key: 'many/1', ETag }, { Key: 'many/2', ETag: '"0"' }, { Key: 'many/3' }];
    const answer = await client.send(new DeleteObjectsCommand({ Bucket: 'b', Delete: { Objects } }));
    expect(answer.Deleted?.map(({ Key }) => Key)).toEqual(['many/1', 'many/3']);
    expect(answer.Errors).toMatchObject([{ Key: 'many/2', Code: 'PreconditionFailed' }]);
  });
});

test('a refusal arrives also where the body would have been large', async () => {
  await put('there');
  const large = { Body: Buffer.alloc(20_000_000), IfNoneMatch: '*' };
  for (let i = 0; i < 3; i++) expect(await refusal(put('there', large))).toBe('PreconditionFailed 412');
});

test('an archived object is read after it was asked back and the time has passed', async () => {
  await put('cold', { StorageClass: 'GLACIER' });
  expect(await refusal(get('cold'))).toBe('InvalidObjectState 403');
  const restore = () =>
    client.send(new RestoreObjectCommand({ Bucket: 'b', Key: 'cold', RestoreRequest: { Days: 1 } }));
  expect((await restore()).$metadata.httpStatusCode).toBe(202);
  expect((await head('cold')).Restore).toBe('ongoing-request="true"');
  expect(await refusal(restore())).toBe('RestoreAlreadyInProgress 409');
  expect(await refusal(get('cold'))).toBe('InvalidObjectState 403');
  now = new Date(now.getTime() + 60_000);
  expect((await head('cold')).Restore).toMatch(/^ongoing-request="false", expiry-date="Sun, 22 Nov 2026/);
  expect(await get('cold')).toBe('hello');
});
