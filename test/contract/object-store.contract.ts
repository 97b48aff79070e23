// What every store must do, whatever it is made of. The commands rely on these sentences and on nothing else.
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Problem } from '../../src/problems/problem.ts';
import type { ObjectStore, StoredObject, UnfinishedUpload, Upload } from '../../src/storage/port.ts';

export interface StoreUnderTest {
  readonly store: ObjectStore;
  /** How many uploads were begun and neither completed nor aborted. */
  unfinished(): Promise<number>;
  stop(): Promise<void>;
}

export interface Traits {
  /** How a completed upload must be shown to be stored. */
  readonly shown: readonly string[];
  /** Lists in pages of a thousand: tried with more, which takes a while. */
  readonly paged?: boolean;
  /** What is deleted leaves a version behind. */
  readonly versions?: boolean;
  /** Lists unfinished uploads under their whole key only. */
  readonly hidesUploads?: boolean;
  /** Bytes of the larger uploads; default 20 MiB + 1, which is three parts. */
  readonly large?: number;
}

const never = new AbortController().signal;
const json = { contentType: 'application/json', signal: never };
const upload = (expectedBytes: number) => ({
  expectedBytes,
  contentType: 'application/octet-stream',
  signal: never,
});

export function describeObjectStore(
  name: string,
  start: () => Promise<StoreUnderTest>,
  traits: Traits,
): void {
  describe(name, () => {
    let subject: StoreUnderTest;
    let store: ObjectStore;
    beforeAll(async () => {
      subject = await start();
      store = subject.store;
    });
    afterAll(() => subject?.stop());

    describe('create', () => {
      test('stores the bytes and describes them as list does', async () => {
        const created = await store.create('create/a.json', Buffer.from('{"a":1}'), json);
        expect(created).toMatchObject({ key: 'create/a.json', bytes: 7 });
        const [found] = await listed(store, 'create/a.json');
        expect(found?.etag).toBe(created.etag);
        expect(created.etag).not.toMatch(/^$|"/);
        expect(Math.abs(created.modifiedAt - (await store.time(never)))).toBeLessThan(60_000);
      });

      test('never overwrites, not even with the same bytes', async () => {
        await store.create('create/once', Buffer.from('first'), json);
        await expect(store.create('create/once', Buffer.from('second'), json)).rejects.toMatchObject({
          code: 'PGB311',
        });
        await expect(store.create('create/once', Buffer.from('first'), json)).rejects.toMatchObject({
          code: 'PGB311',
        });
        expect(await text(store, 'create/once')).toBe('first');
      });

      test('lets exactly one of many at the same key through', async () => {
        const tries = await Promise.allSettled(
          Array.from({ length: 8 }, (_, i) => store.create('create/race', Buffer.from(`writer ${i}`), json)),
        );
        const winners = tries.flatMap((result, i) => (result.status === 'fulfilled' ? [`writer ${i}`] : []));
        expect(winners).toEqual([await text(store, 'create/race')]);
      });

      test('takes an empty object', async () => {
        expect(await store.create('create/empty', Buffer.alloc(0), json)).toMatchObject({ bytes: 0 });
        expect(await text(store, 'create/empty')).toBe('');
      });

      test.each(['', '/a', 'a//b', 'a/../b', '..', 'a/.', 'a/', 'a\nb', 'a\0b'])(
        'refuses the key %j',
        async key => {
          await expect(store.create(key, Buffer.from('x'), json)).rejects.toBeInstanceOf(Problem);
          await expect(store.read(key, { maxBytes: 1, signal: never })).rejects.toBeInstanceOf(Problem);
        },
      );

      test.each(['keys/sp ace+plus', "keys/per%20cent'&<>", 'keys/ünïcode-Ω-日本', 'keys/=eq(u)al$!*'])(
        'stores and lists the key %j to the letter',
        async key => {
          await store.create(key, Buffer.from(key), json);
          expect(await text(store, key)).toBe(key);
          expect((await listed(store, key)).map(object => object.key)).toEqual([key]);
        },
      );
    });

    describe('read', () => {
      test('answers undefined where nothing is', async () => {
        expect(await store.read('read/none', { maxBytes: 10, signal: never })).toBeUndefined();
      });

      test('reads up to the limit and refuses a byte more', async () => {
        await store.create('read/ten', Buffer.from('0123456789'), json);
        const found = await store.read('read/ten', { maxBytes: 10, signal: never });
        expect(found?.bytes.toString()).toBe('0123456789');
        expect(found?.object).toMatchObject({ key: 'read/ten', bytes: 10 });
        await expect(store.read('read/ten', { maxBytes: 9, signal: never })).rejects.toMatchObject({
          code: 'PGB317',
        });
      });
    });

    describe('list', () => {
      test('lists by exact prefix, in the order of UTF-8 bytes', async () => {
        const keys = [
          'list/a-b',
          'list/a/b',
          'list/a/c',
          'list/a0',
          'list/é',
          'list/\u{1F600}',
          'list/\uFF5E',
          'list2/x',
        ];
        for (const key of keys) await store.create(key, Buffer.from(key), json);
        const sorted = keys
          .filter(key => key.startsWith('list/'))
          .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
        expect((await listed(store, 'list/')).map(object => object.key)).toEqual(sorted);
        expect((await listed(store, 'list/a/')).map(object => object.key)).toEqual(['list/a/b', 'list/a/c']);
        expect((await listed(store, 'list/a')).map(object => object.key)).toEqual([
          'list/a-b',
          'list/a/b',
          'list/a/c',
          'list/a0',
        ]);
        expect(await listed(store, 'list/nothing')).toEqual([]);
      });

      test('begins after a key, whether an object has it or not', async () => {
        const keys = ['after/a/1', 'after/a/2', 'after/a/3', 'after/b/1'];
        for (const key of keys) await store.create(key, Buffer.from(key), json);
        const keysAfter = async (prefix: string, key: string) =>
          (await listed(store, prefix, never, key)).map(object => object.key);
        expect(await keysAfter('after/', 'after/a/2')).toEqual(['after/a/3', 'after/b/1']);
        expect(await keysAfter('after/a/', 'after/a/15')).toEqual(['after/a/2', 'after/a/3']);
        expect(await keysAfter('after/a/', 'after/a/3')).toEqual([]);
        expect(await keysAfter('after/b/', 'after/a/3')).toEqual(['after/b/1']);
      });

      test.skipIf(!traits.paged)('goes on past the thousand that S3 gives at a time', async () => {
        const keys = Array.from({ length: 1005 }, (_, i) => `many/${String(i).padStart(5, '0')}`);
        for (let i = 0; i < keys.length; i += 50)
          await Promise.all(keys.slice(i, i + 50).map(key => store.create(key, Buffer.from('x'), json)));
        expect((await listed(store, 'many/')).map(object => object.key)).toEqual(keys);
      });
    });

    describe('upload', () => {
      const large = traits.large ?? 20 * 1024 * 1024 + 1;

      test('is not there until it is complete, then whole', async () => {
        const begun = await store.startUpload('up/large', upload(large));
        const digest = createHash('sha256');
        for (const chunk of chunksOf(large)) {
          digest.update(chunk);
          await begun.write(chunk);
        }
        expect(await listed(store, 'up/large')).toEqual([]);
        expect(await store.read('up/large', { maxBytes: 1, signal: never })).toBeUndefined();
        const stored = await begun.complete();
        expect(stored).toMatchObject({ key: 'up/large', bytes: large });
        expect(traits.shown).toContain(stored.shown);
        const [found] = await listed(store, 'up/large');
        expect(found).toMatchObject({ bytes: large, etag: stored.etag });
        expect(await sha256(store, 'up/large', stored.etag)).toBe(digest.digest('hex'));
        expect(await subject.unfinished()).toBe(0);
      });

      test('copies what it is given before it resolves', async () => {
        const begun = await store.startUpload('up/copied', upload(10));
        const chunk = Buffer.from('right');
        await begun.write(chunk);
        chunk.fill('w');
        await begun.complete();
        expect(await text(store, 'up/copied')).toBe('right');
      });

      test('is longer than expected and still arrives', async () => {
        const begun = await store.startUpload('up/longer', upload(1));
        await begun.write(Buffer.alloc(large, 7));
        expect(await begun.complete()).toMatchObject({ bytes: large });
      });

      test('never overwrites', async () => {
        await store.create('up/taken', Buffer.from('first'), json);
        const begun = await store.startUpload('up/taken', upload(10));
        await begun.write(Buffer.from('second'));
        await expect(begun.complete()).rejects.toMatchObject({ code: 'PGB311' });
        await begun.abort();
        expect(await text(store, 'up/taken')).toBe('first');
        expect(await subject.unfinished()).toBe(0);
      });

      test('leaves nothing after abort, which may be repeated', async () => {
        const begun = await store.startUpload('up/aborted', upload(large));
        await begun.write(Buffer.alloc(large));
        await begun.abort();
        await begun.abort();
        expect(await listed(store, 'up/aborted')).toEqual([]);
        expect(await subject.unfinished()).toBe(0);
        await expect(begun.write(Buffer.from('x'))).rejects.toMatchObject({ name: 'AbortError' });
        await expect(begun.complete()).rejects.toMatchObject({ name: 'AbortError' });
      });

      test('is not undone by an abort that comes after it is complete', async () => {
        const begun = await store.startUpload('up/done', upload(4));
        await begun.write(Buffer.from('done'));
        await begun.complete();
        await begun.abort();
        expect(await text(store, 'up/done')).toBe('done');
      });

      test('stops when its signal is aborted', async () => {
        const controller = new AbortController();
        const options = { ...upload(large), signal: controller.signal };
        const begun = await store.startUpload('up/cancelled', options);
        await begun.write(Buffer.from('x'));
        controller.abort();
        await expect(writeThenComplete(begun)).rejects.toMatchObject({ name: 'AbortError' });
        await begun.abort();
        expect(await subject.unfinished()).toBe(0);
      });

      test('is dropped by its reference from another process, once or twice', async () => {
        const begun = await store.startUpload('up/left', upload(large));
        await begun.write(Buffer.alloc(large));
        await store.abandon(begun.reference, never);
        await store.abandon(begun.reference, never);
        expect(await listed(store, 'up/left')).toEqual([]);
        expect(await subject.unfinished()).toBe(0);
        await begun.abort();
      });

      test('refuses a reference that it did not make', async () => {
        await expect(store.abandon('{"key":"../x"}', never)).rejects.toBeInstanceOf(Problem);
        await expect(store.abandon('nonsense', never)).rejects.toBeInstanceOf(Problem);
      });
    });

    describe('stream', () => {
      test('refuses an object that changed or is missing', async () => {
        const created = await store.create('stream/a', Buffer.from('abc'), json);
        expect(await sha256(store, 'stream/a', created.etag)).toBe(
          createHash('sha256').update('abc').digest('hex'),
        );
        await expect(sha256(store, 'stream/a', 'another')).rejects.toMatchObject({ code: 'PGB318' });
        await expect(sha256(store, 'stream/none')).rejects.toMatchObject({ code: 'PGB319' });
      });
    });

    describe('download', () => {
      const large = traits.large ?? 20 * 1024 * 1024 + 1;
      let folder: string;
      let stored: StoredObject;
      let expected: string;
      beforeAll(async () => {
        folder = await mkdtemp(join(tmpdir(), 'download-'));
        const begun = await store.startUpload('down/large', upload(large));
        const digest = createHash('sha256');
        for (const chunk of chunksOf(large)) {
          digest.update(chunk);
          await begun.write(chunk);
        }
        await begun.complete();
        expected = digest.digest('hex');
        [stored] = (await listed(store, 'down/large')) as [StoredObject];
      });
      afterAll(() => rm(folder, { recursive: true }));
      const into = (name: string) => ({ ...stored, file: join(folder, name), signal: never });

      test('brings a large object in order, through several connections or one', async () => {
        for (const connections of [1, 2, 5]) {
          const how = { ...into(`by-${connections}`), connections };
          const told: number[] = [];
          const { sha256 } = await store.download('down/large', { ...how, onBytes: now => told.push(now) });
          expect(sha256).toBe(expected);
          expect(await hashOf(how.file)).toBe(expected);
          expect((await stat(how.file)).mode & 0o777).toBe(0o600);
          expect([told.at(-1), told.toSorted((a, b) => a - b)]).toEqual([large, told]);
        }
      });

      test('streams a large object through several connections in the same order', async () => {
        const { etag, bytes } = stored;
        const digest = createHash('sha256');
        for await (const chunk of store.stream('down/large', { etag, bytes, connections: 3, signal: never }))
          digest.update(chunk);
        expect(digest.digest('hex')).toBe(expected);
      });

      test('brings an empty object and a small one', async () => {
        for (const content of ['', 'small']) {
          const object = await store.create(`down/of-${content.length}`, Buffer.from(content), json);
          const how = { ...into(`of-${content.length}`), ...object };
          await store.download(object.key, how);
          expect(await readFile(how.file, 'utf8')).toBe(content);
        }
      });

      test('leaves a file alone that is there already', async () => {
        const how = into('taken');
        await writeFile(how.file, 'precious');
        await expect(store.download('down/large', how)).rejects.toMatchObject({ code: 'PGB331' });
        expect(await readFile(how.file, 'utf8')).toBe('precious');
      });

      test('leaves no file of another version, of a missing object, or of another size', async () => {
        const other = { ...into('other'), etag: 'another' };
        await expect(store.download('down/large', other)).rejects.toMatchObject({ code: 'PGB318' });
        await expect(store.download('down/none', into('none'))).rejects.toMatchObject({ code: 'PGB319' });
        const longer = { ...into('longer'), bytes: large + 1 };
        await expect(store.download('down/large', longer)).rejects.toMatchObject({ code: 'PGB318' });
        for (const { file } of [other, into('none'), longer]) await expect(stat(file)).rejects.toThrow();
      });

      test('leaves no file when its signal is aborted', async () => {
        const controller = new AbortController();
        const how = { ...into('cancelled'), signal: controller.signal, onBytes: () => controller.abort() };
        await expect(store.download('down/large', how)).rejects.toMatchObject({ name: 'AbortError' });
        await expect(stat(how.file)).rejects.toThrow();
      });

      test('says that an object which is in no archive can be read', async () => {
        expect(await store.readiness('down/large', never)).toBe('ready');
        expect(await store.thaw('down/large', { days: 1, signal: never })).toBe('ready');
        await expect(store.readiness('down/none', never)).rejects.toMatchObject({ code: 'PGB319' });
      });
    });

    describe('delete', () => {
      test('deletes what was seen, and says what it found otherwise', async () => {
        const { etag } = await store.create('delete/a', Buffer.from('abc'), json);
        const how = { etag, signal: never };
        expect(await store.delete('delete/a', { ...how, etag: 'another' })).toBe('changed');
        expect(await text(store, 'delete/a')).toBe('abc');
        expect(await store.delete('delete/a', how)).toBe('deleted');
        expect(await store.read('delete/a', { maxBytes: 3, signal: never })).toBeUndefined();
        expect(await store.delete('delete/a', how)).toBe('absent');
      });

      test('knows of no lock where there is none', async () => {
        await store.create('delete/free', Buffer.from('abc'), json);
        expect(await store.lockedUntil('delete/free', never)).toBeUndefined();
      });
    });

    describe('what was left behind', () => {
      test.skipIf(traits.hidesUploads)(
        'unfinished uploads are listed with what drops them, and only those',
        async () => {
          const before = await uploadsOf(store, 'left/');
          const begun = await store.startUpload('left/a', upload(5));
          const [one, ...others] = (await uploadsOf(store, 'left/')).filter(
            ({ reference }) => !before.some(known => known.reference === reference),
          );
          expect(others).toEqual([]);
          expect(['left/a', null]).toContain(one?.key);
          expect(Math.abs((one?.touchedAt ?? 0) - (await store.time(never)))).toBeLessThan(60_000);
          await store.abandon(one?.reference ?? '', never);
          await store.abandon(one?.reference ?? '', never);
          expect(await uploadsOf(store, 'left/')).toEqual(before);
          await begun.abort();
        },
      );

      test('a completed upload is no longer listed', async () => {
        const before = await uploadsOf(store, 'left/');
        await writeThenComplete(await store.startUpload('left/b', upload(1)));
        expect(await uploadsOf(store, 'left/')).toEqual(before);
      });

      test('history knows what is there, and what never was', async () => {
        const { etag } = await store.create('left/history.json', Buffer.from('{}'), json);
        expect(await store.history('left/history.json', never)).toBe('once');
        expect(await store.history('left/history', never)).toBe('never');
        expect(await store.history('left/none', never)).toBe('never');
        await store.delete('left/history.json', { etag, signal: never });
        expect(await store.history('left/history.json', never)).toBe(traits.versions ? 'once' : 'never');
      });
    });

    test('tells the time of the store', async () => {
      expect(Math.abs((await store.time(never)) - Date.now())).toBeLessThan(10_000);
    });

    test('rejects with AbortError where the signal was aborted before', async () => {
      const signal = AbortSignal.abort();
      const aborted = { name: 'AbortError' };
      await expect(store.create('abort/a', Buffer.from('x'), { ...json, signal })).rejects.toMatchObject(
        aborted,
      );
      await expect(store.read('abort/a', { maxBytes: 1, signal })).rejects.toMatchObject(aborted);
      await expect(listed(store, 'abort/', signal)).rejects.toMatchObject(aborted);
      await expect(store.startUpload('abort/a', { ...upload(1), signal })).rejects.toMatchObject(aborted);
      expect(await listed(store, 'abort/')).toEqual([]);
    });
  });
}

async function uploadsOf(store: ObjectStore, prefix: string): Promise<UnfinishedUpload[]> {
  const uploads: UnfinishedUpload[] = [];
  for await (const one of store.unfinishedUploads(prefix, never)) uploads.push(one);
  return uploads;
}

async function writeThenComplete(begun: Upload): Promise<void> {
  await begun.write(Buffer.from('y'));
  await begun.complete();
}

async function listed(
  store: ObjectStore,
  prefix: string,
  signal = never,
  after?: string,
): Promise<StoredObject[]> {
  const objects: StoredObject[] = [];
  for await (const object of store.list(prefix, signal, after)) objects.push(object);
  return objects;
}

async function text(store: ObjectStore, key: string): Promise<string | undefined> {
  return (await store.read(key, { maxBytes: 1000, signal: never }))?.bytes.toString();
}

async function sha256(store: ObjectStore, key: string, etag?: string): Promise<string> {
  const digest = createHash('sha256');
  const options = { signal: never, ...(etag === undefined ? {} : { etag }) };
  for await (const chunk of store.stream(key, options)) digest.update(chunk);
  return digest.digest('hex');
}

async function hashOf(file: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(file))
    .digest('hex');
}

/** Chunks of uneven sizes that don't repeat, so that a part in the wrong place shows. */
function* chunksOf(bytes: number): Generator<Buffer> {
  for (let at = 0, i = 0; at < bytes; i++) {
    const chunk = Buffer.alloc(Math.min(bytes - at, 100_003 + i), `${i}.`);
    at += chunk.length;
    yield chunk;
  }
}
