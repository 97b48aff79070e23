// Operations on buckets themselves: making, seeing, versioning, and the lifecycle document, which is kept but not acted upon.
import { Bucket } from './buckets.ts';
import { headerOf } from './call.ts';
import { S3Error } from './errors.ts';
import { type Operation, xmlAnswer } from './operation.ts';
import { readDocument } from './payload.ts';
import { childOf, parseXml, xml } from './xml.ts';

export const createBucket: Operation = async ({ bucket, buckets, call, content, variants, now }) => {
  await readDocument(
    { ...call, headers: { 'content-length': '0', ...call.headers } },
    content,
    !variants.noChecksums,
  );
  if (buckets.has(call.bucket)) {
    throw new S3Error(
      'BucketAlreadyOwnedByYou',
      'Your previous request to create the named bucket succeeded and you already own it.',
    );
  }
  const created = new Bucket(call.bucket, bucket.region, now);
  if (headerOf(call, 'x-amz-bucket-object-lock-enabled')?.toLowerCase() === 'true') {
    created.objectLock = true;
    created.versioning = 'Enabled';
  }
  buckets.set(call.bucket, created);
  return { status: 200, headers: { location: `/${call.bucket}` } };
};

export const headBucket: Operation = ({ bucket }) => ({
  status: 200,
  headers: { 'x-amz-bucket-region': bucket.region },
});

export const deleteBucket: Operation = ({ bucket, buckets }) => {
  if (bucket.keys().length > 0)
    throw new S3Error('BucketNotEmpty', 'The bucket you tried to delete is not empty');
  buckets.delete(bucket.name);
  return { status: 204 };
};

export const listBuckets: Operation = ({ buckets }) =>
  xmlAnswer(
    xml('ListAllMyBucketsResult', {
      Buckets: {
        Bucket: [...buckets.values()].map(({ name, createdAt }) => ({
          Name: name,
          CreationDate: createdAt.toISOString(),
        })),
      },
    }),
  );

export const getBucketLocation: Operation = ({ bucket }) =>
  // us-east-1 is told by an empty element, since before there were others.
  xmlAnswer(xml('LocationConstraint', bucket.region === 'us-east-1' ? '' : bucket.region));

export const getBucketVersioning: Operation = ({ bucket }) =>
  xmlAnswer(xml('VersioningConfiguration', bucket.versioning === 'Off' ? '' : { Status: bucket.versioning }));

export const putBucketVersioning: Operation = async ({ bucket, call, content, variants }) => {
  const document = parseXml(await readDocument(call, content, !variants.noChecksums));
  const status = childOf(document, 'Status')?.text;
  if (status !== 'Enabled' && status !== 'Suspended')
    throw new S3Error('MalformedXML', 'The XML you provided was not well-formed');
  if (status === 'Suspended' && bucket.objectLock) {
    throw new S3Error(
      'InvalidBucketState',
      'An Object Lock configuration is present on this bucket, so the versioning state cannot be changed.',
    );
  }
  bucket.versioning = status;
  return { status: 200 };
};

export const getBucketLifecycle: Operation = ({ bucket }) => {
  if (bucket.lifecycle === undefined) {
    throw new S3Error('NoSuchLifecycleConfiguration', 'The lifecycle configuration does not exist', {
      status: 404,
    });
  }
  return xmlAnswer(bucket.lifecycle);
};

export const putBucketLifecycle: Operation = async ({ bucket, call, content, variants }) => {
  bucket.lifecycle = await readDocument(call, content, !variants.noChecksums);
  return { status: 200 };
};
