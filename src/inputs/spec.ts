// Every input, once: action.yml, the command line's flags, its help and the tables in the docs are made from this
// table, and a test holds them to it.

export type InputKind = 'text' | 'lines' | 'boolean' | 'choice' | 'count' | 'duration' | 'percent';

export interface InputSpec {
  readonly name: string;
  readonly kind: InputKind;
  /** Whole sentences, Markdown code marks allowed. */
  readonly description: string;
  /** As text, the way action.yml states it; '' = not set. */
  readonly default: string;
  readonly choices?: readonly string[];
  /** One letter, for the command line: `o` for `-o`. */
  readonly short?: string;
  /** Never taken from a command line as it stands (arguments are visible to every user of a machine). */
  readonly secret?: boolean;
}

export const POSTGRES_VERSIONS = ['auto', '14', '15', '16', '17', '18'] as const;

const CONNECTION: readonly InputSpec[] = [
  {
    name: 'database-url',
    kind: 'text',
    secret: true,
    default: '',
    description:
      'The database to back up, as a libpq URL or keyword string. Without it `host`, `port`, `user`, `password`, `database` are used, and where those are not set either, the PG* environment variables.',
  },
  {
    name: 'host',
    kind: 'text',
    default: '',
    description: 'Host name, address or socket folder of the server.',
  },
  { name: 'port', kind: 'text', default: '', description: 'Port of the server.' },
  { name: 'user', kind: 'text', default: '', description: 'Role to connect as.' },
  { name: 'password', kind: 'text', secret: true, default: '', description: "The role's password." },
  { name: 'database', kind: 'text', default: '', description: 'Name of the database.' },
  {
    name: 'ssl-root-cert',
    kind: 'text',
    default: '',
    description:
      "Path of the certificate authority's file (RDS and Supabase have their own), or `system`. Raises the default sslmode to verify-full.",
  },
];

const DESTINATION: readonly InputSpec[] = [
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
];

const VERIFY_KEYS: InputSpec = {
  name: 'verify-keys',
  kind: 'lines',
  default: '',
  description:
    'Ed25519 public keys, PEM or `ed25519:<base64>`, one or more. Where set, a backup counts only if one of them signed it.',
};

const POLICY: readonly InputSpec[] = [
  {
    name: 'timezone',
    kind: 'text',
    default: 'UTC',
    description: 'IANA time zone in which days, weeks, months and years begin.',
  },
  {
    name: 'retention',
    kind: 'lines',
    default: '',
    description:
      'How long to keep what, one line a tier: `daily: 30d`, `weekly: 12w`, `monthly: 12`, `yearly: forever`. A number counts periods, `12w` is an age; of several rules on a line any keeps. Without it nothing is pruned.',
  },
  {
    name: 'min-keep',
    kind: 'count',
    default: '3',
    description: 'Pruning never leaves fewer good backups than this.',
  },
  {
    name: 'max-delete',
    kind: 'count',
    default: '10',
    description: 'A prune plan that names more backups than this deletes nothing and says so.',
  },
];

/** PostgreSQL's programs, found on this machine or fetched. */
const CLIENT: readonly InputSpec[] = [
  {
    name: 'postgres-bin',
    kind: 'text',
    default: '',
    description:
      'Folder of pg_dump, pg_restore and psql; nothing else is looked for then. Default: PATH, and where packages put them.',
  },
  {
    name: 'postgres-version',
    kind: 'choice',
    default: 'auto',
    choices: POSTGRES_VERSIONS,
    description:
      'Major version of the client. `auto` asks the server and uses the client that fits, fetched where it is not on the machine (docs/postgres-client.md).',
  },
  {
    name: 'pgdg-mirror',
    kind: 'text',
    default: 'https://apt.postgresql.org/pub/repos/apt',
    description:
      "The PostgreSQL project's package repository for Debian and Ubuntu, or an unchanged copy of it; its signature is checked either way. https, or http on loopback.",
  },
];

const TIMEOUT: InputSpec = {
  name: 'timeout',
  kind: 'duration',
  default: '5h45m',
  description: 'Limit of the whole run; ends it cleanly, below the six hours of a job.',
};

const DETAIL: InputSpec = {
  name: 'detail',
  kind: 'choice',
  default: 'auto',
  choices: ['auto', 'full', 'minimal'],
  description:
    'How much log, summary and artifact tell. `minimal` leaves out names, hosts and rows; `auto` is minimal in a public repository.',
};

const SLACK_WEBHOOK_URL: InputSpec = {
  name: 'slack-webhook-url',
  kind: 'text',
  secret: true,
  default: '',
  description: 'Incoming webhook that gets the result.',
};

