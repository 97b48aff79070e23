// Object Lock, which only S3 has: what is locked is seen to be, and is left without a marker over it.
import { PutObjectLegalHoldCommand, PutObjectRetentionCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ObjectStore } from '../../src/storage/port.ts';
import { openS3Store } from '../../src/storage/s3-store.ts';
import { need } from '../parts/availability.ts';
import { startMinio, startVersityGw } from '../parts/s3-servers.ts';
import { startS3StandIn } from '../parts/s3-stand-in/start.ts';

interface LockServer {
  readonly endpoint: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  stop(): Promise<void>;
}

const signal = new AbortController().signal;
const options = { contentType: 'text/plain', signal };

function describeLocks(name: string, skip: boolean, start: () => Promise<LockServer>): void {
  describe.skipIf(skip)(name, () => {
    let server: LockServer;
    let store: ObjectStore;
    let client: S3Client;
    beforeAll(async () => {
      server = await start();
      const { endpoint, accessKeyId, secretAccessKey } = server;
      const access = { endpoint, credentials: { accessKeyId, secretAccessKey }, forcePathStyle: true };
      store = openS3Store({ bucket: 'backups', prefix: '', ...access });
      client = new S3Client({ region: 'us-east-1', ...access });
    });
    afterAll(async () => {
      client?.destroy();
      store?.close();
      await server?.stop();
    });

    test('an object without a lock has none, and goes', async () => {
      const { etag } = await store.create('free', Buffer.from('x'), options);
      expect(await store.lockedUntil('free', signal)).toBeUndefined();
      expect(await store.delete('free', { etag, signal })).toBe('deleted');
    });

    test('a retention is seen to the second, and kept', async () => {
      const { etag } = await store.create('retained', Buffer.from('x'), options);
      const until = Math.ceil(Date.now() / 1000) * 1000 + 86_400_000;
      const Retention = { Mode: 'GOVERNANCE', RetainUntilDate: new Date(until) } as const;
      await client.send(new PutObjectRetentionCommand({ Bucket: 'backups', Key: 'retained', Retention }));
      expect(await store.lockedUntil('retained', signal)).toBe(until);
      expect(await store.delete('retained', { etag, signal })).toBe('locked');
      expect((await store.read('retained', { maxBytes: 1, signal }))?.bytes.toString()).toBe('x');
    });

    test('a legal hold has no end until it is lifted', async () => {
      const { etag } = await store.create('held', Buffer.from('x'), options);
      const hold = (Status: 'ON' | 'OFF') =>
        client.send(new PutObjectLegalHoldCommand({ Bucket: 'backups', Key: 'held', LegalHold: { Status } }));
      await hold('ON');
      expect(await store.lockedUntil('held', signal)).toBe(Number.POSITIVE_INFINITY);
      expect(await store.delete('held', { etag, signal })).toBe('locked');
      await hold('OFF');
      expect(await store.delete('held', { etag, signal })).toBe('deleted');
    });

    test('an object that is not there has no lock', async () => {
      expect(await store.lockedUntil('none', signal)).toBeUndefined();
    });
  });
}

const locked = { objectLock: true };
const [versityGw, minio] = [await need('versitygw'), await need('minio')];
describeLocks('S3 stand-in', false, () => startS3StandIn({ buckets: [{ name: 'backups', ...locked }] }));
describeLocks('VersityGW', versityGw.missing, () => startVersityGw(locked));
describeLocks('MinIO', minio.missing, () => startMinio(locked));
