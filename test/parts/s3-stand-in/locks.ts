// Object Lock: reading retention and legal holds from requests, giving them back, and refusing to delete or loosen
// what is locked.
import type { Bucket, Retention, Version } from './buckets.ts';
import { type Call, headerOf } from './call.ts';
import { S3Error } from './errors.ts';
import { type Operation, xmlAnswer } from './operation.ts';
import { readDocument } from './payload.ts';
import { childOf, parseXml, xml } from './xml.ts';

const dayMs = 24 * 60 * 60 * 1000;

function parseRetention(mode: string | undefined, until: string | undefined, now: Date): Retention {
  const date = new Date(until ?? '');
  if ((mode !== 'GOVERNANCE' && mode !== 'COMPLIANCE') || Number.isNaN(date.getTime())) {
    throw new S3Error('InvalidArgument', 'Unknown wormMode directive or retain until date');
  }
  if (date <= now) throw new S3Error('InvalidArgument', 'The retain until date must be in the future!');
  return { mode, until: date };
}

/** What a new object is locked by: its own headers, else the bucket's default. */
export function lockOf(call: Call, bucket: Bucket, now: Date): Pick<Version, 'retention' | 'legalHold'> {
  const mode = headerOf(call, 'x-amz-object-lock-mode');
  const until = headerOf(call, 'x-amz-object-lock-retain-until-date');
  const legalHold = headerOf(call, 'x-amz-object-lock-legal-hold') === 'ON';
  if ((mode || until || legalHold) && !bucket.objectLock) {
    throw new S3Error('InvalidRequest', 'Bucket is missing Object Lock Configuration');
  }
  if (mode || until) return { retention: parseRetention(mode, until, now), legalHold };
  const rule = bucket.defaultRetention;
  if (!rule) return { legalHold };
  return { retention: { mode: rule.mode, until: new Date(now.getTime() + rule.days * dayMs) }, legalHold };
}

export function lockHeaders(version: Version): Record<string, string> {
  return {
    ...(version.retention && {
      'x-amz-object-lock-mode': version.retention.mode,
      'x-amz-object-lock-retain-until-date': version.retention.until.toISOString(),
    }),
    ...(version.legalHold && { 'x-amz-object-lock-legal-hold': 'ON' }),
  };
}

/** Throws where removing this very version is forbidden; a delete marker on top of it never is. */
export function checkUnlocked(version: Version, bypass: boolean, now: Date): void {
  const { retention } = version;
  const retained = retention !== undefined && retention.until > now;
  const held = version.legalHold || (retained && (retention.mode === 'COMPLIANCE' || !bypass));
  if (held) throw new S3Error('AccessDenied', 'Access Denied because object protected by object lock.');
}

export const bypasses = (call: Call): boolean =>
  headerOf(call, 'x-amz-bypass-governance-retention')?.toLowerCase() === 'true';

const missing = (): S3Error =>
  new S3Error(
    'NoSuchObjectLockConfiguration',
    'The specified object does not have a ObjectLock configuration',
  );

function lockable(bucket: Bucket): void {
  if (!bucket.objectLock) throw new S3Error('InvalidRequest', 'Bucket is missing Object Lock Configuration');
}

export const getObjectRetention: Operation = ({ bucket, call }) => {
  lockable(bucket);
  const { retention } = bucket.find(call.key, call.query.get('versionId'));
  if (!retention) throw missing();
  return xmlAnswer(
    xml('Retention', { Mode: retention.mode, RetainUntilDate: retention.until.toISOString() }),
  );
};

export const putObjectRetention: Operation = async ({ bucket, call, content, now, variants }) => {
  lockable(bucket);
  const document = parseXml(await readDocument(call, content, !variants.noChecksums));
  const version = bucket.find(call.key, call.query.get('versionId'));
  const mode = childOf(document, 'Mode')?.text;
  const wanted = mode ? parseRetention(mode, childOf(document, 'RetainUntilDate')?.text, now) : undefined;
  const { retention } = version;
  const loosens =
    retention !== undefined &&
    (wanted === undefined ||
      wanted.until < retention.until ||
      (retention.mode === 'COMPLIANCE' && wanted.mode !== 'COMPLIANCE'));
  if (loosens) checkUnlocked({ ...version, legalHold: false }, bypasses(call), now);
  version.retention = wanted;
  return { status: 200 };
};

export const getObjectLegalHold: Operation = ({ bucket, call }) => {
  lockable(bucket);
  const { legalHold } = bucket.find(call.key, call.query.get('versionId'));
  if (!legalHold) throw missing();
  return xmlAnswer(xml('LegalHold', { Status: 'ON' }));
};

export const putObjectLegalHold: Operation = async ({ bucket, call, content, variants }) => {
  lockable(bucket);
  const document = parseXml(await readDocument(call, content, !variants.noChecksums));
  bucket.find(call.key, call.query.get('versionId')).legalHold = childOf(document, 'Status')?.text === 'ON';
  return { status: 200 };
};

export const getObjectLockConfiguration: Operation = ({ bucket }) => {
  if (!bucket.objectLock) {
    throw new S3Error(
      'ObjectLockConfigurationNotFoundError',
      'Object Lock configuration does not exist for this bucket',
    );
  }
  const rule = bucket.defaultRetention;
  return xmlAnswer(
    xml('ObjectLockConfiguration', {
      ObjectLockEnabled: 'Enabled',
      Rule: rule && { DefaultRetention: { Mode: rule.mode, Days: rule.days } },
    }),
  );
};

export const putObjectLockConfiguration: Operation = async ({ bucket, call, content, variants }) => {
  const document = parseXml(await readDocument(call, content, !variants.noChecksums));
  if (bucket.versioning !== 'Enabled') {
    throw new S3Error(
      'InvalidBucketState',
      "Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration",
    );
  }
  const rule = childOf(childOf(document, 'Rule'), 'DefaultRetention');
  const mode = childOf(rule, 'Mode')?.text;
  bucket.objectLock = true;
  bucket.defaultRetention =
    mode === 'GOVERNANCE' || mode === 'COMPLIANCE'
      ? { mode, days: Number(childOf(rule, 'Days')?.text) }
      : undefined;
  return { status: 200 };
};
