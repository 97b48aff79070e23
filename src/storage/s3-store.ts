// The S3 store: AWS and what speaks like it. This file only says which part does what.
import { randomUUID } from 'node:crypto';
import { HeadBucketCommand } from '@aws-sdk/client-s3';
import type { Instant } from '../backups/instant.ts';
import { noClock, referenceUnreadable } from '../problems/storage.ts';
import type { ObjectStore } from './port.ts';
import { createObject } from './s3-create.ts';
import { deleteObject, lockedUntil } from './s3-delete.ts';
import { dropUpload } from './s3-drop.ts';
import { S3Link } from './s3-link.ts';
import { listObjects } from './s3-list.ts';
import { createUpload } from './s3-multipart.ts';
import type { S3StoreOptions } from './s3-options.ts';
import { readObject } from './s3-read.ts';
import { bucketSetup } from './s3-setup.ts';
import { streamObject } from './s3-stream.ts';
import { readinessOf, thawObject } from './s3-thaw.ts';
import { S3Upload } from './s3-upload.ts';
import { historyOf, listUploads } from './s3-uploads.ts';
import { saveStream } from './save-stream.ts';
import type { StoreSetup } from './setup-port.ts';
import { checkKey } from './storage-key.ts';

/** Opens nothing yet: the first request does, and tells what is wrong with bucket, region or credentials. */
export function openS3Store(options: S3StoreOptions): ObjectStore {
  return storeOver(new S3Link(options));
}

/** The store, and how it is set up, over one link: a role is taken once. Closing the store closes both. */
export function openS3StoreWithSetup(options: S3StoreOptions): { store: ObjectStore; setup: StoreSetup } {
  const link = new S3Link(options);
  return { store: storeOver(link), setup: bucketSetup(link) };
}

function storeOver(link: S3Link): ObjectStore {
  return {
    place: link.place,
    list: (prefix, signal, after) => listObjects(link, prefix, signal, after),
    async read(key, how) {
      checkKey(key);
      return readObject(link, key, how);
    },
    async *stream(key, how) {
      checkKey(key);
      yield* streamObject(link, key, how);
    },
    async download(key, how) {
      checkKey(key);
      return saveStream(streamObject(link, key, how), how);
    },
    async readiness(key, signal) {
      checkKey(key);
      return readinessOf(link, key, signal);
    },
    async thaw(key, how) {
      checkKey(key);
      return thawObject(link, key, how);
    },
    async create(key, bytes, { contentType, signal }) {
      checkKey(key);
      return createObject(link, { key, bytes, contentType }, signal);
    },
    async startUpload(key, how) {
      checkKey(key);
      return new S3Upload(link, await createUpload(link, key, { ...how, nonce: randomUUID() }), how);
    },
    async abandon(reference, signal) {
      const { key, uploadId } = parseReference(reference);
      await dropUpload(link, key, uploadId, signal);
    },
    unfinishedUploads: (prefix, signal) => listUploads(link, prefix, signal),
    async history(key, signal) {
      checkKey(key);
      return historyOf(link, key, signal);
    },
    async delete(key, how) {
      checkKey(key);
      return deleteObject(link, key, how);
    },
    async lockedUntil(key, signal) {
      checkKey(key);
      return lockedUntil(link, key, signal);
    },
    space: async () => undefined,
    time: signal => storeTime(link, signal),
    close: () => link.close(),
  };
}

/** Any answer will do, a refusal too. */
async function storeTime(link: S3Link, signal: AbortSignal): Promise<Instant> {
  const date = await link.ask<Instant | undefined>(
    link.step('ask for the time', 's3:ListBucket'),
    async (client, abortSignal) => {
      await client.send(new HeadBucketCommand({ Bucket: link.bucket }), { abortSignal });
      return link.lastDate;
    },
    {
      signal,
      settle: failure =>
        failure.status === undefined ? undefined : { value: failure.date ?? link.lastDate },
    },
  );
  if (date === undefined) throw noClock(link.place);
  return date;
}

function parseReference(reference: string): { key: string; uploadId: string } {
  try {
    const { key, uploadId } = JSON.parse(reference);
    if (typeof key === 'string' && typeof uploadId === 'string' && uploadId !== '') {
      checkKey(key);
      return { key, uploadId };
    }
  } catch {
    // Told below.
  }
  throw referenceUnreadable(reference);
}
