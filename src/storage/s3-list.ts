// Lists everything below a prefix, page after page. Whoever decides on a listing decides on all of it, so a listing that
// breaks off is an error and never a short list.
import { ListObjectsV2Command, type ListObjectsV2CommandOutput } from '@aws-sdk/client-s3';
import { listingBroken } from '../problems/storage.ts';
import type { StoredObject } from './port.ts';
import type { S3Link } from './s3-link.ts';
import { cleanEtag, storageClassOf } from './s3-look.ts';
import { compareKeys } from './storage-key.ts';

export async function* listObjects(
  link: S3Link,
  prefix: string,
  signal: AbortSignal,
  after?: string,
): AsyncGenerator<StoredObject> {
  let token: string | undefined;
  do {
    const page = await listPage(link, prefix, { token, after }, signal);
    // A store that doesn't know StartAfter lists everything.
    for (const object of objectsOf(link, page)) {
      if (after === undefined || compareKeys(object.key, after) > 0) yield object;
    }
    const next = page.IsTruncated ? page.NextContinuationToken : undefined;
    if (page.IsTruncated && (!next || next === token)) throw listingBroken(`${link.place}/${prefix}`);
    token = next;
  } while (token !== undefined);
}

function listPage(
  link: S3Link,
  prefix: string,
  { token, after }: { readonly token: string | undefined; readonly after: string | undefined },
  signal: AbortSignal,
): Promise<ListObjectsV2CommandOutput> {
  return link.ask(
    link.step('list objects', 's3:ListBucket'),
    (client, abortSignal) => {
      const { Bucket, Key: Prefix } = link.at(prefix);
      const command = new ListObjectsV2Command({
        Bucket,
        Prefix,
        // XML can't hold every character that a stranger's key may have.
        EncodingType: 'url',
        ...(token !== undefined && { ContinuationToken: token }),
        ...(token === undefined && after !== undefined && { StartAfter: link.at(after).Key }),
      });
      return client.send(command, { abortSignal });
    },
    { signal },
  );
}

function* objectsOf(link: S3Link, page: ListObjectsV2CommandOutput): Generator<StoredObject> {
  for (const entry of page.Contents ?? []) {
    const key = decodeKey(page, entry.Key ?? '').slice(link.prefix.length);
    // The prefix itself, as consoles create it to show a folder.
    if (key === '') continue;
    yield {
      key,
      bytes: entry.Size ?? 0,
      etag: cleanEtag(entry.ETag),
      modifiedAt: entry.LastModified?.getTime() ?? 0,
      ...storageClassOf(entry.StorageClass),
    };
  }
}

/** A key as it came in this answer, in the form that it was asked for. */
export function decodeKey(
  { EncodingType }: { EncodingType?: string | undefined } = {},
  text: string,
): string {
  if (EncodingType !== 'url') return text;
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    // Bytes that aren't UTF-8: a stranger's key, which never parses as one of ours.
    return text;
  }
}
