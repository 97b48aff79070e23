// `pg-backup restore` and restore/.
import { BACKUP_INPUTS } from './backup.ts';
import { CLIENT, CONNECTION } from './connection.ts';
import { MESSAGES } from './notices.ts';
import { ALLOW_EVENT, DETAIL, JOBS, TIMEOUT } from './run.ts';
import { described, type InputSpec } from './spec.ts';
import { DESTINATION, OPENING, SELECTION } from './store.ts';

/** The very inputs of a backup, for the safety backup. */
const SAFETY_KEYS = described(
  BACKUP_INPUTS.filter(({ name }) => name === 'age-recipients' || name === 'signing-key'),
  {
    'age-recipients':
      'age public keys (`age1…`), one a line, that the safety backup is encrypted to: the same as for your backups.',
    'signing-key': 'Ed25519 private key that signs the safety backup, where your backups are signed.',
  },
);

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
      'Path of a dump on this machine to restore instead of a backup, and then `destination` is needed for a safety backup alone: custom, directory, tar or plain SQL, as it is or in gzip, bzip2, xz, zstd, age or `openssl enc`. See docs/restore-files.md.',
  },
  {
    name: 'file-password',
    kind: 'text',
    secret: true,
    default: '',
    description: 'With `file`: the password of a file that `openssl enc -aes-256-cbc` encrypted.',
  },
  ...OPENING,
  ...SAFETY_KEYS,
  {
    name: 'mode',
    kind: 'choice',
    default: 'swap',
    choices: ['swap', 'new-database', 'in-place', 'data-only', 'tables'],
    description:
      '`swap` restores beside the live database, compares, and then swaps the two by renaming them; the old one is kept. `new-database` makes a new database and replaces nothing. In one transaction each: `in-place` empties the live database and restores into it, `data-only` fills its tables anew, `tables` brings chosen ones.',
  },
  {
    name: 'new-database',
    kind: 'text',
    default: '',
    description: 'With `mode: new-database`: the name of the database to make.',
  },
  {
    name: 'tables',
    kind: 'lines',
    default: '',
    description:
      'With `mode: tables` or `data-only`: which ones, as `schema.table`, one a line; with `data-only` all of the backup where it is empty. Partitions come with their root.',
  },
  {
    name: 'replace-tables',
    kind: 'boolean',
    default: 'false',
    description:
      'With `mode: tables`: put them in the place of those that are there. Else they go into a schema beside, `<schema>_from_<backup>`, and nothing is replaced.',
  },
  {
    name: 'safety-backup',
    kind: 'choice',
    default: 'auto',
    choices: ['auto', 'required', 'off'],
    description:
      'Back the target up to the destination, in the tier `safety`, before anything in it is lost. `auto` does so with `in-place`, `data-only` and `replace-tables`; with the other modes what was there stays anyway.',
  },
  {
    name: 'fence',
    kind: 'boolean',
    default: 'false',
    description:
      'Make the live database read-only before anything else, so that no write falls between backup and restore unseen; undone at the end, and where the restore fails.',
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
    description:
      'End the sessions that are connected to the live database: at the moment of the swap, before a change in one transaction, and when the fence is raised.',
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
