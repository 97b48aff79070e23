// The database, and PostgreSQL's programs that speak to it.
import type { InputSpec } from './spec.ts';

export const POSTGRES_VERSIONS = ['auto', '14', '15', '16', '17', '18'] as const;

export const CONNECTION: readonly InputSpec[] = [
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

/** PostgreSQL's programs, found on this machine or fetched. */
export const CLIENT: readonly InputSpec[] = [
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
