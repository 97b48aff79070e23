// What people are told when the store says no: the cause by name, the value, and what to do.
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { openS3Store } from '../../../src/storage/s3-store.ts';
import type { FaultAction } from '../../parts/s3-stand-in/faults.ts';
import { always, BUCKET, IMPATIENT, never, standInStore } from '../../parts/stand-in-store.ts';

const read = { maxBytes: 10, signal: never };
const small = { contentType: 'text/plain', signal: never };
const answer = (status: number, code: string): FaultAction => ({ kind: 'answer', status, code });

describe('an answer that ends the matter', () => {
  const refusals: [number, string, string][] = [
    [404, 'NoSuchBucket', 'PGB300'],
    [403, 'AccessDenied', 'PGB301'],
    [301, 'PermanentRedirect', 'PGB302'],
    [400, 'AuthorizationHeaderMalformed', 'PGB302'],
    [403, 'InvalidAccessKeyId', 'PGB305'],
    [403, 'SignatureDoesNotMatch', 'PGB305'],
    [403, 'RequestTimeTooSkewed', 'PGB306'],
    [400, 'KMS.DisabledException', 'PGB315'],
    [403, 'InvalidObjectState', 'PGB316'],
    [418, 'Teapot', 'PGB323'],
  ];
  test.each(refusals)('%i %s', async (status, code, problem) => {
    const { store, strike } = await standInStore();
    strike('GetObject', answer(status, code), always);
    await expect(store.read('a', read)).rejects.toMatchObject({ code: problem });
  });

  test('is told at once: nothing is tried twice', async () => {
    const { store, strike, count } = await standInStore();
    strike('GetObject', answer(403, 'AccessDenied'), always);
    await expect(store.read('a', read)).rejects.toMatchObject({ code: 'PGB301' });
    expect(count('GetObject')).toBe(1);
  });

  test('403 names the permission and the place', async () => {
    const { store, strike } = await standInStore();
    strike('PutObject', answer(403, 'AccessDenied'), always);
    await expect(store.create('a/b.json', Buffer.from('x'), small)).rejects.toMatchObject({
      summary: 'The store refused to create an object at s3://backups/p/a/b.json (403).',
      hint: expect.stringContaining('s3:PutObject'),
    });
  });
});

test('a bucket that does not exist is named', async () => {
  const { store } = await standInStore({ store: { bucket: 'backupz' } });
  await expect(store.read('a', read)).rejects.toMatchObject({
    code: 'PGB300',
    summary: expect.stringContaining('backupz'),
  });
});

test('a bucket in another region: the hint names that region', async () => {
  const { store } = await standInStore({ bucket: { region: 'eu-central-1' } });
  await expect(store.read('a', read)).rejects.toMatchObject({
    code: 'PGB302',
    hint: expect.stringContaining('eu-central-1'),
  });
});

test('a wrong secret key', async () => {
  const credentials = { accessKeyId: 'STANDINOWNER', secretAccessKey: 'wrong' };
  const { store } = await standInStore({ store: { credentials } });
  await expect(store.read('a', read)).rejects.toMatchObject({ code: 'PGB305' });
});

test('a clock that is an hour wrong is corrected by the answer of the store', async () => {
  const { store } = await standInStore({ clock: () => new Date(Date.now() + 3_600_000) });
  expect(await store.read('a', read)).toBeUndefined();
  expect(Math.abs((await store.time(never)) - Date.now() - 3_600_000)).toBeLessThan(5_000);
});

test('no credentials at all: what to do in a workflow', async () => {
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
  vi.stubEnv('AWS_CONFIG_FILE', '/nonexistent');
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', '/nonexistent');
  vi.stubEnv('AWS_ACCESS_KEY_ID', undefined);
  onTestFinished(() => void vi.unstubAllEnvs());
  const store = openS3Store({
    bucket: BUCKET,
    prefix: '',
    endpoint: 'http://127.0.0.1:1',
    tuning: IMPATIENT,
  });
  await expect(store.read('a', read)).rejects.toMatchObject({
    code: 'PGB303',
    hint: expect.stringContaining('id-token: write'),
  });
});

test('no region where none can be guessed', async () => {
  for (const name of ['AWS_REGION', 'AWS_DEFAULT_REGION']) vi.stubEnv(name, undefined);
  vi.stubEnv('AWS_CONFIG_FILE', '/nonexistent');
  onTestFinished(() => void vi.unstubAllEnvs());
  const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
  const store = openS3Store({ bucket: BUCKET, prefix: '', credentials, tuning: IMPATIENT });
  await expect(store.read('a', read)).rejects.toMatchObject({ code: 'PGB324' });
});

test('nobody listens at the endpoint', async () => {
  const { server, store } = await standInStore();
  await server.stop();
  await expect(store.read('a', read)).rejects.toMatchObject({ code: 'PGB307' });
});

test('what listens there does not speak TLS', async () => {
  const listener = createServer(socket => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
  await new Promise<void>(resolve => listener.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void listener.close());
  const address = listener.address();
  const port = typeof address === 'object' ? address?.port : 0;
  const { store } = await standInStore({ store: { endpoint: `https://127.0.0.1:${port}` } });
  await expect(store.read('a', read)).rejects.toMatchObject({ code: 'PGB308' });
});

test('the time is told by a refusal as well', async () => {
  const { store, strike } = await standInStore();
  strike('HeadBucket', answer(403, 'AccessDenied'), always);
  expect(Math.abs((await store.time(never)) - Date.now())).toBeLessThan(5_000);
});

test('the proxy that the environment names is used', async () => {
  const seen: string[] = [];
  const proxy = createHttpServer((request, response) => {
    seen.push(request.url ?? '');
    response.writeHead(403).end();
  });
  await new Promise<void>(resolve => proxy.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void proxy.close());
  vi.stubEnv('HTTP_PROXY', `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`);
  vi.stubEnv('NO_PROXY', undefined);
  onTestFinished(() => void vi.unstubAllEnvs());
  const { store } = await standInStore({ store: { endpoint: 'http://s3.example.invalid' } });
  await expect(store.read('a', read)).rejects.toMatchObject({ code: 'PGB301' });
  expect(seen).toEqual([expect.stringContaining('http://s3.example.invalid/backups/p/a')]);
});
