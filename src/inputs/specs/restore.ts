// `pg-backup restore` and restore/.
import { CLIENT, CONNECTION } from './connection.ts';
import { MESSAGES } from './notices.ts';
import { ALLOW_EVENT, DETAIL, JOBS, TIMEOUT } from './run.ts';
import { described, type InputSpec } from './spec.ts';
import { DESTINATION, OPENING, SELECTION } from './store.ts';

export const RESTORE_INPUTS: readonly InputSpec[] = [
  ...described(CONNECTION, {
    'database-url':
      'The database to replace, or for a new one any on its server, as a libpq URL or keyword string. Without it `host`, `port`, `user`, `password`, `database` are used, and where those are not set either, the PG* environment variables.',
  }),
  ...DESTINATION,
  ...described(SELECTION, { name: "Whose backups. Default: the name of the target's database." }),
  {
    name: 'file',
    kind: 'text',
    default: '',
    description:
      'Path of a dump on this machine to restore instead of a backup, and then `destination` is not needed: custom, directory, tar or plain SQL, as it is or in gzip, bzip2, xz, zstd, age or `openssl enc`. See docs/restore-files.md.',
  },
  {
    name: 'file-password',
    kind: 'text',
    secret: true,
    default: '',
    description: 'With `file`: the password of a file that `openssl enc -aes-256-cbc` encrypted.',
  },
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
  JOBS,
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
  ...MESSAGES,
  ALLOW_EVENT,
];
