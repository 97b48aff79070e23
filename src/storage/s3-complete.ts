// Makes an upload visible, once, and settles what really happened when the store's answer is lost or odd. This is the
// moment at which an archive starts to exist, so it never says yes without having seen, and never no without having looked.
import {
  CompleteMultipartUploadCommand,
  type CompleteMultipartUploadCommandInput,
  type CompleteMultipartUploadCommandOutput,
} from '@aws-sdk/client-s3';
import type { Problem } from '../problems/problem.ts';
import { keyExists, storedDifferently, uploadVanished, writeConflict } from '../problems/storage.ts';
import { pause } from './patience.ts';
import type { StoredObject, StoredUpload } from './port.ts';
import { compositeCrc32, crc32Header, multipartEtag } from './s3-checksums.ts';
import { isUnsupported, type S3Failure } from './s3-failure.ts';
import type { S3Link } from './s3-link.ts';
import { cleanEtag, type Look, look } from './s3-look.ts';
import { NONCE_METADATA, type OpenUpload, type StoredPart } from './s3-multipart.ts';

/** Everything that was sent, and what it must amount to. */
export interface WholeUpload {
  readonly upload: OpenUpload;
  /** By number, without gaps. */
  readonly parts: readonly StoredPart[];
  readonly bytes: number;
  /** CRC32 of all bytes. */
  readonly crc: number;
}

type Answer = Pick<CompleteMultipartUploadCommandOutput, 'ETag' | 'ChecksumCRC32' | 'ChecksumType'>;
type Extras = Pick<
  CompleteMultipartUploadCommandInput,
  'IfNoneMatch' | 'ChecksumCRC32' | 'ChecksumType' | 'MpuObjectSize'
>;

export async function completeUpload(
  link: S3Link,
  whole: WholeUpload,
  signal: AbortSignal,
): Promise<StoredUpload> {
  const answer = await sendComplete(link, whole, signal);
  const seen = await look(link, whole.upload.key, signal);
  return judge(link, whole, answer, seen);
}

async function sendComplete(link: S3Link, whole: WholeUpload, signal: AbortSignal): Promise<Answer> {
  const { key, checksums } = whole.upload;
  const condition = { IfNoneMatch: '*' };
  const sums = {
    ChecksumCRC32: crc32Header(whole.crc),
    ChecksumType: 'FULL_OBJECT',
    MpuObjectSize: whole.bytes,
  } as const;
  if (checksums) {
    const answer = await tryComplete(link, whole, { ...condition, ...sums }, signal, true);
    if (answer) return answer;
  }
  const answer = await tryComplete(link, whole, condition, signal, true);
  if (answer) return answer;
  // The store knows no conditions: looking first is the next best, and keys are unique by construction.
  if ((await look(link, key, signal))?.there) throw keyExists(`${link.place}/${key}`);
  return (await tryComplete(link, whole, {}, signal, false)) ?? {};
}

/** undefined: the store doesn't know what was in `extras`. */
async function tryComplete(
  link: S3Link,
  whole: WholeUpload,
  extras: Extras,
  signal: AbortSignal,
  mayFallBack: boolean,
): Promise<Answer | undefined> {
  const { upload, parts } = whole;
  const listed = parts.map(part => ({
    PartNumber: part.number,
    ETag: part.etag,
    ...(part.seen === 'crc' ? { ChecksumCRC32: crc32Header(part.crc) } : {}),
  }));
  let looks = 0;
  try {
    return await link.ask<Answer | undefined>(
      link.step('complete the upload', 's3:PutObject', upload.key),
      (client, abortSignal) => {
        const command = new CompleteMultipartUploadCommand({
          ...link.at(upload.key),
          UploadId: upload.uploadId,
          MultipartUpload: { Parts: listed },
          ...extras,
        });
        return client.send(command, { abortSignal });
      },
      {
        signal,
        // S3 may take minutes to put thousands of parts together.
        timeout: Math.max(link.tuning.requestTimeout, parts.length * 60),
        settle: (failure, lost) => {
          if (mayFallBack && isUnsupported(failure)) return { value: undefined };
          const refusal = refusalOf(failure, `${link.place}/${upload.key}`);
          looks = Math.max(looks, lost ? 3 : refusal?.inDoubt ? 1 : 0);
          if (refusal) throw refusal.problem;
          return undefined;
        },
      },
    );
  } catch (problem) {
    if (signal.aborted) throw problem;
    if (await turnsUp(link, whole, looks, signal)) return {};
    throw problem;
  }
}

