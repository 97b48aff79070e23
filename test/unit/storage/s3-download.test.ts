// Downloads through several connections: whole in spite of faults, only ever of one version, as fast as the
// connections together, in memory that doesn't grow; and objects that must be thawed first.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, describe, expect, test } from 'vitest';
import { PATIENCE, type S3Tuning } from '../../../src/storage/s3-options.ts';
import type { FaultAction } from '../../parts/s3-stand-in/faults.ts';
import type { StandInOptions } from '../../parts/s3-stand-in/start.ts';
import { always, BUCKET, never, standInStore } from '../../parts/stand-in-store.ts';

const MIB = 1024 * 1024;
const RANGE = 64 * 1024;
const CONTENT = Buffer.from(Array.from({ length: 10 * RANGE + 17 }, (_, i) => (i * 7919) >> 3));
const SHA256 = createHash('sha256').update(CONTENT).digest('hex');

const folder = mkdtempSync(join(tmpdir(), 's3-download-'));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;

async function withObject(
  options: StandInOptions = {},
  tuning: Partial<S3Tuning> = { rangeBytes: RANGE, rangesInFlight: 4 },
) {
  const subject = await standInStore({ ...options, store: { tuning } });
  const stored = await subject.store.create('large', CONTENT, { contentType: 'a/b', signal: never });
  const file = join(folder, `file-${++files}`);
  const ranges = () => subject.server.requests.filter(({ operation }) => operation === 'GetObject');
  return { ...subject, ranges, file, how: { ...stored, file, signal: never } };
}

describe('a download through several connections', () => {
  const faults: [string, FaultAction][] = [
    ['cut in the middle', { kind: 'cut', at: 'answer', afterBytes: 20_000 }],
    ['cut before the first byte', { kind: 'cut', at: 'answer', afterBytes: 0 }],
    ['silent after the headers', { kind: 'hang-after-headers' }],
    ['never answered', { kind: 'never-answer' }],
    ['a trickle', { kind: 'slow', answer: 2_000 }],
    ['503', { kind: 'answer', status: 503, code: 'SlowDown' }],
  ];
  test.each(faults)('is whole after faults in the middle: %s', async (_, then) => {
    const { store, strike, how, file, ranges } = await withObject();
    strike('GetObject', then, { nth: 3, times: 3 });
    expect(await store.download('large', how)).toEqual({ sha256: SHA256 });
    expect((await readFile(file)).equals(CONTENT)).toBe(true);
    expect(ranges().length).toBe(11 + 3);
  });

  test('asks for each range once, with the ETag as its condition', async () => {
    const { store, how, ranges } = await withObject();
    await store.download('large', how);
    const spans = Array.from({ length: 11 }, (_, at) => {
      const end = Math.min((at + 1) * RANGE, CONTENT.length) - 1;
      return `bytes=${at * RANGE}-${end}`;
    });
    expect(ranges().map(({ headers }) => headers.range)).toEqual(spans);
    expect(new Set(ranges().map(({ headers }) => headers['if-match']))).toEqual(new Set([`"${how.etag}"`]));
  });

  test('stops when another object takes the place of this one, and leaves no file', async () => {
    const { store, strike, how, server } = await withObject();
    const { endpoint, region, accessKeyId, secretAccessKey } = server;
    const client = new S3Client({
      endpoint,
      region,
      credentials: { accessKeyId, secretAccessKey },
      forcePathStyle: true,
    });
    const held = strike('GetObject', { kind: 'never-answer' }, { nth: 6, times: 1 });
    const download = store.download('large', how);
    const outcome = expect(download).rejects.toMatchObject({ code: 'PGB318' });
    await held.struck;
    const Body = Buffer.from(CONTENT).fill('x', 0, 10);
    await client.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'p/large', Body }));
    held.release();
    await outcome;
    client.destroy();
    expect((await readdir(folder)).includes(`file-${files}`)).toBe(false);
  });

  test('gives up on a store that cuts every range, and leaves no file', async () => {
    const { store, strike, how } = await withObject();
    strike('GetObject', { kind: 'cut', at: 'answer', afterBytes: 0 }, always);
    await expect(store.download('large', how)).rejects.toMatchObject({ code: 'PGB309' });
    expect((await readdir(folder)).includes(`file-${files}`)).toBe(false);
  });

  test('tells a damaged transfer by the digest it returns', async () => {
    const { store, strike, how } = await withObject();
    strike('GetObject', { kind: 'corrupt', where: 'answer' }, { nth: 5 });
    expect((await store.download('large', how)).sha256).not.toBe(SHA256);
  });
});

