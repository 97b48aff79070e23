// What the stand-in is told when it starts, and what a test sees of it afterwards.
import type { Version } from './buckets.ts';
import type { Faults } from './faults.ts';
import type { Variants } from './operation.ts';
import type { PolicyDocument } from './policies.ts';
import type { Credential } from './signature.ts';

export interface StandInCredential extends Credential {
  /** What it may do; without one it is the account's owner and may do everything. */
  readonly policy?: PolicyDocument;
}

export interface RecordedRequest {
  readonly method: string;
  /** As AWS names it: `PutObject`, `UploadPart`, `CompleteMultipartUpload`. */
  readonly operation: string;
  readonly bucket: string;
  readonly key: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly accessKeyId: string | undefined;
  readonly at: Date;
  /** Of the body, as far as it was read. */
  bytes: number;
  /** Undefined while there is no answer, and for ever where the connection was cut. */
  status: number | undefined;
}

export interface BucketSpec {
  readonly name: string;
  /** Elsewhere than the server: requests are redirected there. */
  readonly region?: string;
  readonly versioning?: boolean;
  /** Turns versioning on as well. */
  readonly objectLock?: boolean;
}

export interface StandInOptions extends Variants {
  readonly port?: number;
  /** Where the bytes lie; by default a temporary folder that is removed at the stop. */
  readonly folder?: string;
  readonly buckets?: readonly (string | BucketSpec)[];
  /** Default: one, of the account's owner. */
  readonly credentials?: readonly StandInCredential[];
  /** Bucket policies, by bucket. */
  readonly policies?: Readonly<Record<string, PolicyDocument>>;
  readonly region?: string;
  /** What time it is for the server: its `Date` header, Last-Modified, locks, and the skew it tolerates. */
  readonly clock?: () => Date;
  /** How long RestoreObject takes, in milliseconds of that clock. */
  readonly restoreTakesMs?: number;
  /** Bytes a second that a connection gets. */
  readonly bandwidth?: { readonly request?: number; readonly answer?: number };
}

export type SeenObject = Readonly<Omit<Version, 'pieces'>> & { readonly key: string };

export interface UnfinishedUpload {
  readonly key: string;
  readonly uploadId: string;
  readonly initiatedAt: Date;
  readonly parts: readonly { readonly number: number; readonly bytes: number }[];
}

export interface S3StandIn extends AsyncDisposable {
  /** `http://127.0.0.1:PORT`; `http://BUCKET.localhost:PORT` works as well. */
  readonly endpoint: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly requests: readonly RecordedRequest[];
  readonly faults: Faults;
  url(bucket: string): string;
  /** What a list would show, in key order. */
  objects(bucket: string): readonly SeenObject[];
  /** Every version and delete marker: keys in order, the newest of each first. */
  versions(bucket: string): readonly SeenObject[];
  uploads(bucket: string): readonly UnfinishedUpload[];
  read(bucket: string, key: string): Promise<Buffer>;
  /** Makes the current version look as if it had been written then. */
  backdate(bucket: string, key: string, date: Date): void;
  /** As a lifecycle rule of the bucket would; what had been brought back from an archive is cold again. */
  moveToClass(bucket: string, key: string, storageClass: string): void;
  /** Changes a stored byte of the current version, as a failing disk would. */
  flipByte(bucket: string, key: string, offset: number): Promise<void>;
  /** Idempotent. Rejects if the stand-in itself broke on a request, so that no test passes by such an accident. */
  stop(): Promise<void>;
}
