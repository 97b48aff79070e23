// How a bucket is set up: versioning, Object Lock, lifecycle, and whether its store keeps to conditions. A role without the
// right to look is the rule, not an error.
import {
  type LifecycleRule as BucketRule,
  GetBucketLifecycleConfigurationCommand,
  GetBucketVersioningCommand,
  GetObjectLockConfigurationCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { isAbsent, isUnsupported, type S3Failure } from './s3-failure.ts';
import type { S3Link } from './s3-link.ts';
import type { LifecycleRule, Seen, StoreSetup } from './setup-port.ts';
import { checkKey } from './storage-key.ts';

export function bucketSetup(link: S3Link): StoreSetup {
  const Bucket = link.bucket;
  return {
    versioning: signal =>
      see(link, { what: 'versioning', action: 's3:GetBucketVersioning' }, signal, async (client, own) => {
        const { Status } = await client.send(new GetBucketVersioningCommand({ Bucket }), {
          abortSignal: own,
        });
        return Status === 'Enabled' ? 'on' : Status === 'Suspended' ? 'suspended' : 'off';
      }),
    objectLock: signal =>
      see<'by-default' | 'possible' | 'off'>(
        link,
        {
          what: 'Object Lock',
          action: 's3:GetBucketObjectLockConfiguration',
          none: /^ObjectLockConfigurationNotFound/,
          empty: 'off',
        },
        signal,
        async (client, own) => {
          const command = new GetObjectLockConfigurationCommand({ Bucket });
          const { ObjectLockConfiguration: lock } = await client.send(command, { abortSignal: own });
          if (lock?.ObjectLockEnabled !== 'Enabled') return 'off';
          return lock.Rule?.DefaultRetention ? 'by-default' : 'possible';
        },
      ),
    lifecycle: signal =>
      see<readonly LifecycleRule[]>(
        link,
        {
          what: 'the lifecycle rules',
          action: 's3:GetLifecycleConfiguration',
          none: /^NoSuchLifecycleConfiguration$/,
          empty: [],
        },
        signal,
        async (client, own) => {
          const command = new GetBucketLifecycleConfigurationCommand({ Bucket });
          const { Rules = [] } = await client.send(command, { abortSignal: own });
          return Rules.filter(({ Status }) => Status === 'Enabled').map(rule => readRule(rule, link.prefix));
        },
      ),
    async overwrite(key, bytes, signal) {
      checkKey(key);
      return overwrite(link, key, bytes, signal);
    },
  };
}

interface Question<T> {
  readonly what: string;
  /** As IAM policies spell it. */
  readonly action: string;
  /** The error by which the store says that there is none, and what that means. */
  readonly none?: RegExp;
  readonly empty?: T;
}

function see<T>(
  link: S3Link,
  { what, action, none, empty }: Question<T>,
  signal: AbortSignal,
  send: (client: S3Client, signal: AbortSignal) => Promise<T>,
): Promise<Seen<T>> {
  return link.ask<Seen<T>>(
    link.step(`look at ${what}`, action),
    async (client, own) => ({ is: await send(client, own) }),
    {
      signal,
      settle: failure => {
        if (none?.test(failure.code) && empty !== undefined) return { value: { is: empty } };
        if (failure.status === 403) return { value: 'forbidden' };
        return isUnknown(failure) ? { value: 'unknown' } : undefined;
      },
    },
  );
}

/** Stores answer in many ways that they have no such thing. */
function isUnknown(failure: S3Failure): boolean {
  return isUnsupported(failure) || isAbsent(failure) || failure.status === 405;
}

function readRule(rule: BucketRule, prefix: string): LifecycleRule {
  const { Filter, Transitions = [], Expiration } = rule;
  const own = Filter?.Prefix ?? Filter?.And?.Prefix ?? rule.Prefix ?? '';
  return {
    id: rule.ID ?? '',
    here: own.startsWith(prefix) || prefix.startsWith(own),
    byTag: Filter?.Tag !== undefined || (Filter?.And?.Tags?.length ?? 0) > 0,
    abortsUploads: rule.AbortIncompleteMultipartUpload !== undefined,
    expires: Expiration?.Days !== undefined || Expiration?.Date !== undefined,
    expiresVersions: rule.NoncurrentVersionExpiration !== undefined,
    movesTo: Transitions.flatMap(({ StorageClass }) => StorageClass ?? []),
  };
}

function overwrite(
  link: S3Link,
  key: string,
  bytes: Buffer,
  signal: AbortSignal,
): Promise<'refused' | 'ignored' | 'unknown'> {
  return link.ask<'refused' | 'ignored' | 'unknown'>(
    link.step('create an object', 's3:PutObject', key),
    async (client, abortSignal) => {
      const command = new PutObjectCommand({
        ...link.at(key),
        Body: bytes,
        ContentLength: bytes.length,
        ContentType: 'text/plain',
        IfNoneMatch: '*',
      });
      await client.send(command, { abortSignal });
      return 'ignored';
    },
    {
      signal,
      settle: failure => {
        if (failure.status === 412) return { value: 'refused' };
        return isUnsupported(failure) ? { value: 'unknown' } : undefined;
      },
    },
  );
}
