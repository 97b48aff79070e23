// The database that is timed: text, JSONB, bytea and pgbench-like rows in even parts, vacuumed, so that counting reads
// indexes alone, as in a database that is looked after.
import type { PostgresServer } from '../../test/parts/postgres-server.ts';

export const DATABASE = 'bench';
/** Of a quarter of its size: whether memory grows with the data. */
export const QUARTER = 'quarter';

/** Rows that come to one megabyte of COPY text. */
const ROWS_A_MEGABYTE = { notes: 2_150, events: 3_000, files: 485, accounts: 9_900 };

/** Fills a fresh database with about so many megabytes of COPY text; four sessions at once. */
export async function createDatabase(
  server: PostgresServer,
  database: string,
  megabytes: number,
): Promise<void> {
  await server.createDatabase(database);
  await server.psql(SCHEMA, database);
  const share = megabytes / 4;
  const fill = (kind: keyof typeof ROWS_A_MEGABYTE, insert: string) =>
    server.psql(
      `${insert} from generate_series(1, ${Math.round(share * ROWS_A_MEGABYTE[kind])}) i`,
      database,
    );
  await Promise.all([
    fill(
      'notes',
      "insert into notes (author, body) select i % 5000, initcap(words(i, 6)) || '. ' || words(i * 7, 55)",
    ),
    fill(
      'events',
      `insert into events (at, payload) select timestamptz '2025-01-01' + i * interval '3 seconds', jsonb_build_object(
        'session', md5(i::text), 'path', '/' || words(i, 2), 'ms', i % 977, 'agent', words(i % 97, 5),
        'tags', to_jsonb(string_to_array(words(i, 4), ' ')), 'group', jsonb_build_object('name', md5((i % 1009)::text), 'on', i % 2 = 0))`,
    ),
    fill(
      'files',
      `insert into files (name, content) select 'file-' || i, (select string_agg(sha512(convert_to(i || ':' || n, 'UTF8')), '')
        from generate_series(1, 16) n)`,
    ),
    fill('accounts', "insert into accounts select i, i % 100, (i * 7919::bigint) % 100000, repeat(' ', 84)"),
  ]);
  await server.psql(INDEXES, database);
  await server.psql('vacuum (analyze)', database);
  await server.psql('checkpoint', database);
}

const SCHEMA = `
create function words(seed bigint, how_many int) returns text language sql immutable parallel safe as $$
  select string_agg(substr(md5((abs(hashint8(seed * 31 + n)::bigint) % 4000)::text), 1, 3 + (n % 6)), ' ') from generate_series(1, how_many) n
$$;
create table notes (id bigint generated always as identity, author int not null, body text not null);
create table events (id bigint generated always as identity, at timestamptz not null, payload jsonb not null);
create table files (id bigint generated always as identity, name text not null, content bytea not null);
create table accounts (id bigint not null, branch int not null, balance int not null, filler char(84));
`;

const INDEXES = `
set maintenance_work_mem = '256MB';
alter table notes add primary key (id);
alter table events add primary key (id);
alter table files add primary key (id);
alter table accounts add primary key (id);
create index on notes (author);
create index on events (at);
create index on files (name);
create index on accounts (branch);
`;
