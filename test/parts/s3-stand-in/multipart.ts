// Uploads in parts: nothing is visible until Complete, which puts the parts together only if they are the ones that
// the client believes it sent.
import { createHash, randomBytes } from 'node:crypto';
import type { Part, Upload, Version } from './buckets.ts';
import { headerOf } from './call.ts';
import { type Algorithm, algorithms, type Checksum, combineParts, compositeOfParts } from './checksums.ts';
import { checkWrite } from './conditions.ts';
import { S3Error } from './errors.ts';
import { place, templateOf, versionHeaders } from './objects.ts';
import { type Operation, type Work, xmlAnswer } from './operation.ts';
import { readDocument, readPayload } from './payload.ts';
import { childOf, childrenOf, parseXml, type XmlElement, xml } from './xml.ts';

const smallestPart = 5 * 1024 * 1024;
const tagOf = (algorithm: Algorithm): string => `Checksum${algorithm}`;

function uploadOf({ bucket, call }: Work): Upload {
  const upload = bucket.uploads.get(call.query.get('uploadId') ?? '');
  if (upload?.key === call.key) return upload;
  throw new S3Error(
    'NoSuchUpload',
    'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.',
    { details: { UploadId: call.query.get('uploadId') ?? '' } },
  );
}

function checksumAsked({ call, variants }: Work): Upload['checksum'] {
  const asked = headerOf(call, 'x-amz-checksum-algorithm')?.toUpperCase();
  const algorithm = algorithms.find(known => known === asked);
  if (!algorithm || variants.noChecksums) return undefined;
  const hashes = algorithm === 'SHA1' || algorithm === 'SHA256';
  const type =
    headerOf(call, 'x-amz-checksum-type') ?? (algorithm === 'CRC64NVME' ? 'FULL_OBJECT' : 'COMPOSITE');
  if ((type === 'FULL_OBJECT' && hashes) || (type === 'COMPOSITE' && algorithm === 'CRC64NVME')) {
    throw new S3Error(
      'InvalidRequest',
      `The ${type} checksum type cannot be used with the ${algorithm} checksum algorithm.`,
    );
  }
  return { algorithm, type: type === 'FULL_OBJECT' ? 'FULL_OBJECT' : 'COMPOSITE' };
}

export const createMultipartUpload: Operation = work => {
  const { bucket, call, now } = work;
  const checksum = checksumAsked(work);
  const uploadId = randomBytes(24).toString('base64url');
  bucket.uploads.set(uploadId, {
    uploadId,
    key: call.key,
    initiatedAt: now,
    ...(checksum && { checksum }),
    template: templateOf(work),
    parts: new Map(),
  });
  const answer = xmlAnswer(
    xml('InitiateMultipartUploadResult', { Bucket: bucket.name, Key: call.key, UploadId: uploadId }),
  );
  if (!checksum) return answer;
  return {
    ...answer,
    headers: {
      ...answer.headers,
      'x-amz-checksum-algorithm': checksum.algorithm,
      'x-amz-checksum-type': checksum.type,
    },
  };
};

function checkAlgorithm(ofTheUpload: Algorithm | undefined, ofThePart: Algorithm | undefined): void {
  if (!ofTheUpload || !ofThePart || ofTheUpload === ofThePart) return;
  throw new S3Error(
    'InvalidRequest',
    `Checksum Type mismatch occurred, expected checksum Type: ${ofTheUpload.toLowerCase()}, actual checksum Type: ${ofThePart.toLowerCase()}`,
  );
}

export const uploadPart: Operation = async work => {
  const { call, content, variants, now } = work;
  const upload = uploadOf(work);
  const number = Number(call.query.get('partNumber'));
  if (!Number.isInteger(number) || number < 1 || number > 10_000) {
    throw new S3Error('InvalidArgument', 'Part number must be an integer between 1 and 10000, inclusive');
  }
  const algorithm = upload.checksum?.algorithm;
  const payload = await readPayload(call, content, algorithm ? [algorithm] : [], !variants.noChecksums);
  try {
    uploadOf(work); // it may have been aborted or completed while the part was still arriving
    checkAlgorithm(algorithm, payload.declared);
  } catch (error) {
    await content.drop([payload.piece]);
    throw error;
  }
  if (work.spoilsStored) await content.flipByte([payload.piece], Math.floor(payload.piece.bytes / 2));
  const etag = variants.opaqueEtags ? randomBytes(16).toString('hex') : payload.md5.toString('hex');
  const before = upload.parts.get(number);
  upload.parts.set(number, {
    piece: payload.piece,
    md5: payload.md5,
    etag,
    checksums: payload.checksums,
    at: now,
  });
  if (before) await content.drop([before.piece]);
  const named = payload.declared ?? algorithm;
  const value = named && payload.checksums.get(named);
  return {
    status: 200,
    headers: {
      etag: `"${etag}"`,
      ...(named && value && { [`x-amz-checksum-${named.toLowerCase()}`]: value }),
    },
  };
};

