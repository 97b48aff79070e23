import http from 'node:http';
import {
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3ClientConfig,
} from '@aws-sdk/client-s3';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type S3StandIn, startS3StandIn } from '../../parts/s3-stand-in/start.ts';
import { clientOf, refusal } from './client.ts';

const owner = { accessKeyId: 'OWNER', secretAccessKey: 'secret' };
const session = { accessKeyId: 'SESSION', secretAccessKey: 'secret', sessionToken: 'token' };
const expired = { ...session, accessKeyId: 'EXPIRED', expiresAt: new Date('2020-01-01T00:00:00Z') };
const hour = 60 * 60 * 1000;

let standIn: S3StandIn;
beforeAll(async () => {
  standIn = await startS3StandIn({
    buckets: ['b', 'bucket', { name: 'elsewhere', region: 'eu-west-3' }],
    credentials: [owner, session, expired],
    region: 'eu-central-1',
  });
});
afterAll(() => standIn.stop());

const list = (more: S3ClientConfig) =>
  clientOf(standIn, more).send(new ListObjectsV2Command({ Bucket: 'b' }));

describe('who is let in', () => {
  test.each([
    ['the owner', { credentials: owner }],
    ['temporary credentials', { credentials: session }],
    ['a clock ten minutes slow', { systemClockOffset: -hour / 6 }],
  ])('%s', async (_, more) => {
    expect((await list(more)).$metadata.httpStatusCode).toBe(200);
  });

  test.each([
    ['a wrong secret', { credentials: { ...owner, secretAccessKey: 'x' } }, 'SignatureDoesNotMatch 403'],
    ['an unknown key', { credentials: { ...owner, accessKeyId: 'x' } }, 'InvalidAccessKeyId 403'],
    ['no token', { credentials: { ...session, sessionToken: undefined } }, 'InvalidToken 400'],
    ['a wrong token', { credentials: { ...session, sessionToken: 'x' } }, 'InvalidToken 400'],
    ['expired credentials', { credentials: expired }, 'ExpiredToken 400'],
    ['a clock an hour slow', { systemClockOffset: -hour }, 'RequestTimeTooSkewed 403'],
    ['another region', { region: 'us-east-1' }, 'AuthorizationHeaderMalformed 400'],
    ['no signature', { signer: { sign: async <T>(request: T) => request } }, 'AccessDenied 403'],
  ] as const)('not %s', async (_, more, expected) => {
    expect(await refusal(list(more as S3ClientConfig))).toBe(expected);
  });

  test('a body that was changed on its way', async () => {
    const client = clientOf(standIn, { requestChecksumCalculation: 'WHEN_REQUIRED' });
    standIn.faults.add({ operation: 'PutObject', then: { kind: 'corrupt', where: 'request' } });
    const put = client.send(new PutObjectCommand({ Bucket: 'b', Key: 'k', Body: 'hello' }));
    expect(await refusal(put)).toBe('XAmzContentSHA256Mismatch 400');
    expect(standIn.objects('b')).toEqual([]);
  });
});

test('a bucket of another region says which', async () => {
  const client = clientOf(standIn);
  const error = await client.send(new HeadBucketCommand({ Bucket: 'elsewhere' })).catch(e => e);
  expect(error.$response).toMatchObject({
    statusCode: 301,
    headers: { 'x-amz-bucket-region': 'eu-west-3' },
  });
});

test('a bucket in the host name', async () => {
  const { port } = new URL(standIn.endpoint);
  const lookup: http.AgentOptions['lookup'] = (_, options, done) =>
    options.all ? done(null, [{ address: '127.0.0.1', family: 4 }]) : done(null, '127.0.0.1', 4);
  const client = clientOf(standIn, {
    endpoint: `http://localhost:${port}`,
    forcePathStyle: false,
    requestHandler: new NodeHttpHandler({ httpAgent: new http.Agent({ lookup }) }),
  });
  await client.send(new PutObjectCommand({ Bucket: 'bucket', Key: 'a b/c', Body: 'x' }));
  expect(standIn.requests.at(-1)?.headers.host).toBe(`bucket.localhost:${port}`);
  const head = await clientOf(standIn).send(new HeadObjectCommand({ Bucket: 'bucket', Key: 'a b/c' }));
  expect(head.ContentLength).toBe(1);
});

test('the clock of the server is its own', async () => {
  await using skewed = await startS3StandIn({
    buckets: ['b'],
    clock: () => new Date(Date.now() - 24 * hour),
  });
  const request = clientOf(skewed).send(new ListObjectsV2Command({ Bucket: 'b' }));
  const error = await request.catch(e => e);
  expect(error.name).toBe('RequestTimeTooSkewed');
  expect(Date.parse(error.$response.headers.date)).toBeLessThan(Date.now() - 23 * hour);
});
