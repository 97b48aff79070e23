// Real S3 servers to hold the storage adapter, and the project's own stand-in, to the truth: VersityGW as the
// strict one, MinIO as the second opinion with another dialect of errors.
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CreateBucketCommand, PutBucketVersioningCommand, S3Client } from '@aws-sdk/client-s3';
import { freePort } from './free-port.ts';
import { goProgramPath } from './go-programs.ts';
import { OwnedProcess } from './owned-process.ts';
import { giveToServer, makeWorkFolder } from './work-folder.ts';

export interface S3ServerOptions {
  /** The bucket to make. */
  bucket?: string;
  versioning?: boolean;
  /** Makes the bucket with Object Lock, which implies versioning. */
  objectLock?: boolean;
}

export interface S3Server extends AsyncDisposable {
  endpoint: string;
  region: string;
  bucket: string;
  accessKeyId: string;
  secretAccessKey: string;
  /** A client of the server's owner, path-style, for setting up and looking behind the software under test. */
  client: S3Client;
  stop(): Promise<void>;
}

const REGION = 'us-east-1';
const OWNER = { accessKeyId: 'part-owner', secretAccessKey: 'S3cret-of-the-part' };

/** VersityGW over a folder, with object versions and user accounts (`--iam-dir`) at hand. */
export async function startVersityGw(options: S3ServerOptions = {}): Promise<S3Server> {
  const folder = await makeFolders('versitygw', ['data', 'versions', 'iam']);
  const port = await freePort();
  const backEnd = ['posix', '--versioning-dir', join(folder, 'versions'), join(folder, 'data')];
  const service = ['--port', `127.0.0.1:${port}`, '--region', REGION, '--quiet', '--health', '/health'];
  const gateway = new OwnedProcess(
    goProgramPath('versitygw'),
    [...service, '--iam-dir', join(folder, 'iam'), ...backEnd],
    {
      stopSignal: 'SIGTERM',
      leftovers: folder,
      env: { ROOT_ACCESS_KEY: OWNER.accessKeyId, ROOT_SECRET_KEY: OWNER.secretAccessKey, HOME: folder },
    },
  );
  return openShop(gateway, folder, port, '/health', options);
}

export interface MinioOptions extends S3ServerOptions {
  /** Its STS believes the tokens of this issuer and gives MINIO_ROLE for them: it may do everything with objects. */
  tokensOf?: string;
}

/** MinIO makes the name out of the audience, `sts.amazonaws.com`. */
export const MINIO_ROLE = `arn:minio:iam:${REGION}::role/oxnUw3DAuQF1uggjXGxI2AmW8IA`;

/** MinIO with a local key service, so that server-side encryption works. */
export async function startMinio(options: MinioOptions = {}): Promise<S3Server> {
  const folder = await makeFolders('minio', ['data']);
  const port = await freePort();
  const server = new OwnedProcess(
    goProgramPath('minio'),
    [
      'server',
      '--quiet',
      '--certs-dir',
      join(folder, 'certs'),
      '--address',
      `127.0.0.1:${port}`,
      join(folder, 'data'),
    ],
    {
      stopSignal: 'SIGTERM',
      leftovers: folder,
      env: {
        MINIO_ROOT_USER: OWNER.accessKeyId,
        MINIO_ROOT_PASSWORD: OWNER.secretAccessKey,
        MINIO_BROWSER: 'off',
        MINIO_UPDATE: 'off',
        MINIO_SITE_REGION: REGION,
        MINIO_KMS_SECRET_KEY: `part-key:${Buffer.alloc(32, 'k').toString('base64')}`,
        ...(options.tokensOf !== undefined && {
          MINIO_IDENTITY_OPENID_CONFIG_URL: `${options.tokensOf}/.well-known/openid-configuration`,
          MINIO_IDENTITY_OPENID_CLIENT_ID: 'sts.amazonaws.com',
          MINIO_IDENTITY_OPENID_ROLE_POLICY: 'readwrite',
        }),
        HOME: folder,
      },
    },
  );
  return openShop(server, folder, port, '/minio/health/ready', options);
}

async function makeFolders(kind: string, names: string[]): Promise<string> {
  const folder = await makeWorkFolder(kind);
  for (const name of names) {
    await mkdir(join(folder, name));
    giveToServer(join(folder, name));
  }
  return folder;
}

async function openShop(
  server: OwnedProcess,
  folder: string,
  port: number,
  healthPath: string,
  options: S3ServerOptions,
): Promise<S3Server> {
  const endpoint = `http://127.0.0.1:${port}`;
  const client = new S3Client({ endpoint, region: REGION, credentials: OWNER, forcePathStyle: true });
  const stop = async () => {
    client.destroy();
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await waitUntilHealthy(server, `${endpoint}${healthPath}`);
    const bucket = options.bucket ?? 'backups';
    await makeBucket(client, bucket, options);
    return { endpoint, region: REGION, bucket, ...OWNER, client, stop, [Symbol.asyncDispose]: stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function makeBucket(client: S3Client, bucket: string, options: S3ServerOptions): Promise<void> {
  const locked = options.objectLock === true;
  await client.send(new CreateBucketCommand({ Bucket: bucket, ObjectLockEnabledForBucket: locked }));
  if (options.versioning !== true || locked) return;
  const on = { Bucket: bucket, VersioningConfiguration: { Status: 'Enabled' } } as const;
  await client.send(new PutBucketVersioningCommand(on));
}

/** Asks until the server answers 200, which it does within a second or two; a dead one fails at once. */
async function waitUntilHealthy(server: OwnedProcess, url: string): Promise<void> {
  const deadline = Date.now() + 30_000;
  for (;;) {
    const answer = await fetch(url).catch(() => undefined);
    if (answer?.ok === true) return;
    if (server.hasEnded || Date.now() > deadline) {
      throw new Error(`the S3 server at ${url} did not come up:\n${server.log.slice(-2000)}`);
    }
    await new Promise(resolve => setTimeout(resolve, 20));
  }
}
