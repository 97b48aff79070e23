// Which function carries out which operation, and which action a policy must allow for it.
import {
  createBucket,
  deleteBucket,
  getBucketLifecycle,
  getBucketLocation,
  getBucketVersioning,
  headBucket,
  listBuckets,
  putBucketLifecycle,
  putBucketVersioning,
} from './bucket-operations.ts';
import { completeMultipartUpload } from './completion.ts';
import { deleteObject, deleteObjects } from './deletion.ts';
import { listMultipartUploads, listObjectsV2, listObjectVersions } from './listing.ts';
import {
  getObjectLegalHold,
  getObjectLockConfiguration,
  getObjectRetention,
  putObjectLegalHold,
  putObjectLockConfiguration,
  putObjectRetention,
} from './locks.ts';
import { abortMultipartUpload, createMultipartUpload, listParts, uploadPart } from './multipart.ts';
import type { Operation } from './operation.ts';
import { putObject } from './putting.ts';
import { readObject } from './reading.ts';
import { restoreObject } from './storage-classes.ts';
import { getObjectTagging, putObjectTagging } from './tagging.ts';

interface Route {
  readonly run: Operation;
  /** The IAM action; none where the operation asks key by key itself. */
  readonly action?: string;
  /** The action in its place when a version is named. */
  readonly versionAction?: string;
}

export const routes: Readonly<Record<string, Route>> = {
  AbortMultipartUpload: { run: abortMultipartUpload, action: 's3:AbortMultipartUpload' },
  CompleteMultipartUpload: { run: completeMultipartUpload, action: 's3:PutObject' },
  CreateBucket: { run: createBucket, action: 's3:CreateBucket' },
  CreateMultipartUpload: { run: createMultipartUpload, action: 's3:PutObject' },
  DeleteBucket: { run: deleteBucket, action: 's3:DeleteBucket' },
  DeleteObject: { run: deleteObject, action: 's3:DeleteObject', versionAction: 's3:DeleteObjectVersion' },
  DeleteObjects: { run: deleteObjects },
  GetBucketLifecycleConfiguration: { run: getBucketLifecycle, action: 's3:GetLifecycleConfiguration' },
  GetBucketLocation: { run: getBucketLocation, action: 's3:GetBucketLocation' },
  GetBucketVersioning: { run: getBucketVersioning, action: 's3:GetBucketVersioning' },
  GetObject: { run: readObject, action: 's3:GetObject', versionAction: 's3:GetObjectVersion' },
  GetObjectLegalHold: { run: getObjectLegalHold, action: 's3:GetObjectLegalHold' },
  GetObjectLockConfiguration: {
    run: getObjectLockConfiguration,
    action: 's3:GetBucketObjectLockConfiguration',
  },
  GetObjectRetention: { run: getObjectRetention, action: 's3:GetObjectRetention' },
  GetObjectTagging: {
    run: getObjectTagging,
    action: 's3:GetObjectTagging',
    versionAction: 's3:GetObjectVersionTagging',
  },
  HeadBucket: { run: headBucket, action: 's3:ListBucket' },
  HeadObject: { run: readObject, action: 's3:GetObject', versionAction: 's3:GetObjectVersion' },
  ListBuckets: { run: listBuckets, action: 's3:ListAllMyBuckets' },
  ListMultipartUploads: { run: listMultipartUploads, action: 's3:ListBucketMultipartUploads' },
  ListObjectVersions: { run: listObjectVersions, action: 's3:ListBucketVersions' },
  ListObjectsV2: { run: listObjectsV2, action: 's3:ListBucket' },
  ListParts: { run: listParts, action: 's3:ListMultipartUploadParts' },
  PutBucketLifecycleConfiguration: { run: putBucketLifecycle, action: 's3:PutLifecycleConfiguration' },
  PutBucketVersioning: { run: putBucketVersioning, action: 's3:PutBucketVersioning' },
  PutObject: { run: putObject, action: 's3:PutObject' },
  PutObjectLegalHold: { run: putObjectLegalHold, action: 's3:PutObjectLegalHold' },
  PutObjectLockConfiguration: {
    run: putObjectLockConfiguration,
    action: 's3:PutBucketObjectLockConfiguration',
  },
  PutObjectRetention: { run: putObjectRetention, action: 's3:PutObjectRetention' },
  PutObjectTagging: {
    run: putObjectTagging,
    action: 's3:PutObjectTagging',
    versionAction: 's3:PutObjectVersionTagging',
  },
  RestoreObject: { run: restoreObject, action: 's3:RestoreObject' },
  UploadPart: { run: uploadPart, action: 's3:PutObject' },
};
