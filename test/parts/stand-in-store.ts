// A store opened on the S3 stand-in with little patience, so that tests of faults take a second or two; a machine under
// load answers within these limits all the same.
import { onTestFinished } from 'vitest';
import type { ObjectStore, StoredUpload, Upload } from '../../src/storage/port.ts';
import type { S3StoreOptions } from '../../src/storage/s3-options.ts';
import { openS3Store } from '../../src/storage/s3-store.ts';
import type { AddedFault, FaultAction, FaultRule } from './s3-stand-in/faults.ts';
import { type BucketSpec, type S3StandIn, type StandInOptions, startS3StandIn } from './s3-stand-in/start.ts';

export const BUCKET = 'backups';
/** S3 takes no smaller part but the last. */
export const PART = 5 * 1024 * 1024;

export const IMPATIENT = {
  deadline: 4_000,
  firstContactDeadline: 4_000,
  connectTimeout: 2_000,
  requestTimeout: 1_000,
  slowestRate: 10 * 1024 * 1024,
  firstPause: 2,
  longestPause: 20,
  dropDeadline: 3_000,
  smallestPart: PART,
};

export interface StandInStore {
  readonly server: S3StandIn;
  readonly store: ObjectStore;
  /** Strikes one request of this operation, the first, unless told otherwise. */
  strike(
    operation: string | undefined,
    action: FaultAction,
    which?: Pick<FaultRule, 'nth' | 'times' | 'when'>,
  ): AddedFault;
  /** How often an operation was asked for. */
  count(operation: string): number;
}

export async function standInStore(
  options: StandInOptions & { bucket?: Partial<BucketSpec>; store?: Partial<S3StoreOptions> } = {},
): Promise<StandInStore> {
  const { bucket, store: storeOptions, ...serverOptions } = options;
  const server = await startS3StandIn({ buckets: [{ name: BUCKET, ...bucket }], ...serverOptions });
  const { endpoint, accessKeyId, secretAccessKey } = server;
  const store = openS3Store({
    bucket: BUCKET,
    prefix: 'p',
    endpoint,
    forcePathStyle: true,
    credentials: { accessKeyId, secretAccessKey },
    ...storeOptions,
    tuning: { ...IMPATIENT, ...storeOptions?.tuning },
  });
  onTestFinished(async () => {
    store.close();
    await server.stop();
  });
  return {
    server,
    store,
    strike(operation, action, which) {
      return server.faults.add({ ...(operation === undefined ? {} : { operation }), ...which, then: action });
    },
    count: operation => server.requests.filter(request => request.operation === operation).length,
  };
}

/** For faults that don't end. */
export const always = { times: Number.POSITIVE_INFINITY };

export const never = new AbortController().signal;

export function startUpload(store: ObjectStore, bytes = 3 * PART, signal = never): Promise<Upload> {
  const contentType = 'application/octet-stream';
  return store.startUpload('x.dump', { expectedBytes: bytes, contentType, signal });
}

/** An upload of three parts, from start to end. */
export async function uploadThreeParts(store: ObjectStore, signal = never): Promise<StoredUpload> {
  const upload = await startUpload(store, 3 * PART, signal);
  try {
    for (const part of threeParts()) await upload.write(part);
    return await upload.complete();
  } catch (error) {
    await upload.abort();
    throw error;
  }
}

export function threeParts(): readonly Buffer[] {
  return [Buffer.alloc(PART, 'one'), Buffer.alloc(PART, 'two'), Buffer.alloc(1000, 'three')];
}
