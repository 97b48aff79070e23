// Where backups lie, which of them, and what it takes to look into one.
import type { InputSpec } from './spec.ts';

export const DESTINATION: readonly InputSpec[] = [
  {
    name: 'destination',
    kind: 'text',
    default: '',
    description:
      'Where backups lie: `s3://bucket/prefix`, or `file:///path` for a local or mounted folder. Required.',
  },
  {
    name: 's3-endpoint',
    kind: 'text',
    default: '',
    description: 'URL of an S3-compatible store; AWS where it is not set. https, or http on loopback.',
  },
  {
    name: 's3-region',
    kind: 'text',
    default: '',
    description: 'Region of the bucket; else what the AWS environment says.',
  },
  {
    name: 's3-force-path-style',
    kind: 'boolean',
    default: 'false',
    description: "Address the bucket in the URL's path instead of its host name (MinIO and its like).",
  },
  {
    name: 'aws-role',
    kind: 'text',
    default: '',
    description:
      "ARN of the role to take with the job's OIDC token, renewed as long as the run lasts; the job needs `permissions: id-token: write`. Without it the AWS environment gives the credentials.",
  },
];

export const VERIFY_KEYS: InputSpec = {
  name: 'verify-keys',
  kind: 'lines',
  default: '',
  description:
    'Ed25519 public keys, PEM or `ed25519:<base64>`, one or more. Where set, a backup counts only if one of them signed it.',
};

export const TIER_CHOICES = [
  'hourly',
  'daily',
  'weekly',
  'monthly',
  'yearly',
  'pre-migration',
  'manual',
  'safety',
];

export const NAME_OF_BACKUPS: InputSpec = {
  name: 'name',
  kind: 'text',
  default: '',
  description: 'Whose backups. Default: that of the backup named, or the only one at the destination.',
};

export const BACKUP: InputSpec = {
  name: 'backup',
  kind: 'text',
  default: 'latest',
  description:
    'Which one: `latest` (the newest good one), an id, the key of any of its objects, or `before:<time>` (the newest good one before it; `2026-11-21`, `2026-11-21T03:17Z`).',
};

/** Which backup a command works on. */
export const SELECTION: readonly InputSpec[] = [
  NAME_OF_BACKUPS,
  BACKUP,
  {
    name: 'tier',
    kind: 'choice',
    default: 'any',
    choices: ['any', ...TIER_CHOICES],
    description: 'Only backups of this tier.',
  },
  {
    name: 'level',
    kind: 'choice',
    default: 'any',
    choices: ['any', 'listed', 'decoded', 'counted', 'stored', 'restored'],
    description: 'Only backups that are proven to at least this level.',
  },
];

/** What it takes to look into a backup. */
export const OPENING: readonly InputSpec[] = [
  {
    name: 'age-identity',
    kind: 'lines',
    secret: true,
    default: '',
    description:
      'age private keys (`AGE-SECRET-KEY-…`), one a line, as `age-keygen` writes them: needed where the backup is encrypted.',
  },
  VERIFY_KEYS,
  {
    name: 'thaw',
    kind: 'choice',
    default: 'off',
    choices: ['off', 'request', 'wait'],
    description:
      'What to do about objects in an archive storage class: refuse, ask the store for them and end, or ask and wait until they are there.',
  },
];