/** The parts that a Complete names, in its order; throws where they aren't what was uploaded. */
function partsNamed(upload: Upload, document: XmlElement | undefined): Part[] {
  const entries = childrenOf(document, 'Part');
  if (document?.name !== 'CompleteMultipartUpload' || entries.length === 0) {
    throw new S3Error(
      'MalformedXML',
      'The XML you provided was not well-formed or did not validate against our published schema',
    );
  }
  let previous = 0;
  return entries.map((entry, index) => {
    const number = Number(childOf(entry, 'PartNumber')?.text);
    const etag = childOf(entry, 'ETag')?.text.replaceAll('"', '');
    const part = upload.parts.get(number);
    if (number <= previous) {
      throw new S3Error(
        'InvalidPartOrder',
        'The list of parts was not in ascending order. The parts list must be specified in order by part number.',
      );
    }
    previous = number;
    const wrongChecksum = algorithms.some(algorithm => {
      const claimed = childOf(entry, tagOf(algorithm))?.text;
      const held = part?.checksums.get(algorithm);
      return claimed !== undefined && held !== undefined && claimed !== held;
    });
    if (!part || part.etag !== etag || wrongChecksum) {
      throw new S3Error(
        'InvalidPart',
        "One or more of the specified parts could not be found. The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
        { details: { PartNumber: String(number), ETag: etag ?? '' } },
      );
    }
    const { checksum } = upload;
    if (checksum?.type === 'COMPOSITE' && !childOf(entry, tagOf(checksum.algorithm))) {
      throw new S3Error(
        'InvalidRequest',
        `The upload was created using a ${checksum.algorithm.toLowerCase()} checksum. The complete request must include the checksum for each part. It was missing for part ${number} in the request.`,
      );
    }
    if (index < entries.length - 1 && part.piece.bytes < smallestPart) {
      throw new S3Error('EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size', {
        details: {
          ProposedSize: String(part.piece.bytes),
          PartNumber: String(number),
          MinSizeAllowed: String(smallestPart),
        },
      });
    }
    return part;
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
  const parts = partsNamed(upload, parseXml(text));
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

export const abortMultipartUpload: Operation = async work => {
  const upload = uploadOf(work);
  work.bucket.uploads.delete(upload.uploadId);
  await work.content.drop([...upload.parts.values()].map(part => part.piece));
  return { status: 204 };
};

export const listParts: Operation = work => {
  const upload = uploadOf(work);
  const after = Number(work.call.query.get('part-number-marker') ?? 0);
  const most = Math.min(Number(work.call.query.get('max-parts') ?? 1000), 1000);
  const numbers = [...upload.parts.keys()].filter(number => number > after).sort((a, b) => a - b);
  const page = numbers.slice(0, most);
  const algorithm = upload.checksum?.algorithm;
  return xmlAnswer(
    xml('ListPartsResult', {
      Bucket: work.bucket.name,
      Key: upload.key,
      UploadId: upload.uploadId,
      StorageClass: upload.template.storageClass,
      PartNumberMarker: after,
      NextPartNumberMarker: page.at(-1),
      MaxParts: most,
      IsTruncated: page.length < numbers.length,
      ChecksumAlgorithm: algorithm,
      ChecksumType: upload.checksum?.type,
      Part: page.map(number => {
        const part = upload.parts.get(number);
        return {
          PartNumber: number,
          LastModified: part?.at.toISOString(),
          ETag: `"${part?.etag}"`,
          Size: part?.piece.bytes,
          ...(algorithm && { [tagOf(algorithm)]: part?.checksums.get(algorithm) }),
        };
      }),
    }),
  );
};
