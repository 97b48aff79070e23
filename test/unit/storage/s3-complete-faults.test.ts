// The moment an archive starts to exist, with everything that can happen to its answer.
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
const COMPLETE = 'CompleteMultipartUpload';

describe('the upload is complete all the same', () => {
  const faults: [string, FaultAction][] = [
    ['the answer is lost', { kind: 'lose-answer' }],
    ['the answer is cut', { kind: 'cut', at: 'answer', afterBytes: 40 }],
    ['200 with an error inside', { kind: 'error-in-200', code: 'InternalError' }],
    ['200 with nothing inside', { kind: 'empty-200' }],
    ['503', { kind: 'answer', status: 503, code: 'SlowDown' }],
    ['no answer', { kind: 'never-answer' }],
    ['headers and then silence', { kind: 'hang-after-headers' }],
  ];
  test.each(faults)('%s, once', async (_, then) => {
    const { server, store, strike } = await standInStore();
    const fault = strike(COMPLETE, then);
    expect(await uploadThreeParts(store)).toMatchObject({ bytes: WHOLE.length, shown: 'checksum' });
    expect(fault.hits).toBe(1);
    expect(WHOLE.equals(await server.read(BUCKET, 'p/x.dump'))).toBe(true);
  });

  const repeated: [string, FaultAction][] = [
    ['NoSuchUpload', { kind: 'answer', status: 404, code: 'NoSuchUpload' }],
    ['412', { kind: 'answer', status: 412, code: 'PreconditionFailed' }],
  ];
  test.each(repeated)('the answer is lost and the repetition is answered %s', async (_, then) => {
    const { store, strike } = await standInStore();
    strike(COMPLETE, { kind: 'lose-answer' });
    strike(COMPLETE, then, { nth: 2 });
    expect(await uploadThreeParts(store)).toMatchObject({ shown: 'checksum' });
  });

  test('every answer is lost, to the deadline', async () => {
    const { store, strike } = await standInStore();
    strike(COMPLETE, { kind: 'lose-answer' }, always);
    expect(await uploadThreeParts(store)).toMatchObject({ bytes: WHOLE.length });
  });

  test('the answer is lost and the role may not read: recognised by its ETag in the listing', async () => {
    const { store, strike } = await standInStore();
    strike(COMPLETE, { kind: 'lose-answer' });
    strike(COMPLETE, { kind: 'answer', status: 412, code: 'PreconditionFailed' }, { nth: 2 });
    const refusal = { kind: 'answer', status: 403, code: 'AccessDenied' } as const;
    strike('HeadObject', refusal, always);
    expect(await uploadThreeParts(store)).toMatchObject({ bytes: WHOLE.length });
  });
});

describe('the upload fails and leaves nothing', () => {
  const faults: [string, FaultAction, string][] = [
    ['200 with an error inside', { kind: 'error-in-200', code: 'InternalError' }, 'PGB309'],
    ['200 with nothing inside', { kind: 'empty-200' }, 'PGB309'],
    ['conflict', { kind: 'answer', status: 409, code: 'ConditionalRequestConflict' }, 'PGB313'],
    ['gone', { kind: 'answer', status: 404, code: 'NoSuchUpload' }, 'PGB312'],
    ['403', { kind: 'answer', status: 403, code: 'AccessDenied' }, 'PGB301'],
    ['a part that is too small', { kind: 'answer', status: 400, code: 'EntityTooSmall' }, 'PGB323'],
  ];
  test.each(faults)('%s, without end', async (_, then, code) => {
    const { server, store, strike } = await standInStore();
    strike(COMPLETE, then, always);
    await expect(uploadThreeParts(store)).rejects.toMatchObject({ code });
    expect(server.uploads(BUCKET)).toEqual([]);
    expect(server.objects(BUCKET)).toEqual([]);
  });

  test('the key is taken by another object, even one of the same size', async () => {
    const { server, store, strike } = await standInStore();
    const upload = await startUpload(store);
    for (const part of threeParts()) await upload.write(part);
    const options = { contentType: 'text/plain', signal: never };
    await store.create('x.dump', Buffer.alloc(WHOLE.length), options);
    strike(COMPLETE, { kind: 'answer', status: 503, code: 'SlowDown' });
    await expect(upload.complete()).rejects.toMatchObject({ code: 'PGB311' });
    await upload.abort();
    expect(server.uploads(BUCKET)).toEqual([]);
    expect((await server.read(BUCKET, 'p/x.dump')).equals(Buffer.alloc(WHOLE.length))).toBe(true);
  });
});

test('a store that knows no conditions is asked first, and not overwritten', async () => {
  const { store, strike } = await standInStore();
  const refusal = { kind: 'answer', status: 501, code: 'NotImplemented' } as const;
  const conditional = {
    when: (request: { headers: Readonly<Record<string, string>> }) => 'if-none-match' in request.headers,
  };
  strike(undefined, refusal, { ...conditional, ...always });
  expect(await uploadThreeParts(store)).toMatchObject({ bytes: WHOLE.length });
  await expect(uploadThreeParts(store)).rejects.toMatchObject({ code: 'PGB311' });
});

test('a single part of one byte is complete with a checksum of the whole', async () => {
  const { store } = await standInStore();
  const upload = await startUpload(store, PART);
  await upload.write(Buffer.from('x'));
  expect(await upload.complete()).toMatchObject({ bytes: 1, shown: 'checksum', checksum: 'CRC32:8cdc1683' });
});
