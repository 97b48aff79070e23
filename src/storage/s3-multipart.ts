// Starting a multipart upload and sending its parts, with what can go wrong in these requests alone: stores without
// checksums or tags, and parts that were damaged on the wire.
import {
  CreateMultipartUploadCommand,
  type CreateMultipartUploadCommandInput,
  UploadPartCommand,
  type UploadPartCommandOutput,
} from '@aws-sdk/client-s3';
import { crc32Header, md5Hex } from './s3-checksums.ts';
import { isUnsupported, type S3Failure, WrongAnswer } from './s3-failure.ts';
import type { S3Link } from './s3-link.ts';
import { cleanEtag } from './s3-look.ts';
import { transferTimeout } from './s3-options.ts';

export interface OpenUpload {
  /** Relative to the prefix. */
  readonly key: string;
  readonly uploadId: string;
  /** In the object's metadata, so that a finished upload can be told from anybody else's. */
  readonly nonce: string;
  /** The store takes CRC32 with each part and checks it. */
  checksums: boolean;
}

export const NONCE_METADATA = 'pg-backup-upload';

export interface CreateOptions {
  readonly contentType: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly nonce: string;
  readonly signal: AbortSignal;
}

type Extras = Pick<CreateMultipartUploadCommandInput, 'ChecksumAlgorithm' | 'ChecksumType' | 'Tagging'>;

/** Tries with everything first, then without what the store turns out not to know. */
export async function createUpload(link: S3Link, key: string, options: CreateOptions): Promise<OpenUpload> {
  const crc = { ChecksumAlgorithm: 'CRC32', ChecksumType: 'FULL_OBJECT' } as const;
  const tagging = options.tags ? { Tagging: new URLSearchParams(options.tags).toString() } : undefined;
  const ladder: readonly Extras[] = tagging ? [{ ...crc, ...tagging }, tagging, crc, {}] : [crc, {}];
  for (const extras of ladder) {
    const uploadId = await tryCreate(link, key, options, extras, extras === ladder.at(-1));
    if (uploadId !== undefined)
      return { key, uploadId, nonce: options.nonce, checksums: extras.ChecksumAlgorithm !== undefined };
  }
  throw new Error('unreachable: the last rung throws');
}

function tryCreate(
  link: S3Link,
  key: string,
  { contentType, nonce, signal, tags }: CreateOptions,
  extras: Extras,
  last: boolean,
): Promise<string | undefined> {
  const action = tags ? 's3:PutObject and s3:PutObjectTagging' : 's3:PutObject';
  return link.ask<string | undefined>(
    link.step('start an upload', action, key),
    async (client, abortSignal) => {
      const Metadata = { [NONCE_METADATA]: nonce };
      const command = new CreateMultipartUploadCommand({
        ...link.at(key),
        ContentType: contentType,
        Metadata,
        ...extras,
      });
      const { UploadId } = await client.send(command, { abortSignal });
      if (!UploadId) throw new WrongAnswer('NoUploadId', 'the store started an upload without naming it');
      return UploadId;
    },
    { signal, settle: failure => (!last && isUnsupported(failure) ? { value: undefined } : undefined) },
  );
}

export interface StoredPart {
  readonly number: number;
  readonly bytes: number;
  readonly etag: string;
  readonly crc: number;
  /** `crc`: the store echoed our CRC32; `md5`: its ETag is our MD5; `unseen`: it showed neither. */
  readonly seen: 'crc' | 'md5' | 'unseen';
}

export interface PartToSend {
  readonly number: number;
  readonly body: Buffer;
  readonly crc: number;
}

export async function uploadPart(
  link: S3Link,
  upload: OpenUpload,
  part: PartToSend,
  signal: AbortSignal,
): Promise<StoredPart> {
  for (;;) {
    const withCrc = upload.checksums;
    const sent = await sendPart(link, upload, part, withCrc, signal);
    if (sent) return sent;
    // Taken at the start, refused with the part: from here on by MD5.
    upload.checksums = false;
  }
}

function sendPart(
  link: S3Link,
  upload: OpenUpload,
  { number, body, crc }: PartToSend,
  withCrc: boolean,
  signal: AbortSignal,
): Promise<StoredPart | undefined> {
  const md5 = withCrc ? undefined : md5Hex(body);
  const proof = md5
    ? { ContentMD5: Buffer.from(md5, 'hex').toString('base64') }
    : { ChecksumCRC32: crc32Header(crc) };
  const dropsCrc = (failure: S3Failure) => withCrc && isUnsupported(failure);
  return link.ask<StoredPart | undefined>(
    link.step(`upload part ${number}`, 's3:PutObject', upload.key),
    async (client, abortSignal) => {
      const command = new UploadPartCommand({
        ...link.at(upload.key),
        UploadId: upload.uploadId,
        PartNumber: number,
        Body: body,
        ContentLength: body.length,
        ...proof,
      });
      if (withCrc) leavePayloadUnsigned(command);
      const answer = await client.send(command, { abortSignal });
      return judgePart(answer, { number, body, crc }, md5);
    },
    {
      signal,
      timeout: transferTimeout(link.tuning, body.length),
      settle: failure => (dropsCrc(failure) ? { value: undefined } : undefined),
    },
  );
}

function judgePart(answer: UploadPartCommandOutput, part: PartToSend, md5: string | undefined): StoredPart {
  const { number, body, crc } = part;
  const etag = cleanEtag(answer.ETag);
  if (etag === '') throw new WrongAnswer('NoETag', `the store took part ${number} without giving its ETag`);
  const stored = { number, bytes: body.length, etag, crc };
  if (answer.ChecksumCRC32 !== undefined) {
    if (answer.ChecksumCRC32 !== crc32Header(crc))
      throw new WrongAnswer(
        'BadDigest',
        `the store has CRC32 ${answer.ChecksumCRC32} for part ${number}, sent was ${crc32Header(crc)}`,
      );
    return { ...stored, seen: 'crc' };
  }
  // Encrypted with KMS, an ETag isn't an MD5: a difference proves nothing, only equality does.
  const seen = etag === (md5 ?? md5Hex(body)) ? 'md5' : 'unseen';
  return { ...stored, seen };
}

/** Over TLS the part's CRC32, which is signed, does what the SHA-256 of the body would: saves a fifth of the CPU. */
function leavePayloadUnsigned(command: UploadPartCommand): void {
  command.middlewareStack.add(
    next => args => {
      const request = args.request as { protocol?: string; headers: Record<string, string> };
      if (request.protocol === 'https:') request.headers['x-amz-content-sha256'] = 'UNSIGNED-PAYLOAD';
      return next(args);
    },
    { step: 'build', name: 'leavePayloadUnsigned' },
  );
}
