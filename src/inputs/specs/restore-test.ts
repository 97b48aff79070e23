// `pg-backup restore-test` and restore-test/.
import { CLIENT, CONNECTION } from './connection.ts';
import { NOTICES } from './notices.ts';
import { ALLOW_EVENT, DETAIL, JOBS, TIMEOUT } from './run.ts';
import { described, type InputSpec } from './spec.ts';
import { DESTINATION, OPENING, SELECTION } from './store.ts';

/** What `target-url` is read with. */
export const TARGET_CONNECTION: readonly InputSpec[] = CONNECTION;

export const RESTORE_TEST_INPUTS: readonly InputSpec[] = [
  ...DESTINATION,
  ...described(SELECTION, {
    backup:
      'Which backup: `latest`, `random` (any good one, so that old ones are tested too), an id, a key below the destination, or `before:` with a time.',
  }),
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
  JOBS,
  ...described(CLIENT, {
    'postgres-bin':
      'Folder of initdb, postgres, pg_restore and psql, of the major of the backup. Default: PATH, and where packages put them; else fetched.',
  }),
  TIMEOUT,
  DETAIL,
  ...NOTICES,
  ALLOW_EVENT,
];
