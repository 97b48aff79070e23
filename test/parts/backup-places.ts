// Where backups of a test go: a folder, the S3 stand-in, a real S3 server; each with what the software is told to find
// it, and with a way to look behind its back at what lies there.
import { mkdtempSync, rmSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { GetObjectCommand, ListMultipartUploadsCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { afterAll } from 'vitest';
import type { S3Server } from './s3-servers.ts';
import type { S3StandIn } from './s3-stand-in/start.ts';

export interface Place {
  /** `destination` and its like. */
  readonly inputs: Readonly<Record<string, string>>;
  /** AWS_* variables. */
  readonly environment: Readonly<Record<string, string>>;
  /** Everything that lies there, below the destination, leftovers included. */
  keys(): Promise<string[]>;
  /** Uploads that were begun and neither completed nor aborted. */
  unfinished(): Promise<number>;
  read(key: string): Promise<Buffer>;
}

/** A throw-away folder unless one is given. */
export async function folderPlace(folder?: string): Promise<Place & { folder: string }> {
  const at = folder ?? scratchFolder('place');
  const files = async () =>
    (await readdir(at, { recursive: true, withFileTypes: true }))
      .filter(entry => entry.isFile())
      .map(entry => relative(at, join(entry.parentPath, entry.name)));
  return {
    folder: at,
    inputs: { destination: `file://${at}` },
    environment: {},
    // An unfinished upload is a file as well: whatever is left is seen here.
    keys: async () => (await files()).sort(),
    unfinished: async () => (await files()).filter(file => file.startsWith('.')).length,
    read: key => readFile(join(at, key)),
  };
}

export interface StandInPlaceOptions {
  bucket?: string;
  prefix?: string;
  /** Default: the owner's. */
  credentials?: { accessKeyId: string; secretAccessKey: string };
}

export function standInPlace(server: S3StandIn, options: StandInPlaceOptions = {}): Place {
  const { bucket = 'backups', prefix = 'p', credentials = server } = options;
  const at = `${prefix}/`;
  const below = <T extends { key: string }>(objects: readonly T[]) =>
    objects.filter(({ key }) => key.startsWith(at));
  return {
    inputs: s3Inputs(bucket, prefix, server.endpoint),
    environment: awsEnvironment(credentials),
    keys: async () => below(server.objects(bucket)).map(({ key }) => key.slice(at.length)),
    unfinished: async () => below(server.uploads(bucket)).length,
    read: key => server.read(bucket, `${at}${key}`),
  };
}

export function s3Place(server: S3Server, prefix: string): Place {
  const { client, bucket: Bucket } = server;
  return {
    inputs: s3Inputs(Bucket, prefix, server.endpoint),
    environment: awsEnvironment(server),
    async keys() {
      const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket, Prefix: `${prefix}/` }));
      return Contents.map(({ Key }) => (Key ?? '').replace(`${prefix}/`, '')).sort();
    },
    async unfinished() {
      const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket }));
      return Uploads.filter(({ Key }) => Key?.startsWith(`${prefix}/`)).length;
    },
    async read(key) {
      const { Body } = await client.send(new GetObjectCommand({ Bucket, Key: `${prefix}/${key}` }));
      return Buffer.from((await Body?.transformToByteArray()) ?? []);
    },
  };
}

function s3Inputs(bucket: string, prefix: string, endpoint: string): Record<string, string> {
  return {
    destination: `s3://${bucket}/${prefix}`,
    's3-endpoint': endpoint,
    's3-region': 'us-east-1',
    's3-force-path-style': 'true',
  };
}

function awsEnvironment(credentials: { accessKeyId: string; secretAccessKey: string }) {
  return {
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    // Nobody asks the machine's own metadata service.
    AWS_EC2_METADATA_DISABLED: 'true',
  };
}

const scratch: string[] = [];
// vitest ends its processes without an exit event, so a listener for that would leave everything behind.
afterAll(() => {
  for (const folder of scratch) rmSync(folder, { recursive: true, force: true });
});

/** A fresh folder of mode 0700, gone when the test file is through. */
export function scratchFolder(kind: string): string {
  const folder = mkdtempSync(join(tmpdir(), `pg-backup-${kind}-`));
  scratch.push(folder);
  return folder;
}
