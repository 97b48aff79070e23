// Conditional requests: whether `If-Match`, `If-None-Match` and their like let a request through.
import type { Version } from './buckets.ts';
import { type Call, headerOf } from './call.ts';
import { S3Error } from './errors.ts';
import type { Variants } from './operation.ts';

const failed = (condition: string): S3Error =>
  new S3Error('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', {
    details: { Condition: condition },
  });

const bare = (etag: string): string => etag.trim().replace(/^"(.*)"$/, '$1');

/** For whatever creates an object. Called again in the same turn as the object appears: of two, one wins. */
export function checkWrite(call: Call, existing: Version | undefined, variants: Variants): void {
  const ifNoneMatch = headerOf(call, 'if-none-match');
  if (ifNoneMatch !== undefined && ifNoneMatch !== '*') {
    throw new S3Error(
      'NotImplemented',
      'A header you provided implies functionality that is not implemented',
      {
        details: { Header: 'If-None-Match' },
      },
    );
  }
  if (ifNoneMatch === '*' && existing && !variants.ignoresIfNoneMatch) throw failed('If-None-Match');
  const ifMatch = headerOf(call, 'if-match');
  if (ifMatch === undefined) return;
  if (!existing) {
    throw new S3Error('NoSuchKey', 'The specified key does not exist.', { details: { Key: call.key } });
  }
  if (ifMatch !== '*' && bare(ifMatch) !== existing.etag) throw failed('If-Match');
}

export function checkRead(call: Call, version: Version): void {
  const ifMatch = headerOf(call, 'if-match');
  if (ifMatch !== undefined && ifMatch !== '*' && bare(ifMatch) !== version.etag) throw failed('If-Match');
  const ifNoneMatch = headerOf(call, 'if-none-match');
  if (ifNoneMatch !== undefined && (ifNoneMatch === '*' || bare(ifNoneMatch) === version.etag)) {
    throw new S3Error('NotModified', 'Not Modified', { headers: { etag: `"${version.etag}"` } });
  }
}

/**
 * `etag`: from the header of a DeleteObject, or from an entry of a DeleteObjects. What counts is the newest version, also
 * where the request names another; a delete marker matches nothing.
 */
export function checkDelete(etag: string | undefined, newest: Version | undefined, key: string): void {
  if (etag === undefined) return;
  if (!newest) throw new S3Error('NoSuchKey', 'The specified key does not exist.', { details: { Key: key } });
  if (newest.deleteMarker || (etag !== '*' && bare(etag) !== newest.etag)) throw failed('If-Match');
}
