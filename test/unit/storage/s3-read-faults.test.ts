// Reading, listing and deleting while the network and the store misbehave.
import { createHash } from 'node:crypto';
import { PutObjectCommand, PutObjectRetentionCommand, S3Client } from '@aws-sdk/client-s3';
import { describe, expect, test } from 'vitest';
import type { FaultAction } from '../../parts/s3-stand-in/faults.ts';
import type { S3StandIn } from '../../parts/s3-stand-in/start.ts';
import { always, BUCKET, never, type StandInStore, standInStore } from '../../parts/stand-in-store.ts';

const options = { contentType: 'application/octet-stream', signal: never };
const CONTENT = Buffer.from(Array.from({ length: 300_000 }, (_, i) => (i * 7919) >> 3));
const SHA256 = createHash('sha256').update(CONTENT).digest('hex');

async function download({ store }: StandInStore, etag?: string): Promise<string> {
  const digest = createHash('sha256');
  const how = { signal: never, ...(etag === undefined ? {} : { etag }) };
  for await (const chunk of store.stream('large', how)) digest.update(chunk);
  return digest.digest('hex');
}

async function lock(server: S3StandIn, until: Date): Promise<void> {
  const { endpoint, region, accessKeyId, secretAccessKey } = server;
  const credentials = { accessKeyId, secretAccessKey };
  const client = new S3Client({ endpoint, region, credentials, forcePathStyle: true });
  const Retention = { Mode: 'GOVERNANCE', RetainUntilDate: until } as const;
  await client.send(new PutObjectRetentionCommand({ Bucket: BUCKET, Key: 'p/large', Retention }));
  client.destroy();
}

async function withObject(...args: Parameters<typeof standInStore>) {
  const subject = await standInStore(...args);
  const { etag } = await subject.store.create('large', CONTENT, options);
  return { ...subject, etag };
}

describe('a download goes on where it broke', () => {
  const faults: [string, FaultAction][] = [
    ['cut in the middle', { kind: 'cut', at: 'answer', afterBytes: 90_000 }],
    ['cut before the first byte', { kind: 'cut', at: 'answer', afterBytes: 0 }],
    ['silent after the headers', { kind: 'hang-after-headers' }],
    ['a trickle', { kind: 'slow', answer: 2_000 }],
    ['503', { kind: 'answer', status: 503, code: 'SlowDown' }],
  ];
  test.each(faults)('%s, three times', async (_, then) => {
    const subject = await withObject();
    subject.strike('GetObject', then, { times: 3 });
    expect(await download(subject, subject.etag)).toBe(SHA256);
    expect(subject.count('GetObject')).toBe(4);
  });

  test('and asks for the rest alone', async () => {
    const subject = await withObject();
    subject.strike('GetObject', { kind: 'cut', at: 'answer', afterBytes: 90_000 });
    expect(await download(subject)).toBe(SHA256);
    const last = subject.server.requests.findLast(({ operation }) => operation === 'GetObject');
    const from = Number(/^bytes=(\d+)-$/.exec(last?.headers.range ?? '')?.[1]);
    expect(from).toBeGreaterThan(0);
    expect(from).toBeLessThanOrEqual(90_000);
  });

  test('but never with the bytes of another object', async () => {
    const subject = await withObject();
    subject.strike('GetObject', { kind: 'cut', at: 'answer', afterBytes: 70_000 });
    const parts = subject.store.stream('large', { signal: never })[Symbol.asyncIterator]();
    await parts.next();
    await subject.store.delete('large', { etag: subject.etag, signal: never });
    await subject.store.create('large', Buffer.alloc(CONTENT.length, 1), options);
    const drain = async () => {
      for (let next = await parts.next(); !next.done; next = await parts.next());
    };
    await expect(drain()).rejects.toMatchObject({ code: 'PGB318' });
  });

  test('and gives up where nothing comes any more', async () => {
    const subject = await withObject({ store: { tuning: { requestTimeout: 100 } } });
    subject.strike('GetObject', { kind: 'hang-after-headers' }, always);
    await expect(download(subject)).rejects.toMatchObject({ code: 'PGB320' });
  });

  test('and stops at once when it is cancelled', async () => {
    const subject = await withObject({ store: { tuning: { requestTimeout: 60_000 } } });
    const fault = subject.strike('GetObject', { kind: 'hang-after-headers' });
    const controller = new AbortController();
    const parts = subject.store.stream('large', { signal: controller.signal })[Symbol.asyncIterator]();
    const first = parts.next();
    await fault.struck;
    controller.abort();
    await expect(first).rejects.toMatchObject({ name: 'AbortError' });
  });
});

