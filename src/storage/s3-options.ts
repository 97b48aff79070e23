// What an S3 store is opened with, and the patience it has by default.
import type { S3ClientConfig } from '@aws-sdk/client-s3';

type Credentials = NonNullable<S3ClientConfig['credentials']>;

export interface S3StoreOptions {
  readonly bucket: string;
  /** Everything lives below it; without slashes at the ends. */
  readonly prefix: string;
  /** A store that isn't AWS, e.g. `https://s3.example.org`. */
  readonly endpoint?: string;
  /** Default: AWS_REGION, AWS_DEFAULT_REGION, the profile's; `us-east-1` where an endpoint is set. */
  readonly region?: string;
  readonly forcePathStyle?: boolean;
  /** Default: the SDK's chain (OIDC, environment, profile, instance). */
  readonly credentials?: Credentials;
  /** In their place, opened anew when the store has refused a session, so that this one is not used again. */
  readonly openCredentials?: () => Credentials;
  readonly tuning?: Partial<S3Tuning>;
}

/** All times in milliseconds. */
export interface S3Tuning {
  /** How long one step is tried, retries and all. */
  readonly deadline: number;
  /** The same while this store has not answered once: a typing error should not take minutes to show. */
  readonly firstContactDeadline: number;
  readonly connectTimeout: number;
  /** One request with its whole answer; what is sent or received by the megabyte gets more by `slowestRate`. */
  readonly requestTimeout: number;
  /** Bytes a second below which a transfer counts as hanging. */
  readonly slowestRate: number;
  /** Upper bound of the first pause; it doubles with each try up to `longestPause`, and the pause is drawn below it. */
  readonly firstPause: number;
  readonly longestPause: number;
  /** How long dropping an upload may take: the runner grants 7.5 s after a cancel. */
  readonly dropDeadline: number;
  readonly partsInFlight: number;
  /** Bytes; for tests of many parts. S3 takes no part but the last below 5 MiB. */
  readonly smallestPart: number;
  /** Bytes of one request of a parallel download; so much memory for each of `rangesInFlight`, and once more. */
  readonly rangeBytes: number;
  readonly rangesInFlight: number;
}

export const PATIENCE: S3Tuning = {
  deadline: 300_000,
  firstContactDeadline: 30_000,
  connectTimeout: 10_000,
  requestTimeout: 60_000,
  slowestRate: 64 * 1024,
  firstPause: 200,
  longestPause: 20_000,
  dropDeadline: 4_500,
  partsInFlight: 4,
  smallestPart: 8 * 1024 * 1024,
  rangeBytes: 8 * 1024 * 1024,
  rangesInFlight: 4,
};

export function transferTimeout(tuning: S3Tuning, bytes: number): number {
  return tuning.requestTimeout + Math.ceil((bytes / tuning.slowestRate) * 1000);
}
