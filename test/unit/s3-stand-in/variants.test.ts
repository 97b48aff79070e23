import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  GetObjectTaggingCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
} from '@aws-sdk/client-s3';
import { describe, expect, test } from 'vitest';
import { type S3StandIn, type StandInOptions, startS3StandIn } from '../../parts/s3-stand-in/start.ts';
import { clientOf, refusal } from './client.ts';

const Bucket = 'b';
const start = (options: StandInOptions): Promise<S3StandIn> =>
  startS3StandIn({ buckets: [Bucket], ...options });
const put = (standIn: S3StandIn, more: Partial<PutObjectCommandInput> = {}, config = {}) =>
  clientOf(standIn, config).send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'hello', ...more }));

describe('lesser stores', () => {
  test('one that does not heed If-None-Match', async () => {
    await using standIn = await start({ ignoresIfNoneMatch: true });
    await put(standIn, { IfNoneMatch: '*' });
    await put(standIn, { IfNoneMatch: '*', Body: 'second' });
    expect((await standIn.read(Bucket, 'k')).toString()).toBe('second');
  });

  test('one that knows no checksums takes wrong ones and gives none back', async () => {
    await using standIn = await start({ noChecksums: true });
    expect((await put(standIn, { ChecksumCRC32: 'AAAAAA==' })).ChecksumCRC32).toBeUndefined();
    const head = new HeadObjectCommand({ Bucket, Key: 'k', ChecksumMode: 'ENABLED' });
    expect((await clientOf(standIn).send(head)).ChecksumCRC32).toBeUndefined();
  });

  test('one that refuses their headers', async () => {
    await using standIn = await start({ refusesChecksums: true });
    expect(await refusal(put(standIn))).toBe('NotImplemented 501');
    await put(standIn, {}, { requestChecksumCalculation: 'WHEN_REQUIRED' });
  });

  test('one whose ETags say nothing', async () => {
    await using standIn = await start({ opaqueEtags: true });
    const { ETag } = await put(standIn);
    expect(ETag).toMatch(/^"[0-9a-f]{32}"$/);
    expect(ETag).not.toBe(`"${createHash('md5').update('hello').digest('hex')}"`);
    expect((await put(standIn, { IfMatch: ETag })).ETag).not.toBe(ETag);
  });

  test('one without tags', async () => {
    await using standIn = await start({ noTagging: true });
    expect(await refusal(put(standIn, { Tagging: 'a=b' }))).toBe('NotImplemented 501');
    await put(standIn);
    const question = new GetObjectTaggingCommand({ Bucket, Key: 'k' });
    expect(await refusal(clientOf(standIn).send(question))).toBe('NotImplemented 501');
  });
});

test('big bodies lie in the folder, and leave it with their object or their connection', async () => {
  const folder = await mkdtemp(join(tmpdir(), 's3-stand-in-test-'));
  await using standIn = await start({ folder });
  const Body = Buffer.alloc(1_000_000);
  await put(standIn, { Body });
  expect(await readdir(folder)).toHaveLength(1);
  standIn.faults.add({ then: { kind: 'cut', at: 'request', afterBytes: 900_000 } });
  await refusal(put(standIn, { Body }));
  await refusal(put(standIn, { Body, ContentMD5: createHash('md5').update('x').digest('base64') }));
  await put(standIn, { Body: 'small' });
  await expect.poll(() => readdir(folder)).toEqual([]);
  await rm(folder, { recursive: true });
});
