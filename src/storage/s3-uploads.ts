// What a crashed run may have left in a bucket out of everybody's sight: uploads that were begun and never completed, and
// versions behind a delete marker. Asked only by whoever cleans up.
import {
  ListMultipartUploadsCommand,
  type ListMultipartUploadsCommandOutput,
  ListObjectVersionsCommand,
} from '@aws-sdk/client-s3';
import { listingBroken } from '../problems/storage.ts';
import type { History, UnfinishedUpload } from './port.ts';
import { isUnsupported } from './s3-failure.ts';
import type { S3Link } from './s3-link.ts';
import { decodeKey } from './s3-list.ts';

/** Silent where the store has no such listing. */
export async function* listUploads(
  link: S3Link,
  prefix: string,
  signal: AbortSignal,
): AsyncGenerator<UnfinishedUpload> {
  let after: Pick<ListMultipartUploadsCommandOutput, 'NextKeyMarker' | 'NextUploadIdMarker'> | undefined;
  for (;;) {
    const page = await listPage(link, prefix, after, signal);
    for (const { Key = '', UploadId, Initiated } of page?.Uploads ?? []) {
      const key = decodeKey(page, Key).slice(link.prefix.length);
      if (!UploadId || !key.startsWith(prefix)) continue;
      const reference = JSON.stringify({ key, uploadId: UploadId });
      // Without its time nobody can say that it is old.
      if (Initiated) yield { reference, key, touchedAt: Initiated.getTime() };
    }
    if (!page?.IsTruncated) return;
    if (!page.NextKeyMarker || page.NextUploadIdMarker === after?.NextUploadIdMarker)
      throw listingBroken(`${link.place}/${prefix}`);
    after = page;
  }
}

function listPage(
  link: S3Link,
  prefix: string,
  after: Pick<ListMultipartUploadsCommandOutput, 'NextKeyMarker' | 'NextUploadIdMarker'> | undefined,
  signal: AbortSignal,
): Promise<ListMultipartUploadsCommandOutput | undefined> {
  const { Bucket, Key: Prefix } = link.at(prefix);
  return link.ask<ListMultipartUploadsCommandOutput | undefined>(
    link.step('list unfinished uploads', 's3:ListBucketMultipartUploads'),
    (client, abortSignal) => {
      const command = new ListMultipartUploadsCommand({
        Bucket,
        Prefix,
        EncodingType: 'url',
        ...(after?.NextKeyMarker && { KeyMarker: decodeKey({ EncodingType: 'url' }, after.NextKeyMarker) }),
        ...(after?.NextUploadIdMarker && { UploadIdMarker: after.NextUploadIdMarker }),
      });
      return client.send(command, { abortSignal });
    },
    { signal, settle: failure => (isUnsupported(failure) ? { value: undefined } : undefined) },
  );
}

/** Looks at the versions of exactly this key; its current version is one of them. */
export function historyOf(link: S3Link, key: string, signal: AbortSignal): Promise<History> {
  const { Bucket, Key } = link.at(key);
  return link.ask<History>(
    link.step('list versions', 's3:ListBucketVersions', key),
    async (client, abortSignal) => {
      const command = new ListObjectVersionsCommand({ Bucket, Prefix: Key, MaxKeys: 1 });
      const { Versions = [], DeleteMarkers = [] } = await client.send(command, { abortSignal });
      // The key itself sorts before everything that only starts with it.
      return [...Versions, ...DeleteMarkers].some(entry => entry.Key === Key) ? 'once' : 'never';
    },
    {
      signal,
      settle: failure => {
        if (isUnsupported(failure)) return { value: 'never' };
        return failure.status === 403 ? { value: 'unknown' } : undefined;
      },
    },
  );
}
