import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  type CompleteMultipartUploadCommandInput,
  CreateMultipartUploadCommand,
  type CreateMultipartUploadCommandInput,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type S3StandIn, startS3StandIn } from '../../parts/s3-stand-in/start.ts';
import { clientOf, refusal } from './client.ts';

let standIn: S3StandIn;
let client: ReturnType<typeof clientOf>;
let Bucket = '';
let count = 0;

beforeAll(async () => {
  standIn = await startS3StandIn({ buckets: ['b'] });
  client = clientOf(standIn, { requestChecksumCalculation: 'WHEN_REQUIRED' });
  Bucket = 'b';
});
afterAll(() => standIn.stop());

const mebibyte = 1024 * 1024;
const first = Buffer.alloc(5 * mebibyte, 'first');
const last = Buffer.alloc(1000, 'last');
const whole = Buffer.concat([first, last]);
const md5 = (bytes: Buffer) => createHash('md5').update(bytes).digest();
function crc32Of(bytes: Buffer): string {
  const value = Buffer.alloc(4);
  value.writeUInt32BE(crc32(bytes));
  return value.toString('base64');
}

async function start(more: Partial<CreateMultipartUploadCommandInput> = {}) {
  const Key = more.Key ?? `upload/${++count}`;
  const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, ...more, Key }));
  return { Bucket, Key, UploadId };
}
type Started = Awaited<ReturnType<typeof start>>;

async function send(upload: Started, PartNumber: number, Body: Buffer, more = {}): Promise<CompletedPart> {
  const { ETag, ChecksumCRC32 } = await client.send(
    new UploadPartCommand({ ...upload, PartNumber, Body, ...more }),
  );
  return { PartNumber, ETag, ChecksumCRC32 };
}
const complete = (
  upload: Started,
  Parts: CompletedPart[],
  more: Partial<CompleteMultipartUploadCommandInput> = {},
) => client.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts }, ...more }));

async function sendBoth(upload: Started): Promise<CompletedPart[]> {
  return [await send(upload, 1, first), await send(upload, 2, last)];
}

describe('a completed upload', () => {
  test('is the parts end to end, under an ETag made of theirs', async () => {
    const upload = await start({ Metadata: { run: '7' }, Tagging: 'pg-backup-tier=weekly' });
    const parts = await sendBoth(upload);
    expect(standIn.uploads('b')).toMatchObject([
      {
        parts: [
          { number: 1, bytes: first.length },
          { number: 2, bytes: last.length },
        ],
      },
    ]);
    const { ETag } = await complete(upload, parts, { IfNoneMatch: '*' });
    expect(ETag).toBe(`"${md5(Buffer.concat([md5(first), md5(last)])).toString('hex')}-2"`);
    expect((await standIn.read('b', upload.Key)).equals(whole)).toBe(true);
    expect(standIn.objects('b')).toMatchObject([
      { key: upload.Key, bytes: whole.length, tags: { 'pg-backup-tier': 'weekly' } },
    ]);
    expect(standIn.uploads('b')).toEqual([]);
  });

  test('may be completed again, since the first answer may have been lost', async () => {
    const upload = await start();
    const parts = await sendBoth(upload);
    const { ETag } = await complete(upload, parts, { IfNoneMatch: '*' });
    expect((await complete(upload, parts, { IfNoneMatch: '*' })).ETag).toBe(ETag);
    expect(await refusal(complete(upload, parts.slice(0, 1)))).toBe('NoSuchUpload 404');
  });

  test('has the checksum of the whole object where that was asked for', async () => {
    const upload = await start({ ChecksumAlgorithm: 'CRC32', ChecksumType: 'FULL_OBJECT' });
    const parts = await sendBoth(upload);
    const answer = await complete(upload, parts, {
      ChecksumType: 'FULL_OBJECT',
      ChecksumCRC32: crc32Of(whole),
      MpuObjectSize: whole.length,
    });
    expect(answer).toMatchObject({ ChecksumCRC32: crc32Of(whole), ChecksumType: 'FULL_OBJECT' });
    const head = await client.send(
      new HeadObjectCommand({ Bucket, Key: upload.Key, ChecksumMode: 'ENABLED' }),
    );
    expect(head).toMatchObject({ ChecksumCRC32: crc32Of(whole), ChecksumType: 'FULL_OBJECT' });
  });

  test('has the checksum of the checksums otherwise', async () => {
    const upload = await start({ ChecksumAlgorithm: 'CRC32' });
    const answer = await complete(upload, await sendBoth(upload));
    const joined = Buffer.concat([first, last].map(part => Buffer.from(crc32Of(part), 'base64')));
    expect(answer).toMatchObject({ ChecksumCRC32: `${crc32Of(joined)}-2`, ChecksumType: 'COMPOSITE' });
  });
});

