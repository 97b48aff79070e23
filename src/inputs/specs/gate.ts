// `pg-backup gate` and gate/.
import { BACKUP_INPUTS } from './backup.ts';
import { CLIENT, CONNECTION } from './connection.ts';
import { DETAIL, TIMEOUT } from './run.ts';
import { described, type InputSpec } from './spec.ts';
import { DESTINATION, VERIFY_KEYS } from './store.ts';

/** What `on-stale: backup` takes its backup with; named as they are for the backup itself. */
const FOR_THE_BACKUP = ['compression', 'counts', 'age-recipients', 'signing-key', 'lock-wait-timeout'];

export const GATE_INPUTS: readonly InputSpec[] = [
  ...DESTINATION,
  {
    name: 'name',
    kind: 'text',
    default: '',
    description: 'Whose backup must be there: exactly this name. Required.',
  },
  {
    name: 'max-age',
    kind: 'duration',
    default: '26h',
    description:
      'How old it may be, counted from the moment of its snapshot; of a standby, from what that had replayed.',
  },
  {
    name: 'require',
    kind: 'choice',
    default: 'stored',
    choices: ['stored', 'restored'],
    description:
      'How far it must be proven. `restored` wants a restore test of this very backup, unless `restored-within` is set.',
  },
  {
    name: 'restored-within',
    kind: 'text',
    default: '',
    description:
      'With `require: restored`: a restore test of any backup of this name will do that passed no longer ago than this, such as `35d`.',
  },
  VERIFY_KEYS,
  ...described(
    BACKUP_INPUTS.filter(({ name }) => name === 'accept-identity'),
    {
      'accept-identity':
        'Fingerprint of a server that takes the place of the last one under this `name`, where no backup has accepted it yet.',
    },
  ),
  {
    name: 'migrations',
    kind: 'lines',
    default: '',
    description:
      'Globs of the files that are migrations, one a line: `db/migrate/**`; `**` takes every change for one. Default: where the usual tools keep them (docs/gate.md).',
  },
  {
    name: 'github-token',
    kind: 'text',
    secret: true,
    default: '',
    description:
      'The token of the job (`github.token`), to list the changed files and to comment. Without it every change is taken for a migration.',
  },
  {
    name: 'comment',
    kind: 'boolean',
    default: 'false',
    description:
      'Keep one comment with the verdict on the pull request up to date; needs the permission `pull-requests: write`.',
  },
  {
    name: 'on-fork',
    kind: 'choice',
    default: 'fail',
    choices: ['fail', 'pass'],
    description:
      'What to do about migrations in a pull request from a fork, which gets no secrets to look at backups with.',
  },
  {
    name: 'on-stale',
    kind: 'choice',
    default: 'fail',
    choices: ['fail', 'backup'],
    description:
      "`backup` takes a `pre-migration` backup of `database-url` right here and passes if it is good; never on a pull request's event.",
  },
  ...described(
    CONNECTION.filter(({ name }) => ['database-url', 'ssl-root-cert'].includes(name)),
    {
      'database-url':
        "The database that is about to be migrated, as a libpq URL or keyword string: the gate closes while it is being dumped. Not used on a pull request's event.",
    },
  ),
  ...CLIENT,
  ...BACKUP_INPUTS.filter(({ name }) => FOR_THE_BACKUP.includes(name)),
  TIMEOUT,
  DETAIL,
];
