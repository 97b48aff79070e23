// Uploads in parts, up to their completion: nothing of them is visible as an object.
import { randomBytes } from 'node:crypto';
import type { Upload } from './buckets.ts';
import { headerOf } from './call.ts';
import { type Algorithm, algorithms } from './checksums.ts';
import { S3Error } from './errors.ts';
import { type Operation, type Work, xmlAnswer } from './operation.ts';
import { readPayload } from './payload.ts';
import { templateOf } from './putting.ts';
import { xml } from './xml.ts';

/** The element that carries a checksum, as in `ChecksumCRC32`. */
export const tagOf = (algorithm: Algorithm): string => `Checksum${algorithm}`;

export function uploadOf({ bucket, call }: Work): Upload {
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
