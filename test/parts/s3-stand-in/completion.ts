// CompleteMultipartUpload: makes the object out of its parts, only if they are the ones that the client believes it sent.
import { createHash, randomBytes } from 'node:crypto';
import type { Part, Upload, Version } from './buckets.ts';
import { headerOf } from './call.ts';
import { type Algorithm, algorithms, type Checksum, combineParts, compositeOfParts } from './checksums.ts';
import { checkWrite } from './conditions.ts';
import { S3Error } from './errors.ts';
import { tagOf, uploadOf } from './multipart.ts';
import { type Operation, type Work, xmlAnswer } from './operation.ts';
import { readDocument } from './payload.ts';
import { place, versionHeaders } from './putting.ts';
import { childOf, childrenOf, parseXml, type XmlElement, xml } from './xml.ts';

const smallestPart = 5 * 1024 * 1024;

interface NamedPart {
  readonly number: number;
  readonly etag: string;
  /** The checksum elements of the entry, by their algorithm. */
  readonly claimed: ReadonlyMap<Algorithm, string>;
}

function readEntry(entry: XmlElement): NamedPart {
  const claims = algorithms.map(algorithm => [algorithm, childOf(entry, tagOf(algorithm))?.text] as const);
  return {
    number: Number(childOf(entry, 'PartNumber')?.text),
    etag: childOf(entry, 'ETag')?.text.replaceAll('"', '') ?? '',
    claimed: new Map(claims.flatMap(([algorithm, text]) => (text === undefined ? [] : [[algorithm, text]]))),
  };
}

function readEntries(text: string): NamedPart[] {
  const document = parseXml(text);
  const entries = childrenOf(document, 'Part').map(readEntry);
  if (document?.name !== 'CompleteMultipartUpload' || entries.length === 0) {
    throw new S3Error(
      'MalformedXML',
      'The XML you provided was not well-formed or did not validate against our published schema',
    );
  }
  if (entries.some(({ number }, i) => number <= (entries[i - 1]?.number ?? 0))) {
    throw new S3Error(
      'InvalidPartOrder',
      'The list of parts was not in ascending order. The parts list must be specified in order by part number.',
    );
  }
  return entries;
}

function findPart(upload: Upload, { number, etag, claimed }: NamedPart): Part {
  const part = upload.parts.get(number);
  const differs = [...claimed].some(([algorithm, value]) => {
    const held = part?.checksums.get(algorithm);
    return held !== undefined && held !== value;
  });
  if (!part || part.etag !== etag || differs) {
    throw new S3Error(
      'InvalidPart',
      "One or more of the specified parts could not be found. The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
      { details: { PartNumber: String(number), ETag: etag } },
    );
  }
  const { checksum } = upload;
  if (checksum?.type === 'COMPOSITE' && !claimed.has(checksum.algorithm)) {
    throw new S3Error(
      'InvalidRequest',
      `The upload was created using a ${checksum.algorithm.toLowerCase()} checksum. The complete request must include the checksum for each part. It was missing for part ${number} in the request.`,
    );
  }
  return part;
}

function checkSizes(parts: readonly Part[]): void {
  const small = parts.slice(0, -1).find(part => part.piece.bytes < smallestPart);
  if (!small) return;
  throw new S3Error('EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size', {
    details: { ProposedSize: String(small.piece.bytes), MinSizeAllowed: String(smallestPart) },
  });
}

/** The checksum of the whole, from what the parts hashed to when they arrived; compared with what the client says. */
function wholeChecksum(
  { call, variants }: Work,
  upload: Upload,
  parts: readonly Part[],
): Checksum | undefined {
  const bytes = parts.reduce((sum, part) => sum + part.piece.bytes, 0);
  const claimedBytes = headerOf(call, 'x-amz-mp-object-size');
  if (claimedBytes !== undefined && Number(claimedBytes) !== bytes && !variants.noChecksums) {
    throw new S3Error(
      'InvalidRequest',
      `The provided 'x-amz-mp-object-size' header value ${claimedBytes} does not match what was computed: ${bytes}`,
    );
  }
  if (!upload.checksum) return undefined;
  const { algorithm, type } = upload.checksum;
  const values = parts.map(part => ({ value: part.checksums.get(algorithm) ?? '', bytes: part.piece.bytes }));
  const value =
    type === 'FULL_OBJECT'
      ? combineParts(algorithm, values)
      : compositeOfParts(
          algorithm,
          values.map(part => part.value),
        );
  const claimedType = headerOf(call, 'x-amz-checksum-type');
  if (claimedType !== undefined && claimedType !== type) {
    throw new S3Error(
      'InvalidRequest',
      `The upload was created using the ${type} checksum mode. The complete request must use the same checksum mode.`,
    );
  }
  const claimed = headerOf(call, `x-amz-checksum-${algorithm.toLowerCase()}`);
  if (claimed !== undefined && claimed !== value) {
    throw new S3Error('BadDigest', `The ${algorithm} you specified did not match the calculated checksum.`);
  }
  return { algorithm, type, value };
}

function completed(work: Work, version: Version) {
  const { checksum } = version;
  const answer = xmlAnswer(
    xml('CompleteMultipartUploadResult', {
      Location: `http://${headerOf(work.call, 'host')}${work.call.path}`,
      Bucket: work.bucket.name,
      Key: work.call.key,
      ETag: `"${version.etag}"`,
      ...(checksum && { [tagOf(checksum.algorithm)]: checksum.value, ChecksumType: checksum.type }),
    }),
  );
  return { ...answer, headers: { ...answer.headers, ...versionHeaders(work, version) } };
}

export const completeMultipartUpload: Operation = async work => {
  const { bucket, call, content, variants, now } = work;
  const text = await readDocument(call, content, !variants.noChecksums);
  const uploadId = call.query.get('uploadId') ?? '';
  const done = bucket.finished.get(uploadId);
  if (done?.key === call.key && done.parts === text) return completed(work, done.version);
  const upload = uploadOf(work);
  const parts = readEntries(text).map(entry => findPart(upload, entry));
  checkSizes(parts);
  checkWrite(call, bucket.current(call.key), variants);
  const checksum = wholeChecksum(work, upload, parts);
  const md5s = createHash('md5');
  for (const part of parts) md5s.update(part.md5);
  const etag = variants.opaqueEtags ? randomBytes(16).toString('hex') : md5s.digest('hex');
  const version: Version = {
    ...upload.template,
    versionId: bucket.nextVersionId(),
    deleteMarker: false,
    pieces: parts.map(part => part.piece),
    bytes: parts.reduce((sum, part) => sum + part.piece.bytes, 0),
    etag: `${etag}-${parts.length}`,
    ...(checksum && { checksum }),
    modifiedAt: now,
  };
  place(work, version);
  bucket.uploads.delete(uploadId);
  bucket.finished.set(uploadId, { key: call.key, parts: text, version });
  const unused = [...upload.parts.values()].filter(part => !parts.includes(part));
  await content.drop(unused.map(part => part.piece));
  if (work.spoilsStored) await content.flipByte(version.pieces, Math.floor(version.bytes / 2));
  return completed(work, version);
};