describe('a small object', () => {
  test.each<[string, FaultAction]>([
    ['cut', { kind: 'cut', at: 'answer', afterBytes: 1_000 }],
    ['silent after the headers', { kind: 'hang-after-headers' }],
    ['500', { kind: 'answer', status: 500, code: 'InternalError' }],
  ])('is read again after: %s', async (_, then) => {
    const { store, strike } = await withObject();
    strike('GetObject', then, { times: 2 });
    const found = await store.read('large', { maxBytes: CONTENT.length, signal: never });
    expect(found?.bytes.equals(CONTENT)).toBe(true);
  });

  test.each<[string, FaultAction]>([
    ['lost answer', { kind: 'lose-answer' }],
    ['corrupted on the wire', { kind: 'corrupt', where: 'request' }],
    ['conflict', { kind: 'answer', status: 409, code: 'ConditionalRequestConflict' }],
    ['503', { kind: 'answer', status: 503, code: 'SlowDown' }],
  ])('is created in spite of: %s', async (_, then) => {
    const { server, store, strike } = await standInStore();
    strike('PutObject', then);
    expect(await store.create('small', CONTENT, options)).toMatchObject({ bytes: CONTENT.length });
    expect((await server.read(BUCKET, 'p/small')).equals(CONTENT)).toBe(true);
  });

  test('is not taken for ours because an answer was lost: somebody else was first', async () => {
    const { store, strike } = await standInStore();
    strike('PutObject', { kind: 'cut', at: 'request', afterBytes: 0 });
    strike('PutObject', { kind: 'answer', status: 412, code: 'PreconditionFailed' }, { nth: 2 });
    await expect(store.create('small', CONTENT, options)).rejects.toMatchObject({ code: 'PGB311' });
  });

  test('is created at a store that refuses checksums, with its MD5', async () => {
    const { server, store } = await standInStore({ refusesChecksums: true });
    await store.create('small', CONTENT, options);
    expect(server.requests.findLast(request => request.operation === 'PutObject')?.headers).toHaveProperty(
      'content-md5',
    );
  });
});

describe('delete', () => {
  test.each([['DeleteObject'], ['HeadObject']])('survives a lost answer to %s', async operation => {
    const { server, store, etag, strike } = await withObject();
    strike(operation, { kind: 'lose-answer' });
    expect(await store.delete('large', { etag, signal: never })).toBe('deleted');
    expect(server.objects(BUCKET)).toEqual([]);
  });

  test('works at a store that knows no conditional deletes', async () => {
    const { store, etag, strike } = await withObject();
    strike('DeleteObject', { kind: 'answer', status: 501, code: 'NotImplemented' });
    expect(await store.delete('large', { etag: 'another', signal: never })).toBe('changed');
    expect(await store.delete('large', { etag, signal: never })).toBe('deleted');
  });

  test('asks for no comparison that a role without permission to read would be refused', async () => {
    const { server, store, etag, strike } = await withObject();
    const refusal = { kind: 'answer', status: 403, code: 'AccessDenied' } as const;
    strike('HeadObject', refusal, always);
    strike('GetObjectRetention', refusal, always);
    strike('GetObjectLegalHold', refusal, always);
    strike('DeleteObject', refusal, { ...always, when: ({ headers }) => 'if-match' in headers });
    expect(await store.delete('large', { etag: 'another', signal: never })).toBe('changed');
    expect(await store.delete('large', { etag, signal: never })).toBe('deleted');
    expect(server.requests.filter(({ operation }) => operation === 'DeleteObject').length).toBe(1);
  });

  test('leaves a locked object, and puts no marker over it', async () => {
    const until = new Date(Date.now() + 86_400_000);
    const { server, store, etag } = await withObject({ bucket: { objectLock: true } });
    expect(await store.lockedUntil('large', never)).toBeUndefined();
    await lock(server, until);
    expect(await store.lockedUntil('large', never)).toBe(until.getTime());
    expect(await store.delete('large', { etag, signal: never })).toBe('locked');
    expect(server.versions(BUCKET)).toHaveLength(1);
  });
});

describe('list', () => {
  test("gives strangers' keys to the letter, even those that XML can't hold", async () => {
    const { server, store } = await standInStore();
    const stranger = 'a \u0001+%2B&<é';
    const { endpoint, region, accessKeyId, secretAccessKey } = server;
    const credentials = { accessKeyId, secretAccessKey };
    const client = new S3Client({ endpoint, region, credentials, forcePathStyle: true });
    await client.send(new PutObjectCommand({ Bucket: BUCKET, Key: `p/${stranger}`, Body: 'x' }));
    client.destroy();
    const keys: string[] = [];
    for await (const { key } of store.list('', never)) keys.push(key);
    expect(keys).toEqual([stranger]);
  });

  test('is whole in spite of an answer that broke off in the middle', async () => {
    const { store, strike } = await withObject();
    strike('ListObjectsV2', { kind: 'cut', at: 'answer', afterBytes: 250 });
    const keys: string[] = [];
    for await (const { key } of store.list('', never)) keys.push(key);
    expect(keys).toEqual(['large']);
  });

  test('says no less than everything: a later page that fails is an error', async () => {
    const { store, strike } = await standInStore();
    for (let i = 0; i < 1001; i += 7)
      await Promise.all(
        Array.from({ length: Math.min(7, 1001 - i) }, (_, j) =>
          store.create(`k${i + j}`, Buffer.from('x'), options),
        ),
      );
    const refusal = { kind: 'answer', status: 403, code: 'AccessDenied' } as const;
    strike('ListObjectsV2', refusal, { nth: 2, ...always });
    const listAll = async () => {
      for await (const _ of store.list('', never));
    };
    await expect(listAll()).rejects.toMatchObject({ code: 'PGB301' });
  });
});
