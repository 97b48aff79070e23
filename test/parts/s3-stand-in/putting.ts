// Putting whole objects, and what every new object takes from the request that announces it.
import { randomBytes } from 'node:crypto';
import type { Version } from './buckets.ts';
import { headerOf } from './call.ts';
import type { Checksum } from './checksums.ts';
import { checkWrite } from './conditions.ts';
import { S3Error } from './errors.ts';
import { lockOf } from './locks.ts';
import type { Operation, Work } from './operation.ts';
import { readPayload } from './payload.ts';
import { storageClassOf } from './storage-classes.ts';
import { tagsOf } from './tagging.ts';

const keptHeaders =
  /^(content-type|content-encoding|content-disposition|content-language|cache-control|expires|x-amz-meta-.+|x-amz-server-side-encryption.*)$/;

/** What a new object takes over from the headers of the request that announces it. */
export function templateOf({
  call,
  bucket,
  now,
}: Pick<Work, 'call' | 'bucket' | 'now'>): Pick<
  Version,
  'storageClass' | 'headers' | 'tags' | 'retention' | 'legalHold'
> {
  const kept = Object.keys(call.headers)
    .filter(name => keptHeaders.test(name))
    .map(name => [name, headerOf(call, name) ?? ''] as const)
    // The client's framing of the body is no property of the object.
    .map(([name, value]) => [
      name,
      name === 'content-encoding' ? value.replace(/,?\s*aws-chunked/, '') : value,
    ])
    .filter(([, value]) => value !== '');
  return {
    storageClass: storageClassOf(call),
    headers: { 'content-type': 'binary/octet-stream', ...Object.fromEntries(kept) },
    tags: tagsOf(call),
    ...lockOf(call, bucket, now),
  };
}

export const checksumHeaders = (checksum: Checksum | undefined): Record<string, string> =>
  checksum
    ? {
        [`x-amz-checksum-${checksum.algorithm.toLowerCase()}`]: checksum.value,
        'x-amz-checksum-type': checksum.type,
      }
    : {};

export function versionHeaders({ bucket }: Pick<Work, 'bucket'>, version: Version): Record<string, string> {
  return bucket.versioning === 'Off' ? {} : { 'x-amz-version-id': version.versionId };
}

function encryptionHeaders(version: Version): Record<string, string> {
  const names = Object.entries(version.headers);
  return Object.fromEntries(names.filter(([name]) => name.startsWith('x-amz-server-side-encryption')));
}

/** Makes the object visible. No await lies between the last check of the condition and this. */
export function place(work: Work, version: Version): void {
  checkWrite(work.call, work.bucket.current(work.call.key), work.variants);
  const replaced = work.bucket.add(work.call.key, version);
  if (replaced) void work.content.drop(replaced.pieces);
}

export const putObject: Operation = async work => {
  const { call, bucket, content, variants, now } = work;
  checkWrite(call, bucket.current(call.key), variants);
  const template = templateOf(work);
  const payload = await readPayload(call, content, [], !variants.noChecksums);
  const locks = template.retention !== undefined || template.legalHold;
  if (locks && !payload.declared && !headerOf(call, 'content-md5')) {
    await content.drop([payload.piece]);
    throw new S3Error(
      'InvalidRequest',
      'Content-MD5 OR x-amz-checksum- HTTP header is required for Put Object requests with Object Lock parameters',
    );
  }
  const value = payload.declared && payload.checksums.get(payload.declared);
  const checksum: Checksum | undefined =
    payload.declared && value ? { algorithm: payload.declared, type: 'FULL_OBJECT', value } : undefined;
  const version: Version = {
    ...template,
    versionId: bucket.nextVersionId(),
    deleteMarker: false,
    pieces: [payload.piece],
    bytes: payload.piece.bytes,
    etag: variants.opaqueEtags ? randomBytes(16).toString('hex') : payload.md5.toString('hex'),
    ...(checksum && { checksum }),
    modifiedAt: now,
  };
  try {
    place(work, version);
  } catch (error) {
    await content.drop([payload.piece]);
    throw error;
  }
  if (work.spoilsStored) await content.flipByte(version.pieces, Math.floor(version.bytes / 2));
  return {
    status: 200,
    headers: {
      etag: `"${version.etag}"`,
      ...checksumHeaders(checksum),
      ...versionHeaders(work, version),
      ...encryptionHeaders(version),
    },
  };
};
