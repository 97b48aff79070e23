// Authenticates a request, authorises it, and carries it out: what S3 does between reading a request and answering it.
import { Bucket } from './buckets.ts';
import { type Answer, type Call, headerOf } from './call.ts';
import type { ContentFolder } from './content.ts';
import { S3Error } from './errors.ts';
import type { Variants } from './operation.ts';
import { furtherActions, isAllowed, type PolicyDocument } from './policies.ts';
import { routes } from './routes.ts';
import { authenticate } from './signature.ts';
import type { StandInCredential } from './stand-in.ts';

/** What all requests share. */
export interface Shop {
  readonly region: string;
  readonly owner: string;
  readonly credentials: readonly StandInCredential[];
  readonly bucketPolicies: Readonly<Record<string, PolicyDocument>>;
  readonly buckets: Map<string, Bucket>;
  readonly content: ContentFolder;
  readonly variants: Variants;
  readonly restoreTakesMs: number;
  readonly now: () => Date;
}

function bucketOf(call: Call, shop: Shop): Bucket {
  const bucket = shop.buckets.get(call.bucket);
  if (!bucket) {
    if (call.operation !== 'CreateBucket' && call.operation !== 'ListBuckets') {
      throw new S3Error('NoSuchBucket', 'The specified bucket does not exist', {
        details: { BucketName: call.bucket },
      });
    }
    return new Bucket(call.bucket, shop.region, shop.now());
  }
  if (bucket.region !== shop.region) {
    throw new S3Error(
      'PermanentRedirect',
      'The bucket you are attempting to access must be addressed using the specified endpoint. Please send all future requests to this endpoint.',
      { details: { Bucket: bucket.name }, headers: { 'x-amz-bucket-region': bucket.region } },
    );
  }
  const owner = headerOf(call, 'x-amz-expected-bucket-owner');
  if (owner !== undefined && owner !== shop.owner) throw new S3Error('AccessDenied', 'Access Denied');
  return bucket;
}

/** SSE-C is refused rather than accepted and not done; the rest as the variants want it. */
function refuseUnknownHeaders(call: Call, variants: Variants): void {
  const refused = Object.keys(call.headers).find(name => {
    if (name.startsWith('x-amz-server-side-encryption-customer-')) return true;
    if (name === 'x-amz-tagging') return variants.noTagging;
    const ofChecksums =
      /^x-amz-(checksum-|sdk-checksum-algorithm)/.test(name) && name !== 'x-amz-checksum-mode';
    return ofChecksums && variants.refusesChecksums;
  });
  if (refused) throw new S3Error('NotImplemented', `Header '${refused}' not implemented`);
  if (variants.noTagging && call.query.has('tagging')) {
    throw new S3Error('NotImplemented', 'Object tagging is not implemented');
  }
}

/** Throws `S3Error` for whatever S3 refuses. `spoilsStored`: a fault wants the stored bytes changed. */
export async function carryOut(call: Call, shop: Shop, spoilsStored: boolean): Promise<Answer> {
  const credential = authenticate(call, shop.credentials, shop.region, shop.now());
  const route = routes[call.operation];
  if (!route)
    throw new S3Error(
      'NotImplemented',
      'A header or query you provided implies functionality that is not implemented.',
    );
  const bucket = bucketOf(call, shop);
  const resource = call.key === '' ? call.bucket : `${call.bucket}/${call.key}`;
  const allows = (action: string, on: string): boolean =>
    isAllowed(credential.policy, shop.bucketPolicies[call.bucket], call, action, on);
  const action = call.query.has('versionId') ? (route.versionAction ?? route.action) : route.action;
  const denied = [...(action ? [action] : []), ...furtherActions(call)].find(one => !allows(one, resource));
  if (denied) {
    throw new S3Error(
      'AccessDenied',
      `User: arn:aws:iam::${shop.owner}:user/${credential.accessKeyId} is not authorized to perform: ${denied} on resource: "arn:aws:s3:::${resource}"`,
    );
  }
  refuseUnknownHeaders(call, shop.variants);
  const { buckets, content, variants, restoreTakesMs } = shop;
  const work = {
    call,
    bucket,
    buckets,
    content,
    variants,
    now: shop.now(),
    restoreTakesMs,
    allows,
    spoilsStored,
  };
  try {
    return await route.run(work);
  } catch (error) {
    // Whoever may not list must not learn which keys exist.
    const hides =
      error instanceof S3Error && error.code === 'NoSuchKey' && !allows('s3:ListBucket', call.bucket);
    if (!hides) throw error;
    throw new S3Error(
      'AccessDenied',
      `Access Denied: s3:ListBucket on "arn:aws:s3:::${call.bucket}" is not allowed`,
    );
  }
}
