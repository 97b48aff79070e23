// The store that is uploaded to: VersityGW where Go is, else the project's stand-in in a process of its own, so that
// its CPU is not ours. Emptied after every run: a full disk is nobody's benchmark.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { CreateBucketCommand, DeleteObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { buildGoProgram } from '../../test/parts/go-programs.ts';
import { startVersityGw } from '../../test/parts/s3-servers.ts';

export const BUCKET = 'bench';
export const REGION = 'us-east-1';
/** Below it lies what is downloaded: it stays. */
export const STOCK = 'stock';

export interface BenchStore {
  /** For people. */
  readonly name: string;
  readonly endpoint: string;
  /** AWS_* for whoever uploads. */
  readonly environment: Readonly<Record<string, string>>;
  /** Of everything but the stock. */
  empty(): Promise<void>;
  stop(): Promise<void>;
}

export async function startStore(): Promise<BenchStore> {
  const server = await startVersity().catch(startStandIn);
  const credentials = { accessKeyId: server.accessKeyId, secretAccessKey: server.secretAccessKey };
  const client = new S3Client({
    endpoint: server.endpoint,
    region: REGION,
    credentials,
    forcePathStyle: true,
  });
  if (server.bucketless) await client.send(new CreateBucketCommand({ Bucket: BUCKET }));
  return {
    name: server.name,
    endpoint: server.endpoint,
    environment: {
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      AWS_REGION: REGION,
    },
    empty: async () => {
      const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: BUCKET }));
      const uploaded = Contents.filter(({ Key = '' }) => !Key.startsWith(`${STOCK}/`));
      for (const { Key } of uploaded) await client.send(new DeleteObjectCommand({ Bucket: BUCKET, Key }));
    },
    stop: async () => {
      client.destroy();
      await server.stop();
    },
  };
}

interface Started {
  readonly name: string;
  readonly endpoint: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly bucketless: boolean;
  stop(): Promise<void>;
}

async function startVersity(): Promise<Started> {
  await buildGoProgram('versitygw');
  const server = await startVersityGw({ bucket: BUCKET });
  return { ...server, name: 'VersityGW', bucketless: false };
}

async function startStandIn(): Promise<Started> {
  const child = fork(join(import.meta.dirname, 's3-stand-in.ts'));
  const [told] = (await once(child, 'message')) as [Omit<Started, 'name' | 'bucketless' | 'stop'>];
  const stop = async () => {
    child.send('stop');
    await once(child, 'exit');
  };
  return { ...told, name: "the project's stand-in, in a process of its own", bucketless: true, stop };
}