describe('what Complete refuses', () => {
  const full = { ChecksumAlgorithm: 'CRC32', ChecksumType: 'FULL_OBJECT' } as const;
  test.each([
    [
      'a small part before the last',
      {},
      'EntityTooSmall 400',
      async (upload: Started) => {
        const parts = [await send(upload, 1, last), await send(upload, 2, last)];
        return complete(upload, parts);
      },
    ],
    [
      'a part that was never sent',
      {},
      'InvalidPart 400',
      async (upload: Started) =>
        complete(upload, [await send(upload, 1, first), { PartNumber: 2, ETag: '"0"' }]),
    ],
    [
      'another ETag than the part’s',
      {},
      'InvalidPart 400',
      async (upload: Started) => {
        await send(upload, 1, last);
        return complete(upload, [{ PartNumber: 1, ETag: '"00000000000000000000000000000000"' }]);
      },
    ],
    [
      'parts out of order',
      {},
      'InvalidPartOrder 400',
      async (upload: Started) => complete(upload, (await sendBoth(upload)).reverse()),
    ],
    ['no parts', {}, 'MalformedXML 400', async (upload: Started) => complete(upload, [])],
    [
      'another upload',
      {},
      'NoSuchUpload 404',
      async (upload: Started) => complete({ ...upload, UploadId: 'nope' }, await sendBoth(upload)),
    ],
    [
      'a wrong checksum of the whole',
      full,
      'BadDigest 400',
      async (upload: Started) => complete(upload, await sendBoth(upload), { ChecksumCRC32: crc32Of(first) }),
    ],
    [
      'a wrong size of the whole',
      full,
      'InvalidRequest 400',
      async (upload: Started) =>
        complete(upload, await sendBoth(upload), { MpuObjectSize: whole.length + 1 }),
    ],
    [
      'another type of checksum',
      full,
      'InvalidRequest 400',
      async (upload: Started) => complete(upload, await sendBoth(upload), { ChecksumType: 'COMPOSITE' }),
    ],
    [
      'parts without their checksums in a composite',
      { ChecksumAlgorithm: 'CRC32' as const },
      'InvalidRequest 400',
      async (upload: Started) => {
        const parts = await sendBoth(upload);
        return complete(
          upload,
          parts.map(({ PartNumber, ETag }) => ({ PartNumber, ETag })),
        );
      },
    ],
  ])('%s', async (_, options, expected, act) => {
    const upload = await start(options);
    expect(await refusal(act(upload))).toBe(expected);
    expect(standIn.objects('b').map(({ key }) => key)).not.toContain(upload.Key);
    await client.send(new AbortMultipartUploadCommand(upload));
  });

  test('a key that exists: of six that complete at once, one wins', async () => {
    const uploads = await Promise.all(Array.from({ length: 6 }, () => start({ Key: 'race' })));
    const parts = await Promise.all(uploads.map(upload => send(upload, 1, last)));
    const settled = await Promise.allSettled(
      uploads.map((upload, i) => complete(upload, [parts[i] ?? {}], { IfNoneMatch: '*' })),
    );
    expect(settled.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const { Key, UploadId } of [...standIn.uploads('b')].map(u => ({
      Key: u.key,
      UploadId: u.uploadId,
    }))) {
      await client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }));
    }
  });
});

describe('an unfinished upload', () => {
  test('is listed with its parts until it is aborted, once', async () => {
    const upload = await start({ Key: 'listed/x' });
    await send(upload, 2, last);
    await send(upload, 1, first);
    const { Uploads } = await client.send(new ListMultipartUploadsCommand({ Bucket, Prefix: 'listed/' }));
    expect(Uploads).toMatchObject([{ Key: 'listed/x', UploadId: upload.UploadId }]);
    const { Parts } = await client.send(new ListPartsCommand(upload));
    expect(Parts?.map(({ PartNumber, Size }) => [PartNumber, Size])).toEqual([
      [1, first.length],
      [2, last.length],
    ]);
    await client.send(new AbortMultipartUploadCommand(upload));
    expect(standIn.uploads('b')).toEqual([]);
    expect(await refusal(client.send(new AbortMultipartUploadCommand(upload)))).toBe('NoSuchUpload 404');
    expect(await refusal(send(upload, 1, last))).toBe('NoSuchUpload 404');
  });

  test('refuses a part whose checksum is of another kind, or wrong', async () => {
    const upload = await start({ ChecksumAlgorithm: 'CRC32' });
    const sha = { ChecksumSHA256: createHash('sha256').update(last).digest('base64') };
    expect(await refusal(send(upload, 1, last, sha))).toBe('InvalidRequest 400');
    expect(await refusal(send(upload, 1, last, { ChecksumCRC32: 'AAAAAA==' }))).toBe('BadDigest 400');
    expect(standIn.uploads('b')).toMatchObject([{ parts: [] }]);
    await client.send(new AbortMultipartUploadCommand(upload));
  });
});
