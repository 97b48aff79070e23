// Reads what the SDK throws into plain data and says whether the same request may be sent again. The SDK's own
// retries are off: its token bucket gives up within a second in the very storms where patience matters.

export interface S3Failure {
  /** HTTP status; undefined if no answer came. */
  readonly status: number | undefined;
  /** S3's error code (`SlowDown`), or the system's (`ECONNRESET`), or the SDK's name of the error. */
  readonly code: string;
  readonly message: string;
  /** `x-amz-bucket-region` of the answer. */
  readonly region: string | undefined;
  /** Milliseconds, from the answer's `Date`. */
  readonly date: number | undefined;
  readonly error: unknown;
}

/**
 * `again`: transient, by the deadline. `few`: worth another try or two, then it will stay. `renew`: with fresh
 * credentials. `never`: the same answer would come.
 */
export type Retry = 'again' | 'few' | 'renew' | 'never';

/** Our own: a request that was cut because it took too long. */
export class SlowAnswer extends Error {
  readonly code = 'SlowAnswer';

  constructor(timeoutMs: number) {
    super(`no whole answer within ${Math.round(timeoutMs / 1000)} s`);
    this.name = 'SlowAnswer';
  }
}

/** Our own: an answer that arrived but is not what was asked for (another checksum, no ETag). */
export class WrongAnswer extends Error {
  readonly code: string;

  constructor(code: 'BadDigest' | 'NoETag' | 'NoUploadId', message: string) {
    super(message);
    this.name = 'WrongAnswer';
    this.code = code;
  }
}

const EXPIRED = new Set(['ExpiredToken', 'ExpiredTokenException', 'TokenRefreshRequired', 'RequestExpired']);
const DAMAGE = new Set([
  'BadDigest',
  'InvalidDigest',
  'XAmzContentSHA256Mismatch',
  'XAmzContentChecksumMismatch',
  'ContentSHA256Mismatch',
  'IncompleteBody',
]);
/** The SDK corrects its clock by the answer of the first of these. */
const FEW = new Set([...DAMAGE, 'RequestTimeTooSkewed', 'NoETag', 'NoUploadId']);
const BUSY = new Set([
  'SlowDown',
  'RequestTimeout',
  'Throttling',
  'ThrottlingException',
  'OperationAborted',
  'ConditionalRequestConflict',
]);
const BUSY_STATUS = new Set([408, 429, 500, 502, 503, 504, 509]);
const TLS = /^(CERT_|ERR_TLS_|ERR_SSL_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|HOSTNAME_MISMATCH|EPROTO$)/;
const NO_CONNECTION = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
]);

/** The bytes that arrived aren't those that were sent. */
export function isDamage(failure: S3Failure): boolean {
  return DAMAGE.has(failure.code);
}

export function readFailure(error: unknown): S3Failure {
  const raw = error as {
    name?: string;
    code?: unknown;
    Code?: unknown;
    message?: string;
    $metadata?: { httpStatusCode?: number };
    $response?: { statusCode?: number; headers?: Record<string, string> };
    errors?: { code?: unknown }[];
  };
  const headers = raw?.$response?.headers ?? {};
  const status = raw?.$metadata?.httpStatusCode ?? raw?.$response?.statusCode;
  const date = Date.parse(headers.date ?? '');
  return {
    status,
    code: String(raw?.Code ?? raw?.code ?? raw?.errors?.[0]?.code ?? raw?.name ?? 'Unknown'),
    message: raw?.message ?? String(error),
    region: headers['x-amz-bucket-region'],
    date: Number.isNaN(date) ? undefined : date,
    error,
  };
}

export function isTlsFailure(failure: S3Failure): boolean {
  return failure.status === undefined && TLS.test(failure.code);
}

/** No connection came about at all: name, route or port are wrong, or the network is down. */
export function isUnreachable(failure: S3Failure): boolean {
  if (failure.status !== undefined) return false;
  return NO_CONNECTION.has(failure.code) || /did not establish a connection/.test(failure.message);
}

/** The object (or upload) isn't there; a missing bucket is another matter, where the store says which. */
export function isAbsent(failure: S3Failure): boolean {
  return failure.status === 404 && failure.code !== 'NoSuchBucket';
}

/** The store doesn't know something that was asked of it: a header, a checksum, a condition. */
export function isUnsupported(failure: S3Failure): boolean {
  if (failure.status === 501 || failure.code === 'NotImplemented') return true;
  return (
    failure.status === 400 && /^(InvalidRequest|InvalidArgument|UnsupportedArgument)$/.test(failure.code)
  );
}

export function retryOf(failure: S3Failure): Retry {
  if (EXPIRED.has(failure.code)) return 'renew';
  if (FEW.has(failure.code)) return 'few';
  if (BUSY.has(failure.code)) return 'again';
  if (failure.code === 'NotImplemented') return 'never';
  if (failure.status === undefined) return retryWithoutAnswer(failure);
  if (BUSY_STATUS.has(failure.status)) return 'again';
  // An answer that could not be parsed (a proxy's page, a body cut short) is no answer.
  if (failure.status >= 200 && failure.status < 300) return 'again';
  return 'never';
}

function retryWithoutAnswer(failure: S3Failure): Retry {
  if (isTlsFailure(failure)) return 'never';
  const ours = /CredentialsProviderError|CredentialsError|Region is missing/;
  if (ours.test(failure.code) || ours.test(failure.message)) return 'never';
  if (failure.error instanceof TypeError) return 'never';
  return 'again';
}
