// The shop whose database the demo backs up, and its sales between one backup and the next.
import type { PostgresServer } from '../../test/parts/postgres-server.ts';
import { DATABASE } from './backups.ts';
import { demoDatabaseSql } from './database.sql.ts';

/** Leaves room for what is sold later: the last backup is of about 200 MB. */
const FIRST_MEGABYTES = 170;

export async function openShop(postgres: PostgresServer): Promise<void> {
  await postgres.createDatabase(DATABASE);
  await postgres.psql(demoDatabaseSql(FIRST_MEGABYTES), DATABASE);
}

/** One more event for every fifth that there is: about 10 MB at first. */
export async function sell(postgres: PostgresServer): Promise<void> {
  await postgres.psql(
    `insert into shop.events (at, kind, payload)
     select at + interval '1 year', kind, payload || jsonb_build_object('session', md5(id::text || at))
     from shop.events where id % 5 = 0`,
    DATABASE,
  );
}
