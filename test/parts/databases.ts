// The databases that tests back up: a small one where only speed counts, the demo's, and the hostile one.
import { demoDatabaseSql } from '../../scripts/demo/database.sql.ts';
import { hostileDatabaseSql } from './hostile-database.sql.ts';
import type { PostgresServer } from './postgres-server.ts';
import { installTestExtension } from './test-extension.ts';

/** What `seedSmall` puts into each table. */
export const SMALL_ROWS = { 'public.authors': 40, 'public.books': 1000, 'public.loans': 0 } as const;

const SMALL_SQL = `
create table authors (id int generated always as identity primary key, name text not null);
create table books (
  id bigint primary key,
  author_id int not null references authors,
  title text not null,
  pages int,
  details jsonb
);
create table loans (book_id bigint references books, lent_at timestamptz default now());
insert into authors (name) select 'Author ' || i from generate_series(1, ${SMALL_ROWS['public.authors']}) i;
insert into books
select i, 1 + i % 40, 'Title ' || i, nullif(i % 700, 0), jsonb_build_object('shelf', i % 9)
from generate_series(1, ${SMALL_ROWS['public.books']}) i;
create index on books (author_id);
create view long_books as select * from books where pages > 500;
`;

/** Creates `database` with three tables, about a thousand rows: 50 ms. */
export async function seedSmall(server: PostgresServer, database: string): Promise<void> {
  await server.createDatabase(database);
  await server.psql(SMALL_SQL, database);
}

/** Creates `database` as the demo's, of about that size on disk. */
export async function seedDemo(
  server: PostgresServer,
  database: string,
  { megabytes = 200 }: { megabytes?: number } = {},
): Promise<void> {
  await server.createDatabase(database);
  await server.psql(demoDatabaseSql(megabytes), database);
}

/** Creates `database` as the hostile one: about 80 tables, 10 MB. */
export async function seedHostile(server: PostgresServer, database: string): Promise<void> {
  await installTestExtension(server);
  await server.createDatabase(database);
  await server.psql(hostileDatabaseSql(), database);
}
