// What can happen to an upload on its way, and what must come of it: the object whole, or a Problem and nothing left.
import { describe, expect, test } from 'vitest';
import type { FaultAction } from '../../parts/s3-stand-in/faults.ts';
import {
  always,
  BUCKET,
  never,
  PART,
  standInStore,
  startUpload,
  threeParts,
  uploadThreeParts,
} from '../../parts/stand-in-store.ts';

const WHOLE = Buffer.concat(threeParts());

test('parts are sent without asking first: that would take a new connection for each', async () => {
  const { server, store } = await standInStore();
  await uploadThreeParts(store);
  for (const request of server.requests) expect(request.headers).not.toHaveProperty('expect');
});

describe('a part that fails once is sent again', () => {
  const faults: [string, FaultAction][] = [
    ['cut before the body', { kind: 'cut', at: 'request', afterBytes: 0 }],
    ['cut in the middle of the body', { kind: 'cut', at: 'request', afterBytes: 2_000_000 }],
    ['answer lost', { kind: 'lose-answer' }],
    ['corrupted on the wire', { kind: 'corrupt', where: 'request' }],
    ['answered 500', { kind: 'answer', status: 500, code: 'InternalError' }],
    ['answered 502', { kind: 'answer', status: 502, code: 'BadGateway' }],
    ['answered 503', { kind: 'answer', status: 503, code: 'SlowDown' }],
    ['answered 504', { kind: 'answer', status: 504, code: 'GatewayTimeout' }],
    ['answered 408', { kind: 'answer', status: 408, code: 'RequestTimeout' }],
    ['answered 429', { kind: 'answer', status: 429, code: 'TooManyRequests' }],
    ['answered 400 RequestTimeout', { kind: 'answer', status: 400, code: 'RequestTimeout' }],
    ['never answered', { kind: 'never-answer' }],
    ['sent at a crawl', { kind: 'slow', request: 1_000 }],
  ];
  test.each(faults)('%s', async (_, then) => {
    const { server, store, strike } = await standInStore();
    const fault = strike('UploadPart', then, { nth: 2 });
    expect(await uploadThreeParts(store)).toMatchObject({ bytes: WHOLE.length, shown: 'checksum' });
    expect(fault.hits).toBe(1);
    expect(WHOLE.equals(await server.read(BUCKET, 'p/x.dump'))).toBe(true);
  });
});

describe('a part that fails for good ends the upload and leaves nothing', () => {
  const faults: [string, FaultAction, string][] = [
    ['503 without end', { kind: 'answer', status: 503, code: 'SlowDown' }, 'PGB309'],
    ['silence without end', { kind: 'never-answer' }, 'PGB310'],
    ['corruption without end', { kind: 'corrupt', where: 'request' }, 'PGB314'],
    ['cuts without end', { kind: 'cut', at: 'request', afterBytes: 100 }, 'PGB309'],
    ['403', { kind: 'answer', status: 403, code: 'AccessDenied' }, 'PGB301'],
    [
      'an upload that a lifecycle rule removed',
      { kind: 'answer', status: 404, code: 'NoSuchUpload' },
      'PGB312',
    ],
    ['a key that may not be used', { kind: 'answer', status: 400, code: 'KMS.DisabledException' }, 'PGB315'],
  ];
  test.each(faults)('%s', async (_, then, code) => {
    const { server, store, strike } = await standInStore();
    strike('UploadPart', then, always);
    await expect(uploadThreeParts(store)).rejects.toMatchObject({ code });
    expect(server.uploads(BUCKET)).toEqual([]);
    expect(server.objects(BUCKET)).toEqual([]);
  });

  test('every later call rejects with the same Problem', async () => {
    const { store, strike } = await standInStore();
    const then = { kind: 'answer', status: 403, code: 'AccessDenied' } as const;
    strike('UploadPart', then, always);
    const upload = await startUpload(store);
    const failures: unknown[] = [];
    for (let i = 0; i < 8; i++) await upload.write(Buffer.alloc(PART)).catch(error => failures.push(error));
    await upload.complete().catch(error => failures.push(error));
    expect(failures.length).toBeGreaterThan(2);
    expect(new Set(failures).size).toBe(1);
    await upload.abort();
  });
});

