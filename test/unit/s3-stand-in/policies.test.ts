import {
  AbortMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type PolicyDocument, type S3StandIn, startS3StandIn } from '../../parts/s3-stand-in/start.ts';
import { clientOf, refusal } from './client.ts';

const objects = 'arn:aws:s3:::b/db/*';
const writer: PolicyDocument = {
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Action: ['s3:PutObject', 's3:AbortMultipartUpload'], Resource: objects },
    {
      Effect: 'Allow',
      Action: 's3:ListBucket',
      Resource: 'arn:aws:s3:::b',
      Condition: { StringLike: { 's3:prefix': ['db', 'db/*'] } },
    },
  ],
};
const reader: PolicyDocument = {
  Statement: [
    { Effect: 'Allow', Action: 's3:Get*', Resource: 'arn:aws:s3:::b/*.manifest.json' },
    { Effect: 'Allow', Action: 's3:ListBucket', Resource: 'arn:aws:s3:::b' },
  ],
};
const pruner: PolicyDocument = {
  Statement: [
    { Effect: 'Allow', Action: 's3:*', Resource: '*' },
    { Effect: 'Deny', Action: ['s3:DeleteObjectVersion', 's3:PutObject'], Resource: '*' },
    { Effect: 'Deny', Action: 's3:GetObject', Resource: '*.dump' },
  ],
};
// As AWS advises it: what creates an object must not be able to replace one.
const createOnly: PolicyDocument = {
  Statement: [
    {
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:PutObject',
      Resource: 'arn:aws:s3:::b/*',
      Condition: { Null: { 's3:if-none-match': 'true' }, Bool: { 's3:ObjectCreationOperation': 'true' } },
    },
  ],
};

let standIn: S3StandIn;
let as: (name: string) => S3Client;
beforeAll(async () => {
  const policies = { owner: undefined, writer, reader, pruner };
  const credentials = Object.entries(policies).map(([accessKeyId, policy]) => ({
    accessKeyId,
    secretAccessKey: 's',
    ...(policy && { policy }),
  }));
  standIn = await startS3StandIn({ buckets: ['b'], credentials, policies: { b: createOnly } });
  as = accessKeyId => clientOf(standIn, { credentials: { accessKeyId, secretAccessKey: 's' } });
  for (const Key of ['db/1.dump', 'db/1.manifest.json', 'other/1.dump']) {
    await as('owner').send(new PutObjectCommand({ Bucket: 'b', Key, Body: 'x', IfNoneMatch: '*' }));
  }
});
afterAll(() => standIn.stop());

const Bucket = 'b';
const put = (Key: string, more = {}) =>
  new PutObjectCommand({ Bucket, Key, Body: 'x', IfNoneMatch: '*', ...more });
const get = (Key: string) => new GetObjectCommand({ Bucket, Key });
const head = (Key: string) => new HeadObjectCommand({ Bucket, Key });
const list = (Prefix?: string) => new ListObjectsV2Command({ Bucket, Prefix });
const remove = (Key: string, more = {}) => new DeleteObjectCommand({ Bucket, Key, ...more });

describe('least privilege', () => {
  test.each([
    ['writer', 'put below its prefix', put('db/2.dump')],
    ['writer', 'list its prefix', list('db/')],
    ['reader', 'read a manifest', get('db/1.manifest.json')],
    ['reader', 'list everything', list()],
    ['pruner', 'delete', remove('db/2.dump')],
  ] as const)('%s may %s', async (name, _, command) => {
    await as(name).send(command as never);
  });

  test.each([
    ['writer', 'put elsewhere', put('db2/2.dump'), 'AccessDenied 403'],
    ['writer', 'put with a tag', put('db/3.dump', { Tagging: 'a=b' }), 'AccessDenied 403'],
    ['writer', 'put over what is there', put('db/1.dump'), 'PreconditionFailed 412'],
    [
      'writer',
      'put without saying that it creates',
      put('db/3.dump', { IfNoneMatch: undefined }),
      'AccessDenied 403',
    ],
    ['writer', 'list all', list(), 'AccessDenied 403'],
    ['writer', 'list another prefix', list('db2'), 'AccessDenied 403'],
    ['writer', 'read', get('db/1.dump'), 'AccessDenied 403'],
    ['writer', 'delete', remove('db/1.dump'), 'AccessDenied 403'],
    ['reader', 'read an archive', get('db/1.dump'), 'AccessDenied 403'],
    ['reader', 'put', put('x.manifest.json'), 'AccessDenied 403'],
    ['reader', 'find a manifest that is not there', head('db/9.manifest.json'), 'NotFound 404'],
    ['pruner', 'put', put('db/4.dump'), 'AccessDenied 403'],
    ['pruner', 'delete a version', remove('db/1.dump', { VersionId: 'null' }), 'AccessDenied 403'],
    [
      'pruner',
      'compare the ETag of what it may not read',
      remove('db/1.dump', { IfMatch: '"0"' }),
      'AccessDenied 403',
    ],
    [
      'owner',
      'put without saying that it creates',
      put('db/3.dump', { IfNoneMatch: undefined }),
      'AccessDenied 403',
    ],
  ] as const)('%s may not %s', async (name, _, command, expected) => {
    expect(await refusal(as(name).send(command as never))).toBe(expected);
  });

  test('the denied action is named', async () => {
    const error = await as('writer')
      .send(remove('db/1.dump'))
      .catch(e => e);
    expect(error.message).toBe(
      'User: arn:aws:iam::111122223333:user/writer is not authorized to perform: s3:DeleteObject on resource: "arn:aws:s3:::b/db/1.dump"',
    );
  });

  test('the parts of an upload need no condition, and may be dropped', async () => {
    const { UploadId } = await as('writer').send(new CreateMultipartUploadCommand({ Bucket, Key: 'db/5' }));
    await as('writer').send(new AbortMultipartUploadCommand({ Bucket, Key: 'db/5', UploadId }));
  });

  test('who may list only a prefix does not learn whether a key exists', async () => {
    await using narrow = await startS3StandIn({
      buckets: ['b'],
      credentials: [
        {
          accessKeyId: 'K',
          secretAccessKey: 's',
          policy: {
            Statement: [
              { Effect: 'Allow', Action: 's3:GetObject', Resource: objects },
              ...writer.Statement.slice(1),
            ],
          },
        },
      ],
    });
    expect(await refusal(clientOf(narrow).send(get('db/9')))).toBe('AccessDenied 403');
    expect(await refusal(clientOf(narrow).send(head('db/9')))).toMatch(/ 403$/);
  });
});

test('a condition that can’t be judged is an error of the stand-in, not a yes', async () => {
  const standIn = await startS3StandIn({
    buckets: ['b'],
    policies: {
      b: {
        Statement: [
          { Effect: 'Deny', Action: '*', Resource: '*', Condition: { IpAddress: { 'aws:SourceIp': '::1' } } },
        ],
      },
    },
  });
  await refusal(clientOf(standIn).send(list()));
  await expect(standIn.stop()).rejects.toThrow('the S3 stand-in itself broke');
});
