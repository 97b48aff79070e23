// Why a store can't be reached or won't let us in, in words: bucket, region, credentials, clock, network, permissions.
// Of PGB300 to PGB349; the others stand in storage.ts.
import { Problem } from './problem.ts';

/** What was being done to what, for the sentence: `upload part 3 of s3://bucket/key`, needing `s3:PutObject`. */
export interface StorageStep {
  readonly doing: string;
  /** The permission it needs, as IAM policies spell it. */
  readonly action: string;
  /** e.g. `s3://bucket/prefix/key`. */
  readonly place: string;
}

/** What the server itself said. */
export interface Said {
  readonly detail?: string | undefined;
  readonly cause?: unknown;
}

export const bucketMissing = (bucket: string, said: Said) =>
  new Problem({
    kind: 'configuration',
    code: 'PGB300',
    summary: `The bucket "${bucket}" does not exist at this store.`,
    hint: 'Check the bucket in `destination`, and `s3-endpoint` if the bucket is not at AWS.',
    ...said,
  });

export const forbidden = (step: StorageStep, said: Said) =>
  new Problem({
    kind: 'remote',
    code: 'PGB301',
    summary: `The store refused to ${step.doing} at ${step.place} (403).`,
    hint: `Grant ${step.action} there to the role in use. A role without s3:ListBucket gets 403 for objects that do not exist as well.`,
    ...said,
  });

export const wrongRegion = (bucket: string, region: string | undefined, said: Said) =>
  new Problem({
    kind: 'configuration',
    code: 'PGB302',
    summary:
      region === undefined
        ? `The bucket "${bucket}" lies in another region than the one that was asked.`
        : `The bucket "${bucket}" lies in ${region}, another region was asked.`,
    hint:
      region === undefined
        ? 'Set `s3-region` (or AWS_REGION) to the region of the bucket.'
        : `Set \`s3-region: ${region}\`.`,
    ...said,
  });

export const noCredentials = (said: Said) =>
  new Problem({
    kind: 'configuration',
    code: 'PGB303',
    summary: 'No AWS credentials were found.',
    hint: 'In a workflow, set `aws-role` and give the job `permissions: id-token: write`; elsewhere set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.',
    ...said,
  });

export const credentialsExpired = (minutes: number, said: Said) =>
  new Problem({
    kind: 'remote',
    code: 'PGB304',
    summary: `The AWS credentials expired, ${minutes} min after the store was opened, and no newer ones were found.`,
    hint: 'In a workflow, set `aws-role`, which renews them; or ask for a longer session (`role-duration-seconds` of configure-aws-credentials, and the maximum session duration of the role).',
    ...said,
  });

export const credentialsRefused = (code: string, said: Said) =>
  new Problem({
    kind: 'configuration',
    code: 'PGB305',
    summary: `The store does not accept the credentials (${code}).`,
    hint: 'Check that access key and secret key belong together and to this store, and that `s3-endpoint` and `s3-region` are those of the bucket.',
    ...said,
  });

export const clockSkewed = (said: Said) =>
  new Problem({
    kind: 'environment',
    code: 'PGB306',
    summary: 'The store refused the request because the clock of this machine is too far off.',
    hint: 'Set the clock of the machine by NTP; S3 tolerates 15 minutes.',
    ...said,
  });

export const unreachable = (step: StorageStep, said: Said) =>
  new Problem({
    kind: 'remote',
    code: 'PGB307',
    summary: `The store could not be reached to ${step.doing} at ${step.place}.`,
    hint: 'Check `s3-endpoint` and `s3-region`, name resolution, proxy and firewall of this machine.',
    ...said,
  });

export const untrustedStore = (step: StorageStep, said: Said) =>
  new Problem({
    kind: 'environment',
    code: 'PGB308',
    summary: `The TLS certificate of the store was not accepted when trying to ${step.doing} at ${step.place}.`,
    hint: 'Check `s3-endpoint`; for a certificate authority of your own set NODE_EXTRA_CA_CERTS to its PEM file.',
    ...said,
  });

export const accessToKeyDenied = (step: StorageStep, said: Said) =>
  new Problem({
    kind: 'remote',
    code: 'PGB315',
    summary: `The encryption key of the bucket may not be used to ${step.doing} at ${step.place} (KMS).`,
    hint: 'Grant kms:GenerateDataKey and kms:Decrypt on the key for writing, kms:Decrypt for reading.',
    ...said,
  });

export const noRegion = (said: Said) =>
  new Problem({
    kind: 'configuration',
    code: 'PGB324',
    summary: 'No AWS region is set.',
    hint: 'Set `s3-region` (or AWS_REGION) to the region of the bucket.',
    ...said,
  });
