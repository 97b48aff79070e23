// The shelf that is a bucket: a plain PUT, which S3 carries out whole or not at all.
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { S3Link } from './s3-link.ts';
import type { S3StoreOptions } from './s3-options.ts';
import type { Shelf } from './shelf-port.ts';
import { checkKey } from './storage-key.ts';

/** Badges are fetched through caches that keep a file for as long as they are allowed to. */
const CACHE_CONTROL = 'max-age=60';

export function openS3Shelf(options: S3StoreOptions): Shelf {
  const link = new S3Link(options);
  return {
    place: link.place,
    async put(file, text, { contentType, signal }) {
      checkKey(file);
      const body = Buffer.from(text, 'utf8');
      await link.ask(
        link.step('write a status file', 's3:PutObject', file),
        (client, abortSignal) =>
          client.send(
            new PutObjectCommand({
              ...link.at(file),
              Body: body,
              ContentLength: body.length,
              ContentType: contentType,
              CacheControl: CACHE_CONTROL,
            }),
            { abortSignal },
          ),
        { signal },
      );
    },
    close: () => link.close(),
  };
}