const downloader = `
const [module, endpoint, accessKeyId, secretAccessKey, etag, bytes, file] = process.argv.slice(1);
const { openS3Store } = await import(module);
const store = openS3Store({
  bucket: 'backups', prefix: 'p', endpoint, forcePathStyle: true, credentials: { accessKeyId, secretAccessKey },
});
const { signal } = new AbortController();
await store.time(signal);
const before = process.memoryUsage().rss;
let most = before;
const onBytes = () => { most = Math.max(most, process.memoryUsage().rss); };
await store.download('big', { etag, bytes: Number(bytes), file, onBytes, signal });
console.log(most - before);
store.close();
`;

test('400 MiB are downloaded through less than 130 MiB of memory', async () => {
  const { server, store } = await standInStore({ store: { tuning: PATIENCE } });
  const how = { contentType: 'a/b', expectedBytes: 400 * MIB, signal: never };
  const upload = await store.startUpload('big', how);
  for (let i = 0; i < 400; i++) await upload.write(Buffer.alloc(MIB, i));
  const { etag, bytes } = await upload.complete();
  const module = fileURLToPath(new URL('../../../src/storage/s3-store.ts', import.meta.url));
  const { endpoint, accessKeyId, secretAccessKey } = server;
  const file = join(folder, 'big');
  const args = [module, endpoint, accessKeyId, secretAccessKey, etag, String(bytes), file];
  const child = spawn(process.execPath, ['--input-type=module', '--eval', downloader, '--', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', text => {
    output += text;
  });
  const [code] = await once(child, 'close');
  expect(code).toBe(0);
  expect(Number(output)).toBeGreaterThan(0);
  expect(Number(output)).toBeLessThan(130 * MIB);
});

describe('an archived object', () => {
  // Within the quarter of an hour that signatures may be off.
  const takes = 10 * 60_000;
  async function archived(storageClass: 'GLACIER' | 'DEEP_ARCHIVE') {
    const clock = { ahead: 0 };
    const subject = await standInStore({
      clock: () => new Date(Date.now() + clock.ahead),
      restoreTakesMs: takes,
    });
    const { endpoint, region, accessKeyId, secretAccessKey } = subject.server;
    const client = new S3Client({
      endpoint,
      region,
      credentials: { accessKeyId, secretAccessKey },
      forcePathStyle: true,
    });
    const put = { Bucket: BUCKET, Key: 'p/cold', Body: 'cold', StorageClass: storageClass } as const;
    await client.send(new PutObjectCommand(put));
    client.destroy();
    return { ...subject, clock };
  }
  const read = async ({ store }: Awaited<ReturnType<typeof archived>>) =>
    (await store.read('cold', { maxBytes: 10, signal: never }))?.bytes.toString();

  test.each(['GLACIER', 'DEEP_ARCHIVE'] as const)(
    'of %s is refused, asked for, and then read',
    async name => {
      const subject = await archived(name);
      const { store, clock, count } = subject;
      expect(await store.readiness('cold', never)).toBe('archived');
      await expect(read(subject)).rejects.toMatchObject({ code: 'PGB316' });
      const days = { days: 3, signal: never };
      expect(await store.thaw('cold', days)).toBe('thawing');
      expect(await store.thaw('cold', days)).toBe('thawing');
      expect(count('RestoreObject')).toBe(1);
      await expect(read(subject)).rejects.toMatchObject({ code: 'PGB316' });
      clock.ahead = takes + 1;
      expect(await store.readiness('cold', never)).toBe('ready');
      expect(await store.thaw('cold', days)).toBe('ready');
      expect(await read(subject)).toBe('cold');
    },
  );

  test('that another job asked for at the same moment counts as asked for', async () => {
    const subject = await archived('GLACIER');
    const code = 'RestoreAlreadyInProgress';
    subject.strike('RestoreObject', { kind: 'answer', status: 409, code });
    expect(await subject.store.thaw('cold', { days: 1, signal: never })).toBe('archived');
  });
});