describe('credentials that expire on the way', () => {
  const expired = { kind: 'answer', status: 400, code: 'ExpiredToken' } as const;

  test('are asked for once more, and the upload goes on with the new ones', async () => {
    const old = { accessKeyId: 'STANDINOLD', secretAccessKey: 'old' };
    const fresh = { accessKeyId: 'STANDINNEW', secretAccessKey: 'new' };
    let given = old;
    const { strike, store } = await standInStore({
      credentials: [old, fresh],
      store: { credentials: async () => given },
    });
    const withOld = (request: { accessKeyId: string | undefined }) => request.accessKeyId === 'STANDINOLD';
    const upload = await startUpload(store);
    strike(undefined, expired, { ...always, when: withOld });
    given = fresh;
    for (const part of threeParts()) await upload.write(part);
    expect(await upload.complete()).toMatchObject({ bytes: WHOLE.length });
  });

  test('end it with their own words where the new ones are expired too', async () => {
    const { store, strike } = await standInStore();
    strike('UploadPart', expired, always);
    await expect(uploadThreeParts(store)).rejects.toMatchObject({ code: 'PGB304' });
  });
});

describe('stores that know less', () => {
  test('no checksums taken: each part goes with its MD5, the ETag proves the whole', async () => {
    const { server, store } = await standInStore({ refusesChecksums: true });
    expect(await uploadThreeParts(store)).toMatchObject({ shown: 'etag' });
    const parts = server.requests.filter(request => request.operation === 'UploadPart');
    for (const part of parts) expect(part.headers).toHaveProperty('content-md5');
  });

  test('checksums neither taken nor shown, ETags opaque: the caller must read back', async () => {
    const { store } = await standInStore({ noChecksums: true, opaqueEtags: true });
    expect(await uploadThreeParts(store)).toMatchObject({ shown: 'none' });
  });

  test('no tags: the upload goes without them', async () => {
    const { server, store } = await standInStore({ noTagging: true });
    const upload = await store.startUpload('tagged', {
      expectedBytes: 1,
      contentType: 'text/plain',
      tags: { 'pg-backup-tier': 'daily' },
      signal: never,
    });
    await upload.write(Buffer.from('x'));
    expect(await upload.complete()).toMatchObject({ shown: 'checksum' });
    expect(server.objects(BUCKET)[0]?.tags).toEqual({});
  });

  test('with tags, they are stored', async () => {
    const { server, store } = await standInStore();
    const tags = { 'pg-backup-tier': 'daily', note: 'a b&c=d/ü' };
    const options = { expectedBytes: 1, contentType: 'text/plain', tags, signal: never };
    const upload = await store.startUpload('tagged', options);
    await upload.write(Buffer.from('x'));
    await upload.complete();
    expect(server.objects(BUCKET)[0]?.tags).toEqual(tags);
  });
});

describe('cancelling', () => {
  test('with parts hanging on the wire ends at once and leaves nothing', async () => {
    const { server, store, strike } = await standInStore({ store: { tuning: { requestTimeout: 60_000 } } });
    const hanging = strike('UploadPart', { kind: 'never-answer' }, always);
    const controller = new AbortController();
    const upload = await startUpload(store, 3 * PART, controller.signal);
    for (const part of threeParts()) await upload.write(part);
    const completing = upload.complete();
    await hanging.struck;
    const startedAt = Date.now();
    controller.abort();
    await expect(completing).rejects.toMatchObject({ name: 'AbortError' });
    await upload.abort();
    expect(Date.now() - startedAt).toBeLessThan(30_000);
    expect(server.uploads(BUCKET)).toEqual([]);
  });

  test('says so when the parts could not be removed, and may be tried again', async () => {
    const { server, store, strike } = await standInStore();
    const refusal = { kind: 'answer', status: 503, code: 'SlowDown' } as const;
    const upload = await startUpload(store);
    await upload.write(Buffer.alloc(PART));
    strike('AbortMultipartUpload', refusal, always);
    await expect(upload.abort()).rejects.toMatchObject({ code: 'PGB321' });
    expect(server.uploads(BUCKET)).toHaveLength(1);
    server.faults.clear();
    await upload.abort();
    expect(server.uploads(BUCKET)).toEqual([]);
  });

  test('believes the abort where the role may not list parts', async () => {
    const { server, store, strike } = await standInStore();
    const refusal = { kind: 'answer', status: 403, code: 'AccessDenied' } as const;
    strike('ListParts', refusal, always);
    const upload = await startUpload(store);
    await upload.write(Buffer.alloc(PART));
    await upload.abort();
    expect(server.uploads(BUCKET)).toEqual([]);
  });
});
