// Storage classes, and bringing objects back from those that don't answer at once.
import type { Version } from './buckets.ts';
import { type Call, headerOf } from './call.ts';
import { S3Error } from './errors.ts';
import type { Operation } from './operation.ts';
import { readDocument } from './payload.ts';
import { childOf, parseXml } from './xml.ts';

const dayMs = 24 * 60 * 60 * 1000;
const classes = [
  'STANDARD',
  'STANDARD_IA',
  'ONEZONE_IA',
  'INTELLIGENT_TIERING',
  'GLACIER_IR',
  'GLACIER',
  'DEEP_ARCHIVE',
  'REDUCED_REDUNDANCY',
];

export function storageClassOf(call: Call): string {
  const asked = headerOf(call, 'x-amz-storage-class') ?? 'STANDARD';
  if (classes.includes(asked)) return asked;
  throw new S3Error('InvalidStorageClass', 'The storage class you specified is not valid');
}

/** The value of `x-amz-restore`, or undefined for an object that was never asked back or has gone again. */
export function restoreHeader({ restored }: Version, now: Date): string | undefined {
  if (!restored || now >= restored.until) return undefined;
  if (now < restored.from) return 'ongoing-request="true"';
  return `ongoing-request="false", expiry-date="${restored.until.toUTCString()}"`;
}

export const restoreObject: Operation = async ({ bucket, call, content, now, restoreTakesMs, variants }) => {
  const document = parseXml(await readDocument(call, content, !variants.noChecksums));
  const version = bucket.find(call.key, call.query.get('versionId'));
  if (version.storageClass !== 'GLACIER' && version.storageClass !== 'DEEP_ARCHIVE') {
    throw new S3Error('InvalidObjectState', "Restore is not allowed for the object's current storage class");
  }
  const days = Number(childOf(document, 'Days')?.text ?? '1');
  if (version.restored && now < version.restored.from) {
    throw new S3Error('RestoreAlreadyInProgress', 'Object restore is already in progress');
  }
  const there = version.restored !== undefined && now < version.restored.until;
  const from = there ? now : new Date(now.getTime() + restoreTakesMs);
  version.restored = { from, until: new Date(from.getTime() + days * dayMs) };
  return { status: there ? 200 : 202 };
};
