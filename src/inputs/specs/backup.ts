// `pg-backup backup` and the root action.
import { CLIENT, CONNECTION } from './connection.ts';
import { NOTICES } from './notices.ts';
import { ALLOW_EVENT, DETAIL, POLICY, SHRINK_GUARD, TIMEOUT } from './run.ts';
import type { InputSpec } from './spec.ts';
import { DESTINATION, VERIFY_KEYS } from './store.ts';

export const BACKUP_INPUTS: readonly InputSpec[] = [
  ...CONNECTION,
  {
    name: 'database-urls',
    kind: 'lines',
    secret: true,
    default: '',
    description:
      'In place of `database-url`: the addresses of several databases, one `name=url` a line; `name` chooses one. For a fleet whose addresses are kept in one secret.',
  },
  ...DESTINATION,
  {
    name: 'name',
    kind: 'text',
    default: '',
    description:
      "What this database's backups are filed under. It stays when host or database are renamed. Default: the database's name.",
  },
  {
    name: 'tier',
    kind: 'choice',
    default: 'auto',
    choices: ['auto', 'hourly', 'daily', 'weekly', 'monthly', 'yearly', 'pre-migration', 'manual', 'safety'],
    description: 'Why this backup is kept. `auto` takes the highest tier of `retention` that is due.',
  },
  ...POLICY,
  {
    name: 'prune',
    kind: 'boolean',
    default: 'true',
    description: 'Prune after a proven backup, where `retention` is set.',
  },
  {
    name: 'compression',
    kind: 'text',
    default: 'auto',
    description:
      '`auto` (zstd:3, or gzip:6 where the client has no zstd), `zstd:N`, `gzip:N`, `lz4`, `none`.',
  },
  {
    name: 'counts',
    kind: 'choice',
    default: 'exact',
    choices: ['exact', 'off'],
    description: 'Compare the rows in the archive with `count(*)` in the same snapshot.',
  },
  {
    name: 'age-recipients',
    kind: 'lines',
    secret: true,
    default: '',
    description:
      'age public keys (`age1…`), one a line: the archive is encrypted to all of them. Name two, one of them kept offline. Treat them as a secret.',
  },
  {
    name: 'signing-key',
    kind: 'lines',
    secret: true,
    default: '',
    description: 'Ed25519 private key (PEM, or base64 of its 32 bytes) that signs the manifest.',
  },
  VERIFY_KEYS,
  {
    name: 'accept-identity',
    kind: 'text',
    default: '',
    description:
      'Fingerprint of a server that takes the place of the last one under this `name` (new host, upgrade); needed once.',
  },
  ...CLIENT,
  {
    name: 'lock-wait-timeout',
    kind: 'duration',
    default: '5m',
    description:
      'How long to wait for the lock on a table; meanwhile nothing else queues behind it for longer.',
  },
  TIMEOUT,
  SHRINK_GUARD,
  DETAIL,
  ...NOTICES,
  {
    name: 'report-artifact',
    kind: 'boolean',
    default: 'false',
    description:
      'Keep manifest, table of contents and prune plan as an artifact of the run; never the archive.',
  },
  {
    name: 'allow-empty',
    kind: 'boolean',
    default: 'false',
    description: 'Take a backup of a database without tables.',
  },
  ALLOW_EVENT,
  {
    name: 'dry-run',
    kind: 'boolean',
    default: 'false',
    description: 'Ask everything, print the plan, change nothing.',
  },
];