/**
 * After a lost answer worth several looks: the store may still be putting the parts together. What was wrong before
 * is what people need to hear, whatever comes of looking.
 */
async function turnsUp(
  link: S3Link,
  whole: WholeUpload,
  looks: number,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    for (let look = 0; look < looks; look++) {
      await pause((look * link.tuning.longestPause) / 2, signal);
      if (await isOurs(link, whole, signal)) return true;
    }
  } catch (error) {
    if (signal.aborted) throw error;
  }
  return false;
}

/** 404 and 412 are what a second Complete gets, after a first one whose answer was lost on the way: to us, or to a proxy. */
function refusalOf(failure: S3Failure, place: string): { problem: Problem; inDoubt: boolean } | undefined {
  const said = { detail: failure.message, cause: failure.error };
  if (failure.code === 'NoSuchUpload') return { problem: uploadVanished(place, said), inDoubt: true };
  if (failure.status === 412) return { problem: keyExists(place, said), inDoubt: true };
  if (failure.status === 409 && failure.code !== 'OperationAborted')
    return { problem: writeConflict(place, said), inDoubt: false };
  return undefined;
}

async function isOurs(link: S3Link, whole: WholeUpload, signal: AbortSignal): Promise<boolean> {
  const seen = await look(link, whole.upload.key, signal);
  if (!seen?.there || seen.object.bytes !== whole.bytes) return false;
  if (seen.head?.Metadata?.[NONCE_METADATA] === whole.upload.nonce) return true;
  return seen.object.etag === multipartEtag(whole.parts.map(part => part.etag));
}

function judge(link: S3Link, whole: WholeUpload, answer: Answer, seen: Look): StoredUpload {
  const { key } = whole.upload;
  const answeredEtag = cleanEtag(answer.ETag);
  const object: StoredObject = seen?.there
    ? seen.object
    : { key, bytes: whole.bytes, etag: answeredEtag, modifiedAt: link.lastDate ?? Date.now() };
  const differs =
    seen?.there === false ||
    object.bytes !== whole.bytes ||
    (answeredEtag !== '' && object.etag !== '' && object.etag !== answeredEtag);
  if (differs) throw storedDifferently(`${link.place}/${key}`);

  const head = seen?.there ? seen.head : undefined;
  for (const { ChecksumCRC32, ChecksumType } of [answer, head ?? {}]) {
    const verdict = judgeChecksum(whole, ChecksumCRC32, ChecksumType);
    if (verdict === 'wrong')
      throw storedDifferently(`${link.place}/${key}`, { detail: `CRC32 ${ChecksumCRC32}` });
    if (verdict === 'equal') return { ...object, shown: 'checksum', checksum: `CRC32:${hex(whole.crc)}` };
  }
  return { ...object, shown: hasOurMd5s(whole, object) ? 'etag' : 'none' };
}

function judgeChecksum(
  whole: WholeUpload,
  given: string | undefined,
  type: string | undefined,
): 'equal' | 'wrong' | 'unknown' {
  if (given === undefined) return 'unknown';
  const ours = [crc32Header(whole.crc), compositeCrc32(whole.parts.map(part => part.crc))];
  if (ours.includes(given)) return 'equal';
  // Only a checksum that says it is of the whole object can contradict ours; stores differ in how they make others.
  return type === 'FULL_OBJECT' ? 'wrong' : 'unknown';
}

function hasOurMd5s(whole: WholeUpload, object: StoredObject): boolean {
  const known = whole.parts.every(part => part.seen === 'md5');
  return known && object.etag === multipartEtag(whole.parts.map(part => part.etag));
}

const hex = (crc: number) => (crc >>> 0).toString(16).padStart(8, '0');