export const BACKUP_INPUTS: readonly InputSpec[] = [
  ...CONNECTION,
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
  {
    name: 'shrink-guard',
    kind: 'percent',
    default: '50%',
    description: 'Warn in capitals when a backup is smaller or larger than the last ones by more than this.',
  },
  DETAIL,
  SLACK_WEBHOOK_URL,
  {
    name: 'slack-on',
    kind: 'choice',
    default: 'always',
    choices: ['always', 'failure', 'change'],
    description: 'When to write to Slack.',
  },
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
  {
    name: 'allow-event',
    kind: 'text',
    default: '',
    description:
      'Events that are refused by default and may run this after all, by name: `pull_request`, `workflow_run` and their like.',
  },
  {
    name: 'dry-run',
    kind: 'boolean',
    default: 'false',
    description: 'Ask everything, print the plan, change nothing.',
  },
];

const TIER_CHOICES = ['hourly', 'daily', 'weekly', 'monthly', 'yearly', 'pre-migration', 'manual', 'safety'];

const NAME_OF_BACKUPS: InputSpec = {
  name: 'name',
  kind: 'text',
  default: '',
  description: 'Whose backups. Default: that of the backup named, or the only one at the destination.',
};

const BACKUP: InputSpec = {
  name: 'backup',
  kind: 'text',
  default: 'latest',
  description:
    'Which one: `latest` (the newest good one), an id, the key of any of its objects, or `before:<time>` (the newest good one before it; `2026-11-21`, `2026-11-21T03:17Z`).',
};

