import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type S3StandIn, startS3StandIn } from '../../parts/s3-stand-in/start.ts';
import { clientOf, refusal } from './client.ts';

let standIn: S3StandIn;
let client: ReturnType<typeof clientOf>;
beforeEach(async () => {
  standIn = await startS3StandIn({ buckets: ['b'] });
  client = clientOf(standIn, { responseChecksumValidation: 'WHEN_REQUIRED' });
});
afterEach(() => standIn.stop());

const Bucket = 'b';
const big = Buffer.alloc(1_000_000, 'abcdefg');
const put = (Key: string, Body: Buffer | string = 'x') =>
  client.send(new PutObjectCommand({ Bucket, Key, Body }));
async function get(Key: string): Promise<Buffer> {
  const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
  return Buffer.from((await Body?.transformToByteArray()) ?? []);
}
const keys = () => standIn.objects(Bucket).map(({ key }) => key);

describe('which request is struck', () => {
  const then = { kind: 'answer', status: 503, code: 'SlowDown' } as const;

  test('the nth and so many from there, of one operation', async () => {
    const fault = standIn.faults.add({ operation: 'PutObject', nth: 2, times: 2, then });
    await put('1');
    await client.send(new HeadObjectCommand({ Bucket, Key: '1' }));
    expect(await refusal(put('2'))).toBe('SlowDown 503');
    expect(await refusal(put('3'))).toBe('SlowDown 503');
    await put('4');
    expect(fault.hits).toBe(2);
    expect(keys()).toEqual(['1', '4']);
  });

  test('those that a condition picks', async () => {
    standIn.faults.add({ when: ({ key }) => key.endsWith('.dump'), times: Infinity, then });
    await put('a.json');
    expect(await refusal(put('a.dump'))).toBe('SlowDown 503');
    expect(await refusal(put('b.dump'))).toBe('SlowDown 503');
    standIn.faults.clear();
    await put('a.dump');
  });

  test('what was asked is recorded, with what it got', async () => {
    await put('seen', big);
    standIn.faults.add({ then: { kind: 'cut', at: 'request', afterBytes: 0 } });
    await refusal(put('seen'));
    expect(standIn.requests).toMatchObject([
      { operation: 'PutObject', key: 'seen', bytes: big.length, status: 200, accessKeyId: 'STANDINOWNER' },
      { operation: 'PutObject', key: 'seen', bytes: 0, status: undefined },
    ]);
    expect(standIn.requests[0]?.headers['x-amz-checksum-crc32']).toHaveLength(8);
  });
});

