// HeadObject and GetObject: what is known of an object, with or without its bytes.
import type { Version } from './buckets.ts';
import { type Answer, type Call, headerOf } from './call.ts';
import { checkRead } from './conditions.ts';
import { S3Error } from './errors.ts';
import { lockHeaders } from './locks.ts';
import type { Operation, Work } from './operation.ts';
import { checksumHeaders, versionHeaders } from './putting.ts';
import { restoreHeader } from './storage-classes.ts';

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