/** Which backup a command works on. */
const SELECTION: readonly InputSpec[] = [
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
const OPENING: readonly InputSpec[] = [
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

export const RESTORE_INPUTS: readonly InputSpec[] = [
  ...CONNECTION.map(spec =>
    spec.name === 'database-url'
      ? {
          ...spec,
          description:
            'The database to replace, or for a new one any on its server, as a libpq URL or keyword string. Without it `host`, `port`, `user`, `password`, `database` are used, and where those are not set either, the PG* environment variables.',
        }
      : spec,
  ),
  ...DESTINATION,
  ...SELECTION.map(spec =>
    spec.name === 'name'
      ? { ...spec, description: "Whose backups. Default: the name of the target's database." }
      : spec,
  ),
  ...OPENING,
  {
    name: 'mode',
    kind: 'choice',
    default: 'swap',
    choices: ['swap', 'new-database'],
    description:
      '`swap` restores beside the live database, compares, and then swaps the two by renaming them; the old one is kept. `new-database` makes a new database and replaces nothing.',
  },
  {
    name: 'new-database',
    kind: 'text',
    default: '',
    description: 'With `mode: new-database`: the name of the database to make.',
  },
  {
    name: 'confirm',
    kind: 'text',
    default: '',
    description:
      "Hash of the plan, as the plan prints it: only then is anything changed. On a terminal, typing the database's name does the same.",
  },
  {
    name: 'dry-run',
    kind: 'boolean',
    default: 'false',
    description: 'Print the plan and its hash, change nothing.',
  },
  {
    name: 'terminate-sessions',
    kind: 'boolean',
    default: 'false',
    description: 'End the sessions that are connected to the live database at the moment of the swap.',
  },
  {
    name: 'no-owner',
    kind: 'boolean',
    default: 'false',
    description: 'Leave owners out: everything belongs to the role that restores.',
  },
  {
    name: 'no-acl',
    kind: 'boolean',
    default: 'false',
    description: 'Leave grants out.',
  },
  {
    name: 'stub-roles',
    kind: 'boolean',
    default: 'false',
    description: 'Make the roles that the backup names and the target lacks, without login.',
  },
  {
    name: 'post-restore-sql',
    kind: 'text',
    default: '',
    description:
      'Path of a file with SQL that runs in the restored database before it is handed over (to anonymise a copy, say). It stops at the first error, and holds no psql command.',
  },
  {
    name: 'post-restore-command',
    kind: 'text',
    default: '',
    description:
      'Shell command that runs after the SQL (migrations, say), with DATABASE_URL of the restored database and none of the secrets of this run.',
  },
  {
    name: 'jobs',
    kind: 'text',
    default: 'auto',
    description: 'Connections that restore and compare at once, 2 or more. `auto` takes one for each core.',
  },
  {
    name: 'accept-identity',
    kind: 'text',
    default: '',
    description:
      'Fingerprint of a server whose backups lie under this name although the last one was another.',
  },
  ...CLIENT,
  TIMEOUT,
  DETAIL,
  SLACK_WEBHOOK_URL,
  {
    name: 'allow-event',
    kind: 'text',
    default: '',
    description:
      'Events that are refused by default and may run this after all, by name: `pull_request`, `workflow_run` and their like.',
  },
];

export const LIST_INPUTS: readonly InputSpec[] = [
  ...DESTINATION,
  {
    name: 'name',
    kind: 'text',
    default: '',
    description: 'Show the backups of this name only. Default: all names.',
  },
  VERIFY_KEYS,
];

const CLIENT_OF_ARCHIVE: InputSpec = {
  name: 'postgres-version',
  kind: 'choice',
  default: 'auto',
  choices: POSTGRES_VERSIONS,
  description:
    'Major version of the client. `auto` takes one that reads the archive: of the major that wrote it or newer, fetched where none is on the machine.',
};

export const VERIFY_INPUTS: readonly InputSpec[] = [
  ...DESTINATION,
  ...SELECTION,
  ...OPENING,
  ...CLIENT.map(spec => (spec.name === 'postgres-version' ? CLIENT_OF_ARCHIVE : spec)),
  TIMEOUT,
];

export const FETCH_INPUTS: readonly InputSpec[] = [
  ...DESTINATION,
  ...SELECTION,
  {
    name: 'output',
    short: 'o',
    kind: 'text',
    default: '',
    description:
      'File to write, which must not exist yet; `-` streams to standard output, where the bytes count only if the exit status is 0. Required.',
  },
  {
    name: 'what',
    kind: 'choice',
    default: 'archive',
    choices: ['archive', 'globals', 'proof', 'manifest'],
    description:
      'Which of its files: the dump, roles and tablespaces as SQL, rows and SHA-256 of each table, or the manifest.',
  },
  {
    name: 'decrypt',
    kind: 'boolean',
    default: 'true',
    description: 'Turned off, the bytes come as they are stored; that needs no `age-identity`.',
  },
  ...OPENING,
  TIMEOUT,
];

export const HOLD_INPUTS: readonly InputSpec[] = [
  ...DESTINATION,
  NAME_OF_BACKUPS,
  BACKUP,
  { name: 'reason', kind: 'text', default: '', description: 'Why, for whoever comes across the hold.' },
  {
    name: 'by',
    kind: 'text',
    default: '',
    description: 'Who holds it. Default: the user, or the actor of the workflow run.',
  },
  VERIFY_KEYS,
];

export const RELEASE_INPUTS: readonly InputSpec[] = [
  ...DESTINATION,
  NAME_OF_BACKUPS,
  { ...BACKUP, default: '', description: 'Which one: its id, or the key of any of its objects. Required.' },
  VERIFY_KEYS,
];

export const STATUS_INPUTS: readonly InputSpec[] = [
  ...DESTINATION,
  {
    name: 'name',
    kind: 'text',
    default: '',
    description: 'Look at the backups of this name only. Default: all names.',
  },
  ...POLICY,
  VERIFY_KEYS,
];

export const COMPLETION_INPUTS: readonly InputSpec[] = [
  {
    name: 'shell',
    kind: 'choice',
    default: 'bash',
    choices: ['bash', 'zsh', 'fish'],
    description: 'The shell to write completions for.',
  },
];

/** What `target-url` is read with. */
export const TARGET_CONNECTION: readonly InputSpec[] = CONNECTION;

export const RESTORE_TEST_INPUTS: readonly InputSpec[] = [
  ...DESTINATION,
  ...SELECTION.map(spec =>
    spec.name === 'backup'
      ? {
          ...spec,
          description:
            'Which backup: `latest`, `random` (any good one, so that old ones are tested too), an id, a key below the destination, or `before:` with a time.',
        }
      : spec,
  ),
  ...OPENING,
  {
    name: 'signing-key',
    kind: 'lines',
    secret: true,
    default: '',
    description:
      'Ed25519 private key (PEM, or base64 of its 32 bytes) that signs the evidence. Its own, not the one that signs backups; its public half belongs into `verify-keys` everywhere.',
  },
  {
    name: 'assertions',
    kind: 'text',
    default: '',
    description:
      'Path of a file with SQL statements, each of which must return the single value true in the restored database. They run read-only, and hold no psql command.',
  },
  {
    name: 'assertion-timeout',
    kind: 'duration',
    default: '5m',
    description: 'Limit of each assertion.',
  },
  {
    name: 'target-url',
    kind: 'text',
    secret: true,
    default: '',
    description:
      'A server that may be thrown away, such as a service container with PostGIS, as a libpq URL of a superuser: a database is made there and dropped again. Default: a server is started from the programs of this machine and thrown away.',
  },
  {
    name: 'isolation',
    kind: 'choice',
    default: 'auto',
    choices: ['auto', 'none'],
    description:
      'The code in a dump runs as superuser in the throw-away server. `auto` fences it off from the secrets of this run and refuses where nothing of that can be had; `none` goes without.',
  },
  {
    name: 'jobs',
    kind: 'text',
    default: 'auto',
    description: 'Connections that restore and compare at once, 2 or more. `auto` takes one for each core.',
  },
  ...CLIENT.map(spec =>
    spec.name === 'postgres-bin'
      ? {
          ...spec,
          description:
            'Folder of initdb, postgres, pg_restore and psql, of the major of the backup. Default: PATH, and where packages put them; else fetched.',
        }
      : spec,
  ),
  TIMEOUT,
  DETAIL,
  SLACK_WEBHOOK_URL,
  {
    name: 'allow-event',
    kind: 'text',
    default: '',
    description:
      'Events that are refused by default and may run this after all, by name: `pull_request`, `workflow_run` and their like.',
  },
];
