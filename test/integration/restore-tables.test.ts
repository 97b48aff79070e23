// Chosen tables, and rows alone, into live databases on real servers of every major: of the most hostile database there
// is, and of small ones whose foreign keys, triggers and sequences must come out as they were.
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { parseTableName } from '../../src/backups/table-name.ts';
import type { RestoreSettings } from '../../src/commands/restore/settings.ts';
import { need } from '../parts/availability.ts';
import { folderPlace } from '../parts/backup-places.ts';
import { backUp } from '../parts/backup-run.ts';
import { readContent } from '../parts/compare-databases.ts';
import { seedHostile } from '../parts/databases.ts';
import { POSTGRES_MAJORS } from '../parts/postgres-binaries.ts';
import { type PostgresServer, startPostgres } from '../parts/postgres-server.ts';
import {
  besideLive,
  planAndRestore,
  type RestoreSeen,
  type RestoreWishes,
  runRestore,
} from '../parts/restore-run.ts';
import { schemaOf } from '../parts/schema-text.ts';

/** Keys within, out and in, one not valid, one deferred with a comment; triggers in three states; a trigger that refuses. */
const SHOP = `
create table customers (id int generated always as identity primary key, name text not null);
create table orders (id serial primary key, customer_id int not null references customers, at date default current_date, note text);
create table lines (order_id int constraint of_order references orders on delete cascade deferrable initially deferred, n int, primary key (order_id, n));
create table audits (order_id int references orders, what text);
create table parts (id int primary key, above int references parts) ;
create table by_year (at date not null, id int, primary key (at, id)) partition by range (at);
create table by_year_25 partition of by_year for values from ('2025-01-01') to ('2026-01-01');
create table by_year_26 partition of by_year for values from ('2026-01-01') to ('2027-01-01');
create type mood as enum ('glad', 'sad');
alter table customers add column mood mood default 'glad';
insert into customers (name) select 'Customer ' || i from generate_series(1, 20) i;
insert into orders (customer_id, at) select 1 + i % 20, date '2026-01-01' + i from generate_series(1, 60) i;
insert into lines select o, n from generate_series(1, 60) o, generate_series(1, 3) n;
insert into audits values (1, 'seen');
insert into parts values (1, 2), (2, 1);
insert into by_year select date '2025-12-01' + i, i from generate_series(1, 60) i;
comment on constraint of_order on lines is 'it''s "theirs"';
alter table audits add constraint old_ones foreign key (order_id) references orders not valid;
create index on orders (at);
create function watch() returns trigger language plpgsql as $$ begin new.note := 'touched'; return new; end $$;
create trigger watches before insert on orders for each row execute function watch();
create trigger watches_always before insert on orders for each row execute function watch();
create trigger watches_replica before insert on orders for each row execute function watch();
create trigger sleeps before insert on orders for each row execute function watch();
alter table orders enable always trigger watches_always, enable replica trigger watches_replica, disable trigger sleeps;
update orders set note = 'written ' || id;
create materialized view sums as select customer_id, count(*) from orders group by 1;
select lo_from_bytea(4711, 'large');`;

