// Puts a small object (manifest, proof, evidence, hold) whole, only if nothing has its key yet. A lost answer is
// settled by comparing what lies there with what was sent.

import { crc32 } from 'node:zlib';
import {
  PutObjectCommand,
  type PutObjectCommandInput,
  type PutObjectCommandOutput,
} from '@aws-sdk/client-s3';
import { keyExists, storedDifferently } from '../problems/storage.ts';
import type { StoredObject } from './port.ts';
import { crc32Header, md5Hex } from './s3-checksums.ts';
import { isUnsupported, type S3Failure } from './s3-failure.ts';
import type { S3Link } from './s3-link.ts';
import { cleanEtag, look } from './s3-look.ts';
import { transferTimeout } from './s3-options.ts';
import { readObject } from './s3-read.ts';

export interface SmallObject {
  readonly key: string;
  readonly bytes: Buffer;
  readonly contentType: string;
}

type Extras = Pick<PutObjectCommandInput, 'IfNoneMatch' | 'ChecksumCRC32' | 'ContentMD5'>;
/** `ours`: it lies there already, by a try whose answer was lost. `unsupported`: something in the request was unknown. */
type Answer = PutObjectCommandOutput | 'ours' | 'unsupported';

export async function createObject(
  link: S3Link,
  small: SmallObject,
  signal: AbortSignal,
): Promise<StoredObject> {
  const place = `${link.place}/${small.key}`;
  const condition = { IfNoneMatch: '*' };
  const md5 = { ContentMD5: Buffer.from(md5Hex(small.bytes), 'hex').toString('base64') };
  const crc = { ChecksumCRC32: crc32Header(crc32(small.bytes)) };
  let answer = await tryPut(link, small, { ...condition, ...crc }, signal);
  if (answer === 'unsupported') answer = await tryPut(link, small, { ...condition, ...md5 }, signal);
  if (answer === 'unsupported') {
    // No conditions there: looking first is the next best, and keys are unique by construction.
    if ((await look(link, small.key, signal))?.there) throw keyExists(place);
    answer = await tryPut(link, small, md5, signal, false);
  }
  const seen = await look(link, small.key, signal);
  if (seen === undefined) return unseen(link, small, answer);
  if (!seen.there || seen.object.bytes !== small.bytes.length) throw storedDifferently(place);
  return seen.object;
}

function tryPut(
  link: S3Link,
  small: SmallObject,
  extras: Extras,
  signal: AbortSignal,
  mayFallBack = true,
): Promise<Answer> {
  return link.ask<Answer>(
    link.step('create an object', 's3:PutObject', small.key),
    (client, abortSignal) => {
      const command = new PutObjectCommand({
        ...link.at(small.key),
        Body: small.bytes,
        ContentLength: small.bytes.length,
        ContentType: small.contentType,
        ...extras,
      });
      return client.send(command, { abortSignal });
    },
    {
      signal,
      timeout: transferTimeout(link.tuning, small.bytes.length),
      settle: async (failure, lost) => {
        if (mayFallBack && isUnsupported(failure)) return { value: 'unsupported' };
        if (failure.status !== 412) return undefined;
        if (lost && (await sameBytes(link, small, signal))) return { value: 'ours' };
        throw keyExists(`${link.place}/${small.key}`, said(failure));
      },
    },
  );
}

/** By content; where the role may not read, by size and MD5. */
async function sameBytes(link: S3Link, small: SmallObject, signal: AbortSignal): Promise<boolean> {
  const seen = await look(link, small.key, signal);
  if (!seen?.there || seen.object.bytes !== small.bytes.length) return false;
  if (seen.object.etag === md5Hex(small.bytes)) return true;
  if (!seen.head) return false;
  const stored = await readObject(link, small.key, { maxBytes: small.bytes.length, signal });
  return stored?.bytes.equals(small.bytes) ?? false;
}

/** A role that may only write has the store's word and nothing else. */
function unseen(link: S3Link, small: SmallObject, answer: Answer): StoredObject {
  const etag = typeof answer === 'string' ? md5Hex(small.bytes) : cleanEtag(answer.ETag);
  return { key: small.key, bytes: small.bytes.length, etag, modifiedAt: link.lastDate ?? Date.now() };
}

const said = (failure: S3Failure) => ({ detail: failure.message, cause: failure.error });
