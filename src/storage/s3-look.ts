// Asks the store what lies under one key. Used to settle lost answers and before deleting, by whichever of
// HeadObject and ListObjectsV2 the role may use.
import { HeadObjectCommand, type HeadObjectCommandOutput, ListObjectsV2Command } from '@aws-sdk/client-s3';
import type { StoredObject } from './port.ts';
import { isAbsent } from './s3-failure.ts';
import type { S3Link } from './s3-link.ts';

/** Present, with what HeadObject adds to a listing where it was allowed; absent; or neither may be asked. */
export type Look =
  | {
      readonly there: true;
      readonly object: StoredObject;
      readonly head: HeadObjectCommandOutput | undefined;
    }
  | { readonly there: false }
  | undefined;

export async function look(link: S3Link, key: string, signal: AbortSignal): Promise<Look> {
  const head = await headObject(link, key, signal);
  if (head === 'absent') return { there: false };
  if (head !== 'forbidden') return { there: true, object: objectOfHead(link, key, head), head };
  return lookByListing(link, key, signal);
}

export function cleanEtag(etag: string | undefined): string {
  return (etag ?? '').replaceAll('"', '');
}

/** HeadObject names the class only where it isn't the standard one, listings always do: ours never say STANDARD. */
export function storageClassOf(name: string | undefined): { storageClass?: string } {
  return name === undefined || name === 'STANDARD' ? {} : { storageClass: name };
}

type HeadAnswer = HeadObjectCommandOutput | 'absent' | 'forbidden';

function headObject(link: S3Link, key: string, signal: AbortSignal): Promise<HeadAnswer> {
  return link.ask<HeadAnswer>(
    link.step('look at an object', 's3:GetObject', key),
    (client, abortSignal) =>
      client.send(new HeadObjectCommand({ ...link.at(key), ChecksumMode: 'ENABLED' }), { abortSignal }),
    {
      signal,
      settle: failure => {
        if (isAbsent(failure)) return { value: 'absent' };
        return failure.status === 403 ? { value: 'forbidden' } : undefined;
      },
    },
  );
}

function objectOfHead(link: S3Link, key: string, head: HeadObjectCommandOutput): StoredObject {
  return {
    key,
    bytes: head.ContentLength ?? 0,
    etag: cleanEtag(head.ETag),
    modifiedAt: head.LastModified?.getTime() ?? link.lastDate ?? 0,
    ...storageClassOf(head.StorageClass),
  };
}

function lookByListing(link: S3Link, key: string, signal: AbortSignal): Promise<Look> {
  const { Bucket, Key } = link.at(key);
  return link.ask<Look>(
    link.step('list objects', 's3:ListBucket'),
    async (client, abortSignal) => {
      const command = new ListObjectsV2Command({ Bucket, Prefix: Key, MaxKeys: 1 });
      const { Contents } = await client.send(command, { abortSignal });
      // The key itself sorts before everything that only starts with it.
      const entry = Contents?.find(found => found.Key === Key);
      if (!entry) return { there: false };
      const object = {
        key,
        bytes: entry.Size ?? 0,
        etag: cleanEtag(entry.ETag),
        modifiedAt: entry.LastModified?.getTime() ?? 0,
        ...storageClassOf(entry.StorageClass),
      };
      return { there: true, object, head: undefined };
    },
    { signal, settle: failure => (failure.status === 403 ? { value: undefined } : undefined) },
  );
}
