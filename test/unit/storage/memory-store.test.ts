// The crash that the memory store can act out: the tests of the commands rest on it.
import { expect, test } from 'vitest';
import { bucketMissing } from '../../../src/problems/storage-access.ts';
import { Crash, memoryStore } from '../../parts/memory-store.ts';

const signal = new AbortController().signal;
const options = { contentType: 'text/plain', signal };

test('the last effect before a crash is carried out, its answer never comes, and nothing works after', async () => {
  const store = memoryStore();
  store.crashAfter(2);
  await store.create('a', Buffer.from('1'), options);
  await expect(store.create('b', Buffer.from('2'), options)).rejects.toBeInstanceOf(Crash);
  await expect(store.create('c', Buffer.from('3'), options)).rejects.toBeInstanceOf(Crash);
  await expect(store.read('a', { maxBytes: 1, signal })).rejects.toBeInstanceOf(Crash);
  expect([...store.objects.keys()]).toEqual(['a', 'b']);
  store.revive();
  expect((await store.read('b', { maxBytes: 1, signal }))?.bytes.toString()).toBe('2');
});

test('a crash before the first effect', async () => {
  const store = memoryStore();
  store.crashAfter(0);
  await expect(store.create('a', Buffer.from('1'), options)).rejects.toBeInstanceOf(Crash);
  expect(store.effects).toEqual([]);
});

test('a crash in the middle of an upload leaves it unfinished, to be dropped by its reference', async () => {
  const store = memoryStore();
  const upload = await store.startUpload('a', { ...options, expectedBytes: 1 });
  store.crashAfter(0);
  await expect(upload.write(Buffer.from('1'))).rejects.toBeInstanceOf(Crash);
  await expect(upload.abort()).rejects.toBeInstanceOf(Crash);
  store.revive();
  expect([...store.unfinished.values()]).toEqual(['a']);
  await store.abandon(upload.reference, signal);
  expect([...store.unfinished.values()]).toEqual([]);
  expect(store.objects.size).toBe(0);
});

test('what is refused changes nothing', async () => {
  const store = memoryStore();
  store.refuse = call => (call === 'create' ? bucketMissing('b', {}) : undefined);
  await expect(store.create('a', Buffer.from('1'), options)).rejects.toMatchObject({ code: 'PGB300' });
  expect(store.objects.size).toBe(0);
});

test('a lock in the future keeps an object, one in the past does not', async () => {
  let now = 1_000;
  const store = memoryStore({ now: () => now });
  const { etag } = await store.create('a', Buffer.from('1'), options);
  const object = store.objects.get('a');
  if (object) object.lockedUntil = 2_000;
  expect(await store.delete('a', { etag, signal })).toBe('locked');
  now = 2_000;
  expect(await store.delete('a', { etag, signal })).toBe('deleted');
});
