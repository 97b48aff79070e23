// Deletes one object, if it is still the one that was decided on and nothing locks it. In a versioned bucket a plain
// DELETE of a locked object "succeeds" by hiding it behind a marker, so locks are asked for first.
import {
  DeleteObjectCommand,
  GetObjectLegalHoldCommand,
  GetObjectRetentionCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { Instant } from '../backups/instant.ts';
import type { Deletion } from './port.ts';
import { isAbsent, isUnsupported, type S3Failure } from './s3-failure.ts';
import type { S3Link } from './s3-link.ts';
import { look } from './s3-look.ts';

export async function deleteObject(
  link: S3Link,
  key: string,
  { etag, signal }: { etag: string; signal: AbortSignal },
): Promise<Deletion> {
  const seen = await look(link, key, signal);
  if (seen?.there === false) return 'absent';
  if (seen && seen.object.etag !== etag) return 'changed';
  const until = await lockedUntil(link, key, signal);
  if (until !== undefined && until > (link.lastDate ?? Date.now())) return 'locked';
  // To compare an ETag, AWS demands s3:GetObject, as it does for HeadObject: a role that may read manifests alone deletes
  // the rest by what the listing said a moment ago.
  const mayCompare = seen?.head !== undefined;
  const deleted = mayCompare ? await tryDelete(link, key, etag, signal) : undefined;
  return deleted ?? (await tryDelete(link, key, undefined, signal)) ?? 'deleted';
}

/** undefined: the condition is the trouble, unless there was none. */
function tryDelete(
  link: S3Link,
  key: string,
  etag: string | undefined,
  signal: AbortSignal,
): Promise<Deletion | undefined> {
  return link.ask<Deletion | undefined>(
    link.step('delete an object', 's3:DeleteObject', key),
    async (client, abortSignal) => {
      const condition = etag === undefined ? {} : { IfMatch: `"${etag}"` };
      await client.send(new DeleteObjectCommand({ ...link.at(key), ...condition }), { abortSignal });
      return 'deleted';
    },
    {
      signal,
      settle: async (failure, lost) => {
        const unconditional = isUnsupported(failure) || failure.status === 403;
        if (etag !== undefined && unconditional) return { value: undefined };
        if (failure.status !== 412 && !isAbsent(failure)) return undefined;
        const seen = await look(link, key, signal);
        if (seen?.there) return { value: 'changed' };
        return { value: lost ? 'deleted' : 'absent' };
      },
    },
  );
}

/**
 * Of the current version. undefined as well where the role may not ask (403): the store refuses the deletion of a locked
 * version by itself, and a marker put over one takes nothing away.
 */
export async function lockedUntil(
  link: S3Link,
  key: string,
  signal: AbortSignal,
): Promise<Instant | undefined> {
  const hold = await askForLock(link, key, 's3:GetObjectLegalHold', signal, async (client, abortSignal) => {
    const { LegalHold } = await client.send(new GetObjectLegalHoldCommand(link.at(key)), { abortSignal });
    return LegalHold?.Status === 'ON' ? Number.POSITIVE_INFINITY : undefined;
  });
  if (hold !== undefined) return hold;
  return askForLock(link, key, 's3:GetObjectRetention', signal, async (client, abortSignal) => {
    const { Retention } = await client.send(new GetObjectRetentionCommand(link.at(key)), { abortSignal });
    return Retention?.RetainUntilDate?.getTime();
  });
}

function askForLock(
  link: S3Link,
  key: string,
  action: string,
  signal: AbortSignal,
  send: (client: S3Client, signal: AbortSignal) => Promise<Instant | undefined>,
): Promise<Instant | undefined> {
  return link.ask<Instant | undefined>(link.step('ask for a lock', action, key), send, {
    signal,
    settle: failure => (knowsNoLock(failure) ? { value: undefined } : undefined),
  });
}

function knowsNoLock(failure: S3Failure): boolean {
  if (failure.code === 'NoSuchBucket') return false;
  if (isUnsupported(failure) || /ObjectLock/.test(failure.code)) return true;
  return isAbsent(failure) || failure.status === 405 || failure.status === 403;
}
