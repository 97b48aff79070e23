// The contract of shelves: the newest file is there, whole, whatever was there before, on a disk and in buckets.
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { openFolderShelf } from '../../src/storage/folder-shelf.ts';
import { openS3Shelf } from '../../src/storage/s3-shelf.ts';
import type { Shelf } from '../../src/storage/shelf-port.ts';
import { need } from '../parts/availability.ts';
import { scratchFolder } from '../parts/backup-places.ts';
import { startMinio, startVersityGw } from '../parts/s3-servers.ts';
import { startS3StandIn } from '../parts/s3-stand-in/start.ts';

interface ShelfUnderTest extends AsyncDisposable {
  readonly shelf: Shelf;
  read(file: string): Promise<string>;
}

const signal = new AbortController().signal;
const json = { contentType: 'application/json', signal };

async function onFolder(): Promise<ShelfUnderTest> {
  const folder = scratchFolder('shelf');
  const shelf = openFolderShelf({ folder });
  const read = (file: string) => readFile(join(folder, file), 'utf8');
  return { shelf, read, [Symbol.asyncDispose]: async () => shelf.close() };
}

interface Server {
  readonly endpoint: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  stop(): Promise<void>;
}

function onS3(start: () => Promise<Server>) {
  return async (): Promise<ShelfUnderTest> => {
    const { endpoint, accessKeyId, secretAccessKey, stop } = await start();
    const access = { endpoint, credentials: { accessKeyId, secretAccessKey }, forcePathStyle: true };
    const shelf = openS3Shelf({ bucket: 'backups', prefix: 'team/status', ...access });
    const client = new S3Client({ region: 'us-east-1', ...access });
    return {
      shelf,
      async read(file) {
        const Key = `team/status/${file}`;
        const { Body } = await client.send(new GetObjectCommand({ Bucket: 'backups', Key }));
        return (await Body?.transformToString()) ?? '';
      },
      [Symbol.asyncDispose]: async () => {
        shelf.close();
        client.destroy();
        await stop();
      },
    };
  };
}

const [versityGw, minio] = [await need('versitygw'), await need('minio')];

describe.each<[string, boolean, () => Promise<ShelfUnderTest>]>([
  ['a folder', false, onFolder],
  ['the S3 stand-in', false, onS3(() => startS3StandIn({ buckets: [{ name: 'backups' }] }))],
  ['VersityGW', versityGw.missing, onS3(startVersityGw)],
  ['MinIO', minio.missing, onS3(startMinio)],
])('%s', (_, missing, open) => {
  it.skipIf(missing)('holds what was put last', async () => {
    await using subject = await open();
    const { shelf, read } = subject;
    await shelf.put('status.json', '{"a":"ü"}\n', json);
    expect(await read('status.json')).toBe('{"a":"ü"}\n');
    await shelf.put('status.json', '{}\n', json);
    await shelf.put('badge.json', '', json);
    expect([await read('status.json'), await read('badge.json')]).toEqual(['{}\n', '']);
    await expect(shelf.put('../out.json', '', json)).rejects.toMatchObject({ code: 'PGB325' });
    const aborted = { ...json, signal: AbortSignal.abort() };
    await expect(shelf.put('status.json', '', aborted)).rejects.toMatchObject({ name: 'AbortError' });
    expect(await read('status.json')).toBe('{}\n');
  });
});

describe('a folder', () => {
  it('can be read by others, keeps nothing half-written, and is not made where it is missing', async () => {
    const folder = scratchFolder('shelf');
    await writeFile(join(folder, 'metrics.prom'), 'old');
    await openFolderShelf({ folder }).put('metrics.prom', 'new', json);
    expect((await stat(join(folder, 'metrics.prom'))).mode & 0o777).toBe(0o644);
    expect(await readdir(folder)).toEqual(['metrics.prom']);
    const gone = openFolderShelf({ folder: join(folder, 'not-mounted') });
    await expect(gone.put('metrics.prom', 'new', json)).rejects.toMatchObject({
      code: expect.stringMatching(/^PGB3/),
    });
    expect(await readdir(folder)).toEqual(['metrics.prom']);
  });
});
