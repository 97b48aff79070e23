// Reads a small object whole. The limit is held twice: by the length that is announced and by what really comes.
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { objectTooLarge } from '../problems/storage.ts';
import type { StoredObject } from './port.ts';
import { isAbsent } from './s3-failure.ts';
import type { S3Link } from './s3-link.ts';
import { cleanEtag, storageClassOf } from './s3-look.ts';
import { transferTimeout } from './s3-options.ts';

export interface ReadObject {
  readonly bytes: Buffer;
  readonly object: StoredObject;
}

/** A body that is read in Node: what the SDK's wider type hides. */
export type Body = AsyncIterable<Buffer> & { destroy(error?: Error): void };

export async function readObject(
  link: S3Link,
  key: string,
  { maxBytes, signal }: { maxBytes: number; signal: AbortSignal },
): Promise<ReadObject | undefined> {
  const found = await link.ask<ReadObject | number | undefined>(
    link.step('read an object', 's3:GetObject', key),
    async (client, abortSignal) => {
      const answer = await client.send(new GetObjectCommand(link.at(key)), { abortSignal });
      const body = answer.Body as unknown as Body;
      const announced = answer.ContentLength ?? 0;
      const bytes = announced > maxBytes ? undefined : await collect(body, maxBytes);
      if (bytes === undefined) {
        body.destroy();
        return Math.max(announced, maxBytes + 1);
      }
      if (answer.ContentLength !== undefined && bytes.length !== answer.ContentLength)
        throw new Error('the body ended early');
      const object = {
        key,
        bytes: bytes.length,
        etag: cleanEtag(answer.ETag),
        modifiedAt: answer.LastModified?.getTime() ?? link.lastDate ?? 0,
        ...storageClassOf(answer.StorageClass),
      };
      return { bytes, object };
    },
    {
      signal,
      timeout: transferTimeout(link.tuning, Math.min(maxBytes, 2 ** 30)),
      settle: failure => (isAbsent(failure) ? { value: undefined } : undefined),
    },
  );
  if (typeof found === 'number') throw objectTooLarge(`${link.place}/${key}`, found, maxBytes);
  return found;
}

async function collect(body: Body, maxBytes: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    if (length > maxBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
