// An S3 server inside this process, for the demo where Node alone is present and for tests that need what real stores
// can't be told to do: fail on cue, enforce a policy to the letter, look old, or lie.
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Bucket, type Version } from './buckets.ts';
import { ContentFolder } from './content.ts';
import { Faults } from './faults.ts';
import { type Desk, serve } from './server.ts';
import type {
  BucketSpec,
  RecordedRequest,
  S3StandIn,
  SeenObject,
  StandInCredential,
  StandInOptions,
} from './stand-in.ts';

export type { AddedFault, FaultAction, FaultRule } from './faults.ts';
export type { PolicyDocument } from './policies.ts';
export type * from './stand-in.ts';

const ownersCredential: StandInCredential = {
  accessKeyId: 'STANDINOWNER',
  secretAccessKey: 'stand-in-owner-secret',
};

function makeBuckets(options: StandInOptions, region: string, now: Date): Map<string, Bucket> {
  const buckets = new Map<string, Bucket>();
  for (const spec of options.buckets ?? []) {
    const wanted: BucketSpec = typeof spec === 'string' ? { name: spec } : spec;
    const bucket = new Bucket(wanted.name, wanted.region ?? region, now);
    bucket.objectLock = wanted.objectLock ?? false;
    if (wanted.versioning || wanted.objectLock) bucket.versioning = 'Enabled';
    buckets.set(wanted.name, bucket);
  }
  return buckets;
}

async function openFolder(
  folder: string | undefined,
): Promise<{ path: string; remove: () => Promise<void> }> {
  if (folder !== undefined) {
    await mkdir(folder, { recursive: true });
    return { path: folder, remove: async () => {} };
  }
  const path = await mkdtemp(join(tmpdir(), 's3-stand-in-'));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

export async function startS3StandIn(options: StandInOptions = {}): Promise<S3StandIn> {
  const now = options.clock ?? (() => new Date());
  const region = options.region ?? 'us-east-1';
  const buckets = makeBuckets(options, region, now());
  const credentials = options.credentials ?? [ownersCredential];
  const folder = await openFolder(options.folder);
  const content = new ContentFolder(folder.path);
  const faults = new Faults();
  const requests: RecordedRequest[] = [];
  const failures: unknown[] = [];
  const stopping = new AbortController();
  const desk: Desk = {
    region,
    owner: '111122223333',
    credentials,
    bucketPolicies: options.policies ?? {},
    buckets,
    content,
    variants: options,
    restoreTakesMs: options.restoreTakesMs ?? 0,
    bandwidth: options.bandwidth ?? {},
    faults,
    requests,
    stopping: stopping.signal,
    now,
    broke: (error: unknown) => void failures.push(error),
  };
  const server = createServer(
    { requestTimeout: 0 },
    (request, response) => void serve(request, response, desk),
  );
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  function bucketNamed(name: string): Bucket {
    const bucket = buckets.get(name);
    if (!bucket) throw new TypeError(`the stand-in has no bucket ${name}`);
    return bucket;
  }
  const seen = (key: string, { pieces: _, ...version }: Version): SeenObject => ({ key, ...version });
  let stopped: Promise<void> | undefined;
  async function stop(): Promise<void> {
    stopping.abort();
    faults.clear();
    const closed = new Promise(resolve => server.close(resolve));
    server.closeAllConnections();
    await closed;
    await folder.remove();
    if (failures.length > 0) throw new AggregateError(failures, 'the S3 stand-in itself broke');
  }

  const [first = ownersCredential] = credentials;
  return {
    endpoint,
    region,
    accessKeyId: first.accessKeyId,
    secretAccessKey: first.secretAccessKey,
    requests,
    faults,
    url: bucket => `${endpoint}/${bucket}`,
    objects: bucket =>
      bucketNamed(bucket)
        .keys()
        .flatMap(key => {
          const current = bucketNamed(bucket).current(key);
          return current ? [seen(key, current)] : [];
        }),
    versions: bucket =>
      bucketNamed(bucket)
        .keys()
        .flatMap(key =>
          bucketNamed(bucket)
            .versions(key)
            .map(version => seen(key, version)),
        ),
    uploads: bucket =>
      [...bucketNamed(bucket).uploads.values()].map(({ key, uploadId, initiatedAt, parts }) => ({
        key,
        uploadId,
        initiatedAt,
        parts: [...parts].map(([number, part]) => ({ number, bytes: part.piece.bytes })),
      })),
    async read(bucket, key) {
      const { pieces, bytes } = bucketNamed(bucket).find(key, null);
      const chunks: Buffer[] = [];
      for await (const chunk of content.read(pieces, 0, bytes)) chunks.push(chunk);
      return Buffer.concat(chunks);
    },
    backdate(bucket, key, date) {
      bucketNamed(bucket).find(key, null).modifiedAt = date;
    },
    moveToClass(bucket, key, storageClass) {
      const version = bucketNamed(bucket).find(key, null);
      version.storageClass = storageClass;
      version.restored = undefined;
    },
    flipByte: (bucket, key, offset) => content.flipByte(bucketNamed(bucket).find(key, null).pieces, offset),
    stop: () => (stopped ??= stop()),
    [Symbol.asyncDispose]: () => (stopped ??= stop()),
  };
}
