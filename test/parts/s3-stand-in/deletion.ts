// Deleting: one version for good, or a marker on top where the bucket keeps versions; alone and by the thousand.
import type { Version } from './buckets.ts';
import { headerOf } from './call.ts';
import { checkDelete } from './conditions.ts';
import { S3Error } from './errors.ts';
import { bypasses, checkUnlocked } from './locks.ts';
import { type Operation, type Work, xmlAnswer } from './operation.ts';
import { readDocument } from './payload.ts';
import { childOf, childrenOf, parseXml, xml } from './xml.ts';

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