for (const major of POSTGRES_MAJORS) {
  const parts = await need(`postgres-${major}`);
  describe.skipIf(parts.missing)(`PostgreSQL ${major}`, () => {
    let server: PostgresServer;
    let hostile: string;
    let shop: string;
    let wishes: RestoreWishes;
    beforeAll(async () => {
      server = await startPostgres({ major });
      await seedHostile(server, 'app');
      hostile = await backedUp(server, 'app');
      await server.createDatabase('shop');
      await server.psql(SHOP, 'shop');
      shop = await backedUp(server, 'shop');
      await server.psql('create database pristine template shop');
      wishes = { server, database: 'shop', folder: shop };
    });
    afterAll(() => server?.stop());
    afterEach(async () => {
      expect(await besideLive(server)).toBe('');
      await server.psql('drop database shop');
      await server.psql('create database shop template pristine');
    });

    const restore = (settings: Partial<RestoreSettings>): Promise<RestoreSeen> =>
      planAndRestore({ ...wishes, settings });

    it('rows alone: the hostile database has its own again, and is defined as before', async () => {
      const [before, schema] = [await readContent(server, 'app'), await schemaOf(server, 'app')];
      await server.psql(
        `delete from public.one_text; insert into public.parent values (99, 'stray'); select lo_unlink(424242);
        select setval('public.never_called', 3); update public.checked set a = 7; truncate public.by_mood`,
        'app',
      );
      const seen = await planAndRestore({
        server,
        database: 'app',
        folder: hostile,
        settings: { mode: 'data-only' },
      });
      expect(seen.codes, seen.said).toEqual([]);
      expect(await schemaOf(server, 'app')).toBe(schema);
      expect(await readContent(server, 'app')).toEqual(before);
    });

    it('rows alone, of all tables: nothing fires, keys and sequences are as they were', async () => {
      const [before, schema] = [await readContent(server, 'shop'), await schemaOf(server, 'shop')];
      await server.psql(
        `delete from lines; delete from audits; update orders set note = 'lost'; insert into customers (name) values ('new')`,
        'shop',
      );
      const seen = await restore({ mode: 'data-only' });
      expect(seen.codes, seen.said).toEqual([]);
      expect(seen.outcome.plan?.touches).toContain('emptied and filled: all large objects');
      expect(await schemaOf(server, 'shop')).toBe(schema);
      expect(await readContent(server, 'shop')).toEqual(before);
      expect(await states(server)).toBe(TRIGGERS);
    });

    it('rows alone, of one table: others that point to it keep their rows and their keys', async () => {
      const schema = await schemaOf(server, 'shop');
      await server.psql(`update orders set note = 'lost'; select setval('orders_id_seq', 999)`, 'shop');
      const seen = await restore({ mode: 'data-only', tables: named('public.orders', 'public.by_year') });
      expect(seen.codes, seen.said).toEqual([]);
      expect(seen.outcome.plan?.touches).toEqual(
        expect.arrayContaining([
          'emptied and filled: table public.orders',
          'set: sequence public.orders_id_seq of public.orders',
          'off while filling: trigger watches on public.orders',
          'taken off, put back and checked: foreign key orders_customer_id_fkey to public.customers of public.orders',
          'taken off, put back and checked: foreign key public.lines of_order to public.orders',
          'emptied and filled: table public.by_year_25',
        ]),
      );
      expect(await schemaOf(server, 'shop')).toBe(schema);
      expect(await server.psql(`select count(*) from orders where note like 'written %'`, 'shop')).toBe('60');
      expect(await server.psql('select count(*) from lines', 'shop')).toBe('180');
      expect(await server.psql('select last_value from orders_id_seq', 'shop')).toBe('60');
      expect(await states(server)).toBe(TRIGGERS);
    });

    it('rows alone that leave others dangling: refused by their key, and nothing is lost', async () => {
      await server.psql(
        `insert into orders (id, customer_id) values (1000, 1); insert into lines values (1000, 1)`,
        'shop',
      );
      const before = await readContent(server, 'shop');
      const seen = await restore({ mode: 'data-only', tables: named('public.orders') });
      expect(seen.codes, seen.said).toEqual(['PGB837']);
      expect(seen.said).toContain('violates foreign key constraint "of_order"');
      expect(await readContent(server, 'shop')).toEqual(before);
      expect(await states(server)).toBe(TRIGGERS);
    });

    it('rows that come out otherwise are found before the commit', async () => {
      await server.psql('alter table customers alter name type char(40)', 'shop');
      const before = await readContent(server, 'shop');
      const seen = await restore({ mode: 'data-only' });
      expect(seen.codes, seen.said).toEqual(['PGB822']);
      expect(seen.said).toContain('public.customers');
      expect(await readContent(server, 'shop')).toEqual(before);
    });

    it('a table into a schema beside, with its types, indexes and sequence; nothing else is touched', async () => {
      const [before, schema] = [
        await readContent(server, 'shop'),
        await schemaOf(server, 'shop', ['--schema=public']),
      ];
      const original = before.tables['public.orders'];
      const seen = await restore({
        mode: 'tables',
        tables: named('public.orders', 'public.customers', 'public.by_year'),
      });
      expect(seen.codes, seen.said).toEqual([]);
      const [beside = ''] = seen.outcome.restored?.schemas ?? [];
      expect(beside).toMatch(/^public_from_\w{8}$/);
      const after = await readContent(server, 'shop');
      expect(after.tables[`${beside}.orders`] ?? after.tables[`"${beside}".orders`]).toEqual(original);
      expect(await schemaOf(server, 'shop', ['--schema=public'])).toBe(schema);
      expect(Object.entries(after.tables).filter(([name]) => !name.includes('_from_'))).toEqual(
        Object.entries(before.tables),
      );
      expect(
        await server.psql(
          `select string_agg(c.relname, ' ' order by c.relname) from pg_class c where relnamespace = '"${beside}"'::regnamespace and relkind in ('r', 'p', 'S')`,
          'shop',
        ),
      ).toBe('by_year by_year_25 by_year_26 customers customers_id_seq orders orders_id_seq');
      expect(
        await server.psql(
          `select column_default from information_schema.columns where table_schema = '${beside}' and table_name = 'orders' and column_name = 'id'`,
          'shop',
        ),
      ).toContain(beside);
      const again = await runRestore({
        ...wishes,
        settings: { mode: 'tables', tables: named('public.orders') },
      });
      expect(again.codes).toEqual(['PGB877']);
      await server
        .psql(
          seen.outcome.restored?.drop.split('--command=')[1]?.replace(/^'|'$/g, '').replace("'", '') ?? '',
          'shop',
        )
        .catch(() => {});
    });

    it('tables that were dropped come back under their names, with keys, triggers, owner and grants', async () => {
      await server.psql(`create role clerk_${major}`);
      const [before, schema] = [await readContent(server, 'shop'), await schemaOf(server, 'shop')];
      await server.psql('drop materialized view sums; drop table audits; drop table orders cascade', 'shop');
      const seen = await restore({
        mode: 'tables',
        replaceTables: true,
        safetyBackup: true,
        tables: named('public.orders', 'public.audits', 'public.lines'),
      });
      expect(seen.codes, seen.said).toEqual([]);
      await server.psql(
        'create materialized view sums as select customer_id, count(*) from orders group by 1',
        'shop',
      );
      expect(await readContent(server, 'shop')).toEqual(before);
      expect(sorted(await schemaOf(server, 'shop'))).toEqual(sorted(schema));
      expect(await states(server)).toBe(TRIGGERS);
    });

    it('tables that are there are replaced; keys of others point to the new ones', async () => {
      await server.psql(
        'drop materialized view sums; alter table orders add column later int; delete from lines where n = 2',
        'shop',
      );
      const seen = await restore({ mode: 'tables', replaceTables: true, tables: named('public.orders') });
      expect(seen.codes, seen.said).toEqual([]);
      expect(
        await server.psql(
          `select string_agg(conname, ' ' order by conname) from pg_constraint where confrelid = 'orders'::regclass`,
          'shop',
        ),
      ).toBe('audits_order_id_fkey of_order old_ones');
      expect(
        await server.psql(
          `select count(*) from information_schema.columns where table_name = 'orders' and column_name = 'later'`,
          'shop',
        ),
      ).toBe('0');
      expect(await server.psql('select count(*) from lines', 'shop')).toBe('120');
    });

    it('what depends on a table keeps it from being replaced, and is named in the plan', async () => {
      const seen = await runRestore({
        ...wishes,
        settings: { mode: 'tables', replaceTables: true, tables: named('public.orders') },
      });
      expect(seen.codes, seen.said).toEqual(['PGB876']);
      expect(seen.said).toContain('materialized view public.sums');
    });

    it('tables that the backup or the target lacks are told before anything is changed', async () => {
      const [none] = await Promise.all([
        runRestore({
          ...wishes,
          settings: { mode: 'tables', tables: named('public.nothing', 'other.orders') },
        }),
      ]);
      expect(none.codes, none.said).toEqual(['PGB843']);
      await server.psql('drop table audits', 'shop');
      const missing = await runRestore({ ...wishes, settings: { mode: 'data-only' } });
      expect(missing.codes, missing.said).toEqual(['PGB844']);
    });
  });
}

const TRIGGERS = 'sleeps D, watches O, watches_always A, watches_replica R';

function states(server: PostgresServer): Promise<string> {
  return server.psql(
    `select string_agg(format('%s %s', tgname, tgenabled), ', ' order by tgname) from pg_trigger where tgrelid = 'public.orders'::regclass and not tgisinternal`,
    'shop',
  );
}

function named(...names: string[]) {
  return names.map(name => parseTableName(name)).filter(name => name !== undefined);
}

/** Objects that were made anew are dumped in another order. */
function sorted(schema: string): string[] {
  return schema
    .split('\n')
    .filter(line => line !== '' && !line.startsWith('--'))
    .sort();
}

async function backedUp(server: PostgresServer, database: string): Promise<string> {
  const place = await folderPlace();
  const seen = await backUp({ server, database, place });
  expect(seen.codes, seen.said).toEqual([]);
  return place.folder;
}
