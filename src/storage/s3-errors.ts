// Turns a failure of the store into the Problem that people read. The order matters: what names a cause exactly
// comes before what only has a status.
import type { Problem } from '../problems/problem.ts';
import {
  objectArchived,
  overloaded,
  storedDifferently,
  storeRefused,
  timedOut,
  uploadVanished,
  writeConflict,
} from '../problems/storage.ts';
import {
  accessToKeyDenied,
  bucketMissing,
  clockSkewed,
  credentialsExpired,
  credentialsRefused,
  forbidden,
  noCredentials,
  noRegion,
  type StorageStep,
  unreachable,
  untrustedStore,
  wrongRegion,
} from '../problems/storage-access.ts';
import { NotYet } from './not-yet.ts';
import { isDamage, isTlsFailure, isUnreachable, retryOf, type S3Failure } from './s3-failure.ts';

export interface Circumstances {
  readonly bucket: string;
  /** How long this step was tried. */
  readonly seconds: number;
  /** Since the store was opened. */
  readonly minutes: number;
}

const REFUSED_KEYS = new Set([
  'InvalidAccessKeyId',
  'SignatureDoesNotMatch',
  'InvalidToken',
  'InvalidSecurity',
]);
const REGION_CODES = new Set([
  'PermanentRedirect',
  'AuthorizationHeaderMalformed',
  'IllegalLocationConstraintException',
]);

export function problemOf(failure: S3Failure, step: StorageStep, around: Circumstances): Problem {
  if (failure.error instanceof NotYet) return failure.error.problem;
  const said = { detail: detailOf(failure), cause: failure.error };
  return (
    byCode(failure, step, around, said) ??
    (failure.status === undefined
      ? withoutAnswer(failure, step, around, said)
      : byStatus(failure, failure.status, step, around, said))
  );
}

type Said = { readonly detail: string; readonly cause: unknown };

function byCode(
  failure: S3Failure,
  step: StorageStep,
  around: Circumstances,
  said: Said,
): Problem | undefined {
  const { code } = failure;
  if (retryOf(failure) === 'renew') return credentialsExpired(around.minutes, said);
  if (REFUSED_KEYS.has(code)) return credentialsRefused(code, said);
  if (code === 'RequestTimeTooSkewed') return clockSkewed(said);
  if (code === 'NoSuchBucket') return bucketMissing(around.bucket, said);
  if (code === 'NoSuchUpload') return uploadVanished(step.place, said);
  if (isDamage(failure)) return storedDifferently(step.place, said);
  if (code === 'InvalidObjectState') return objectArchived(step.place, said);
  if (code === 'ConditionalRequestConflict') return writeConflict(step.place, said);
  if (REGION_CODES.has(code) || failure.status === 301 || failure.status === 307)
    return wrongRegion(around.bucket, failure.region ?? regionIn(failure.message), said);
  if (/kms/i.test(code) || (failure.status === 403 && /kms:/i.test(failure.message)))
    return accessToKeyDenied(step, said);
  return undefined;
}

function withoutAnswer(failure: S3Failure, step: StorageStep, around: Circumstances, said: Said): Problem {
  if (/Credentials/.test(failure.code) || /credential/i.test(failure.message)) return noCredentials(said);
  if (/Region is missing/.test(failure.message)) return noRegion(said);
  if (isTlsFailure(failure)) return untrustedStore(step, said);
  if (isUnreachable(failure)) return unreachable(step, said);
  if (failure.code === 'SlowAnswer' || failure.code === 'ETIMEDOUT' || failure.code === 'TimeoutError')
    return timedOut(step, around.seconds, said);
  return overloaded(step, around.seconds, said);
}

function byStatus(
  failure: S3Failure,
  status: number,
  step: StorageStep,
  around: Circumstances,
  said: Said,
): Problem {
  // HeadBucket and HeadObject have no body: a wrong region shows only in this header.
  if (status === 400 && failure.region !== undefined) return wrongRegion(around.bucket, failure.region, said);
  if (status === 401 || status === 403) return forbidden(step, said);
  if (retryOf(failure) !== 'never') return overloaded(step, around.seconds, said);
  return storeRefused(step, `${status} ${failure.code}`, said);
}

function detailOf(failure: S3Failure): string {
  const status = failure.status === undefined ? '' : `${failure.status} `;
  return `${status}${failure.code}: ${failure.message}`;
}

function regionIn(message: string): string | undefined {
  return /expecting '([a-z0-9-]+)'/.exec(message)?.[1];
}
