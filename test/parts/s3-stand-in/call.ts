// One request as the rest of the stand-in sees it: addressed, named after its S3 operation, and the answer it gets.
import type { IncomingHttpHeaders } from 'node:http';
import type { Piece } from './content.ts';

export interface Call {
  readonly id: string;
  readonly method: string;
  /** As the AWS documentation names it: `PutObject`, `UploadPart`, `ListObjectsV2`. `Unknown` where it is none of ours. */
  readonly operation: string;
  /** Empty where the request addresses the service itself. */
  readonly bucket: string;
  /** Decoded; empty where the request addresses the bucket. */
  readonly key: string;
  /** Still encoded, as it was signed. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /** The body as it arrives, faults and throttling already applied, still `aws-chunked` where it was sent so. */
  readonly body: AsyncIterable<Buffer>;
}

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** A slice of stored pieces is streamed; `start` and `end` are bytes, `end` is exclusive. */
  readonly body?:
    | string
    | { readonly pieces: readonly Piece[]; readonly start: number; readonly end: number };
}

export function headerOf(call: Pick<Call, 'headers'>, name: string): string | undefined {
  const value = call.headers[name];
  return Array.isArray(value) ? value.join(',') : value;
}

const objectOperations: readonly (readonly [method: string, query: string, operation: string])[] = [
  ['PUT', 'partNumber', 'UploadPart'],
  ['PUT', 'tagging', 'PutObjectTagging'],
  ['PUT', 'retention', 'PutObjectRetention'],
  ['PUT', 'legal-hold', 'PutObjectLegalHold'],
  ['PUT', '', 'PutObject'],
  ['GET', 'uploadId', 'ListParts'],
  ['GET', 'tagging', 'GetObjectTagging'],
  ['GET', 'retention', 'GetObjectRetention'],
  ['GET', 'legal-hold', 'GetObjectLegalHold'],
  ['GET', 'attributes', 'GetObjectAttributes'],
  ['GET', '', 'GetObject'],
  ['HEAD', '', 'HeadObject'],
  ['DELETE', 'uploadId', 'AbortMultipartUpload'],
  ['DELETE', '', 'DeleteObject'],
  ['POST', 'uploads', 'CreateMultipartUpload'],
  ['POST', 'uploadId', 'CompleteMultipartUpload'],
  ['POST', 'restore', 'RestoreObject'],
];

const bucketOperations: typeof objectOperations = [
  ['PUT', 'versioning', 'PutBucketVersioning'],
  ['PUT', 'object-lock', 'PutObjectLockConfiguration'],
  ['PUT', 'lifecycle', 'PutBucketLifecycleConfiguration'],
  ['PUT', '', 'CreateBucket'],
  ['GET', 'versioning', 'GetBucketVersioning'],
  ['GET', 'object-lock', 'GetObjectLockConfiguration'],
  ['GET', 'lifecycle', 'GetBucketLifecycleConfiguration'],
  ['GET', 'location', 'GetBucketLocation'],
  ['GET', 'uploads', 'ListMultipartUploads'],
  ['GET', 'versions', 'ListObjectVersions'],
  ['GET', 'list-type', 'ListObjectsV2'],
  ['HEAD', '', 'HeadBucket'],
  ['DELETE', '', 'DeleteBucket'],
  ['POST', 'delete', 'DeleteObjects'],
];

/** Sub-resources in a query that none of the tables knows must not fall through to the plain operation. */
const knownQuery = /^(x-id|versionId)$/;

export function nameOperation(call: Pick<Call, 'method' | 'bucket' | 'key' | 'query' | 'headers'>): string {
  if (call.bucket === '') return call.method === 'GET' ? 'ListBuckets' : 'Unknown';
  if (call.headers['x-amz-copy-source'] !== undefined) return 'Unknown';
  const table = call.key === '' ? bucketOperations : objectOperations;
  for (const [method, query, operation] of table) {
    if (method !== call.method) continue;
    if (query !== '' && call.query.has(query)) return operation;
    if (query === '' && [...call.query.keys()].every(name => knownQuery.test(name))) return operation;
  }
  return 'Unknown';
}

/** Path style for the bare host, virtual-host style where a bucket's name stands before `.localhost`. */
export function readAddress(host: string, path: string): { bucket: string; key: string } {
  const virtual = /^(.+)\.localhost(?::\d+)?$/.exec(host);
  if (virtual?.[1]) return { bucket: virtual[1], key: decodeURIComponent(path.slice(1)) };
  const [, bucket = '', key = ''] = /^\/([^/]*)\/?(.*)$/s.exec(path) ?? [];
  return { bucket: decodeURIComponent(bucket), key: decodeURIComponent(key) };
}