describe('what it suffers', () => {
  test.each([
    ['an error', { kind: 'answer', status: 403, code: 'ExpiredToken' }, 'ExpiredToken 403'],
    [
      'a conflict',
      { kind: 'answer', status: 409, code: 'ConditionalRequestConflict' },
      'ConditionalRequestConflict 409',
    ],
    ['a reset before its body is read', { kind: 'cut', at: 'request', afterBytes: 0 }, / without an answer$/],
    ['a reset within its body', { kind: 'cut', at: 'request', afterBytes: 70_000 }, / without an answer$/],
    [
      'a reset at its body’s end',
      { kind: 'cut', at: 'request', afterBytes: big.length },
      / without an answer$/,
    ],
    ['a byte changed on the way', { kind: 'corrupt', where: 'request' }, 'XAmzContentSHA256Mismatch 400'],
  ] as const)('%s: nothing is stored', async (_, then, expected) => {
    standIn.faults.add({ then });
    expect(await refusal(put('k', big))).toMatch(expected);
    expect(keys()).toEqual([]);
  });

  test('a lost answer: it is done all the same', async () => {
    standIn.faults.add({ then: { kind: 'lose-answer' } });
    expect(await refusal(put('k', big))).toMatch(/ without an answer$/);
    expect((await standIn.read(Bucket, 'k')).equals(big)).toBe(true);
  });

  test('an answer cut off', async () => {
    await put('k', big);
    standIn.faults.add({ operation: 'GetObject', then: { kind: 'cut', at: 'answer', afterBytes: 100_000 } });
    const { Body } = await client.send(new GetObjectCommand({ Bucket, Key: 'k' }));
    let received = 0;
    const reading = (async () => {
      for await (const chunk of Body as AsyncIterable<Buffer>) received += chunk.length;
    })();
    await expect(reading).rejects.toThrow('aborted');
    expect(received).toBeLessThanOrEqual(100_000);
  });

  test('bytes changed on their way out: the next reader gets them right', async () => {
    await put('k', big);
    standIn.faults.add({ operation: 'GetObject', then: { kind: 'corrupt', where: 'answer' } });
    expect((await get('k')).equals(big)).toBe(false);
    expect((await get('k')).equals(big)).toBe(true);
  });

  test('bytes changed where they lie: every checksum says they are right', async () => {
    standIn.faults.add({ then: { kind: 'corrupt', where: 'stored' } });
    const { ChecksumCRC32 } = await put('k', big);
    const head = await client.send(new HeadObjectCommand({ Bucket, Key: 'k', ChecksumMode: 'ENABLED' }));
    expect(head.ChecksumCRC32).toBe(ChecksumCRC32);
    expect((await get('k')).equals(big)).toBe(false);
  });

  test.each([
    [{ kind: 'error-in-200', code: 'InternalError' }, /^InternalError/],
    [{ kind: 'empty-200' }, /./],
  ] as const)('$kind on Complete: the upload is still open', async (then, expected) => {
    const upload = { Bucket, Key: 'k', UploadId: '' };
    upload.UploadId = (await client.send(new CreateMultipartUploadCommand(upload))).UploadId ?? '';
    const { ETag } = await client.send(new UploadPartCommand({ ...upload, PartNumber: 1, Body: 'x' }));
    standIn.faults.add({ operation: 'CompleteMultipartUpload', then });
    const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] };
    const complete = () => client.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload }));
    expect(await refusal(complete())).toMatch(expected);
    expect(standIn.uploads(Bucket)).toHaveLength(1);
    await complete();
    expect(keys()).toEqual(['k']);
  });

  test('no answer, until it is let go', async () => {
    const fault = standIn.faults.add({ operation: 'PutObject', then: { kind: 'never-answer' } });
    const putting = put('k');
    await fault.struck;
    expect(keys()).toEqual([]);
    fault.release();
    await putting;
    expect(keys()).toEqual(['k']);
  });

  test('headers and then nothing, until it is let go', async () => {
    await put('k', big);
    const fault = standIn.faults.add({ operation: 'GetObject', then: { kind: 'hang-after-headers' } });
    const { Body, ContentLength } = await client.send(new GetObjectCommand({ Bucket, Key: 'k' }));
    expect(ContentLength).toBe(big.length);
    fault.release();
    expect(Buffer.from((await Body?.transformToByteArray()) ?? []).equals(big)).toBe(true);
  });

  test('a stop lets no one wait', async () => {
    const fault = standIn.faults.add({ then: { kind: 'never-answer' } });
    const putting = refusal(put('k'));
    await fault.struck;
    await standIn.stop();
    expect(await putting).toMatch(/ without an answer$/);
  });

  test('a delay longer than the client waits', async () => {
    const requestHandler = new NodeHttpHandler({ requestTimeout: 30, throwOnRequestTimeout: true });
    const hasty = clientOf(standIn, { requestHandler });
    standIn.faults.add({ then: { kind: 'delay', ms: 60_000 } });
    const heading = hasty.send(new HeadObjectCommand({ Bucket, Key: 'k' }));
    expect(await refusal(heading)).toBe('TimeoutError without an answer');
  });

  test('slowness in both directions, by a fault or by the connection', async () => {
    const timed = async (act: () => Promise<unknown>) => {
      const started = performance.now();
      await act();
      return performance.now() - started;
    };
    standIn.faults.add({ operation: 'PutObject', then: { kind: 'slow', request: 5_000_000 } });
    expect(await timed(() => put('k', big))).toBeGreaterThan(150);
    standIn.faults.add({ operation: 'GetObject', then: { kind: 'slow', answer: 5_000_000 } });
    expect(await timed(() => get('k'))).toBeGreaterThan(150);
    await using narrow = await startS3StandIn({ buckets: ['b'], bandwidth: { request: 5_000_000 } });
    const command = new PutObjectCommand({ Bucket, Key: 'k', Body: big });
    expect(await timed(() => clientOf(narrow).send(command))).toBeGreaterThan(150);
  });
});
