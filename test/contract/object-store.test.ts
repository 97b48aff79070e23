// The contract of stores, on each store there is.
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ListMultipartUploadsCommand } from '@aws-sdk/client-s3';
import { describe } from 'vitest';
import { openFolderStore } from '../../src/storage/folder-store.ts';
import { WORK_FOLDER } from '../../src/storage/folder-work.ts';
import { openS3Store } from '../../src/storage/s3-store.ts';
import { need } from '../parts/availability.ts';
import { memoryStore } from '../parts/memory-store.ts';
import { type S3Server, type S3ServerOptions, startMinio, startVersityGw } from '../parts/s3-servers.ts';
import { type BucketSpec, type StandInOptions, startS3StandIn } from '../parts/s3-stand-in/start.ts';
import { describeObjectStore, type StoreUnderTest } from './object-store.contract.ts';

async function inMemory(): Promise<StoreUnderTest> {
  const store = memoryStore();
  return { store, unfinished: async () => store.unfinished.size, stop: async () => {} };
}

async function inFolder(): Promise<StoreUnderTest> {
  const folder = await mkdtemp(join(tmpdir(), 'folder-store-'));
  const isMissing = (error: { code?: string }) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  };
  return {
    store: openFolderStore({ folder }),
    unfinished: async () => (await readdir(join(folder, WORK_FOLDER)).catch(isMissing)).length,
    stop: () => rm(folder, { recursive: true }),
  };
}

function onStandIn(options: StandInOptions = {}, bucket: Partial<BucketSpec> = {}) {
  return async (): Promise<StoreUnderTest> => {
    const server = await startS3StandIn({ ...options, buckets: [{ name: 'backups', ...bucket }] });
    const { accessKeyId, secretAccessKey, endpoint } = server;
    const store = openS3Store({
      bucket: 'backups',
      prefix: 'team a/pré fix',
      endpoint,
      forcePathStyle: true,
      credentials: { accessKeyId, secretAccessKey },
    });
    return {
      store,
      unfinished: async () => server.uploads('backups').length,
      stop: async () => {
        store.close();
        await server.stop();
      },
    };
  };
}

function onServer(start: (options: S3ServerOptions) => Promise<S3Server>, options: S3ServerOptions = {}) {
  return async (): Promise<StoreUnderTest> => {
    const server = await start(options);
    const { accessKeyId, secretAccessKey, endpoint, bucket, client } = server;
    const store = openS3Store({
      bucket,
      prefix: 'team a/pré fix',
      endpoint,
      forcePathStyle: true,
      credentials: { accessKeyId, secretAccessKey },
    });
    return {
      store,
      unfinished: async () => {
        const { Uploads } = await client.send(new ListMultipartUploadsCommand({ Bucket: bucket }));
        return Uploads?.length ?? 0;
      },
      stop: async () => {
        store.close();
        await server.stop();
      },
    };
  };
}

describeObjectStore('memory', inMemory, { shown: ['checksum'] });
describeObjectStore('folder', inFolder, { shown: ['none'] });
describeObjectStore('S3 stand-in', onStandIn(), { shown: ['checksum'], paged: true });
describeObjectStore('S3 stand-in with versions', onStandIn({}, { versioning: true }), {
  shown: ['checksum'],
  versions: true,
});
describeObjectStore('S3 stand-in without checksums', onStandIn({ refusesChecksums: true }), {
  shown: ['etag'],
});
describeObjectStore('S3 stand-in with opaque ETags', onStandIn({ noChecksums: true, opaqueEtags: true }), {
  shown: ['none'],
});

const versityGw = await need('versitygw');
const minio = await need('minio');

describe.skipIf(versityGw.missing)('VersityGW', () => {
  describeObjectStore('plain', onServer(startVersityGw), { shown: ['checksum'], paged: true });
  describeObjectStore('with Object Lock', onServer(startVersityGw, { objectLock: true }), {
    shown: ['checksum'],
    versions: true,
  });
});
describe.skipIf(minio.missing)('MinIO', () => {
  describeObjectStore('plain', onServer(startMinio), {
    shown: ['checksum'],
    paged: true,
    hidesUploads: true,
  });
  describeObjectStore('with Object Lock', onServer(startMinio, { objectLock: true }), {
    shown: ['checksum'],
    versions: true,
    hidesUploads: true,
  });
});
