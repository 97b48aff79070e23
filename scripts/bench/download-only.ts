// The product's own download of one object into a file, hashed on the way, from a store whose connections are each held to
// a speed. Started as a process of its own and timed from the first request, because the sources load slower than the
// bundle.
import { rm } from 'node:fs/promises';
import type { StoredObject } from '../../src/storage/port.ts';
import { openS3Store } from '../../src/storage/s3-store.ts';
import { BUCKET, STOCK } from './s3.ts';

const [endpoint = '', key = '', file = '', connections = ''] = process.argv.slice(2);
const store = openS3Store({ bucket: BUCKET, prefix: STOCK, endpoint, forcePathStyle: true });
const signal = AbortSignal.timeout(3_600_000);
const { value: object } = await store.list(key, signal)[Symbol.asyncIterator]().next();
if (!object) throw new Error(`${key} is not there`);
const { bytes, etag }: StoredObject = object;
const startedAt = performance.now();
await store.download(key, {
  etag,
  bytes,
  file,
  signal,
  ...(connections && { connections: Number(connections) }),
});
const seconds = (performance.now() - startedAt) / 1000;
store.close();
await rm(file);
process.stdout.write(JSON.stringify({ seconds, bytes }));
