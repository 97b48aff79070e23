// Putting, reading and deleting single objects.
import { randomBytes } from 'node:crypto';
import type { Version } from './buckets.ts';
import { type Answer, type Call, headerOf } from './call.ts';
import type { Checksum } from './checksums.ts';
import { checkDelete, checkRead, checkWrite } from './conditions.ts';
import { S3Error } from './errors.ts';
import { bypasses, checkUnlocked, lockHeaders, lockOf } from './locks.ts';
import { type Operation, type Work, xmlAnswer } from './operation.ts';
import { readDocument, readPayload } from './payload.ts';
import { restoreHeader, storageClassOf } from './storage-classes.ts';
import { tagsOf } from './tagging.ts';
import { childOf, childrenOf, parseXml, xml } from './xml.ts';

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

function describe(work: Work, version: Version): Record<string, string> {
  const tags = Object.keys(version.tags).length;
  const archived = restoreHeader(version, work.now);
  return {
    ...version.headers,
    etag: `"${version.etag}"`,
    'last-modified': version.modifiedAt.toUTCString(),
    'accept-ranges': 'bytes',
    ...(version.storageClass !== 'STANDARD' && { 'x-amz-storage-class': version.storageClass }),
    ...(tags > 0 && { 'x-amz-tagging-count': String(tags) }),
    ...(archived && { 'x-amz-restore': archived }),
    ...lockHeaders(version),
    ...versionHeaders(work, version),
  };
}

function rangeOf(call: Call, bytes: number): { start: number; end: number } | undefined {
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(headerOf(call, 'range') ?? '') ?? [];
  if (first === undefined || last === undefined || first + last === '') return undefined;
  const start = first === '' ? Math.max(bytes - Number(last), 0) : Number(first);
  const end = first === '' || last === '' ? bytes : Math.min(Number(last) + 1, bytes);
  if (start < end) return { start, end };
  throw new S3Error('InvalidRange', 'The requested range is not satisfiable', {
    details: { ActualObjectSize: String(bytes) },
  });
}

/** HeadObject and GetObject: the same headers, with or without the bytes. */
export const readObject: Operation = work => {
  const { call, bucket, now } = work;
  const version = bucket.find(call.key, call.query.get('versionId'));
  checkRead(call, version);
  const archived = version.storageClass === 'GLACIER' || version.storageClass === 'DEEP_ARCHIVE';
  const readable = version.restored && version.restored.from <= now && now < version.restored.until;
  if (call.method === 'GET' && archived && !readable) {
    throw new S3Error('InvalidObjectState', "The operation is not valid for the object's storage class", {
      details: { StorageClass: version.storageClass },
    });
  }
  const range = rangeOf(call, version.bytes);
  const { start, end } = range ?? { start: 0, end: version.bytes };
  const asked = headerOf(call, 'x-amz-checksum-mode')?.toUpperCase() === 'ENABLED';
  const answer: Answer = {
    status: range ? 206 : 200,
    headers: {
      ...describe(work, version),
      ...(range && { 'content-range': `bytes ${start}-${end - 1}/${version.bytes}` }),
      'content-length': String(end - start),
      // A checksum of the whole object says nothing about a range of it.
      ...(asked && !range && checksumHeaders(version.checksum)),
    },
  };
  return call.method === 'HEAD' ? answer : { ...answer, body: { pieces: version.pieces, start, end } };
};

/** Removes one version, or puts a marker on top where the bucket keeps versions. */
function deleteOne(
  work: Work,
  key: string,
  versionId: string | null,
  ifMatch: string | undefined,
): Record<string, string> {
  const { bucket, content, now } = work;
  const version = versionId === null ? undefined : bucket.versions(key).find(v => v.versionId === versionId);
  checkDelete(ifMatch, bucket.versions(key)[0], key);
  if (version) {
    checkUnlocked(version, bypasses(work.call), now);
    bucket.remove(key, version);
    void content.drop(version.pieces);
    return {
      'x-amz-version-id': version.versionId,
      ...(version.deleteMarker && { 'x-amz-delete-marker': 'true' }),
    };
  }
  if (versionId !== null) return { 'x-amz-version-id': versionId };
  if (bucket.versioning === 'Off') {
    const existing = bucket.current(key);
    if (existing) {
      bucket.remove(key, existing);
      void content.drop(existing.pieces);
    }
    return {};
  }
  const marker: Version = {
    versionId: bucket.nextVersionId(),
    deleteMarker: true,
    pieces: [],
    bytes: 0,
    etag: '',
    storageClass: 'STANDARD',
    headers: {},
    modifiedAt: now,
    tags: {},
    legalHold: false,
  };
  const replaced = bucket.add(key, marker);
  if (replaced) void content.drop(replaced.pieces);
  return { 'x-amz-delete-marker': 'true', 'x-amz-version-id': marker.versionId };
}

export const deleteObject: Operation = work => {
  const { key, query } = work.call;
  const headers = deleteOne(work, key, query.get('versionId'), headerOf(work.call, 'if-match'));
  return { status: 204, headers };
};

/** Up to 1000 keys; what could not be deleted is told inside a 200. */
export const deleteObjects: Operation = async work => {
  const document = parseXml(await readDocument(work.call, work.content, !work.variants.noChecksums));
  const entries = childrenOf(document, 'Object');
  if (!document || entries.length === 0 || entries.length > 1000) {
    throw new S3Error(
      'MalformedXML',
      'The XML you provided was not well-formed or did not validate against our published schema',
    );
  }
  const quiet = childOf(document, 'Quiet')?.text === 'true';
  const results = entries.map(entry => {
    const key = childOf(entry, 'Key')?.text ?? '';
    const versionId = childOf(entry, 'VersionId')?.text;
    try {
      const action = versionId === undefined ? 's3:DeleteObject' : 's3:DeleteObjectVersion';
      const ifMatch = childOf(entry, 'ETag')?.text;
      const needed = ifMatch === undefined ? [action] : [action, 's3:GetObject'];
      const denied = needed.find(one => !work.allows(one, `${work.bucket.name}/${key}`));
      if (denied) throw new S3Error('AccessDenied', `Access Denied: ${denied}`);
      const headers = deleteOne(work, key, versionId ?? null, ifMatch);
      const marker = headers['x-amz-delete-marker'] === 'true';
      return {
        Deleted: {
          Key: key,
          VersionId: versionId,
          ...(marker && { DeleteMarker: true, DeleteMarkerVersionId: headers['x-amz-version-id'] }),
        },
      };
    } catch (error) {
      if (!(error instanceof S3Error)) throw error;
      return { Error: { Key: key, VersionId: versionId, Code: error.code, Message: error.message } };
    }
  });
  return xmlAnswer(
    xml('DeleteResult', {
      Deleted: quiet ? [] : results.flatMap(result => (result.Deleted ? [result.Deleted] : [])),
      Error: results.flatMap(result => (result.Error ? [result.Error] : [])),
    }),
  );
};
