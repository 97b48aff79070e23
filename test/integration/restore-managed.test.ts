// Where a provider lets nobody create or rename databases, and nobody be a superuser: what works there, and what the plan
// says of the rest. And databases in other encodings than UTF-8.
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { need } from '../parts/availability.ts';
import { folderPlace } from '../parts/backup-places.ts';
import { backUp } from '../parts/backup-run.ts';
import { readContent } from '../parts/compare-databases.ts';
import { seedSmall } from '../parts/databases.ts';
import { type PostgresServer, startPostgres } from '../parts/postgres-server.ts';
import { planAndRestore, type RestoreWishes, runRestore } from '../parts/restore-run.ts';
import { schemaOf } from '../parts/schema-text.ts';

const majors = await Promise.all(
  ([14, 17] as const).map(async major => ({ major, ...(await need(`postgres-${major}`)) })),
);
const TENANT = { user: 'tenant', password: 'p' };

for (const { major, missing } of majors) {
  describe.skipIf(missing)(`On PostgreSQL ${major}`, () => {
    let server: PostgresServer;
    beforeAll(async () => {
      server = await startPostgres({ major });
      await server.psql(`create role tenant login password 'p'`);
      await server.psql(`create role reader`);
    });
    afterAll(() => server?.stop());
    afterEach(async () => {
      await server.psql(
        `select format('drop database %I with (force)', datname) from pg_database where datname ~ '^(app|by_)' \\gexec`,
      );
    });

    async function backedUp(database: string): Promise<RestoreWishes> {
      const place = await folderPlace();
      const seen = await backUp({ server, database, place });
      expect(seen.codes, seen.said).toEqual([]);
      return { server, database, folder: place.folder };
    }

    async function ofTenant(): Promise<RestoreWishes> {
      await server.createDatabase('app', 'owner tenant');
      await server.psql(
        `set role tenant; create schema own; create table own.t (id serial primary key, a text); insert into own.t (a) select i::text from generate_series(1, 100) i;
        create function own.f() returns int language sql as 'select 1'; create view own.v as select * from own.t; grant usage on schema own to reader; grant select on own.t to reader;
        reset role; create table public.settings (a int); alter table public.settings owner to tenant; insert into public.settings values (1); create extension hstore`,
        'app',
      );
      return { ...(await backedUp('app')), as: TENANT };
    }

    it('an owner without any other right restores in place, and rows alone', async () => {
      const wishes = await ofTenant();
      const [before, schema] = [await readContent(server, 'app'), await schemaOf(server, 'app')];
      for (const mode of ['in-place', 'data-only'] as const) {
        await server.psql('delete from own.t where id > 5; insert into public.settings values (2)', 'app');
        if (mode === 'in-place')
          await server.psql('set role tenant; create table own.stray (a int); drop view own.v', 'app');
        const seen = await planAndRestore({ ...wishes, settings: { mode } });
        expect(seen.codes, seen.said).toEqual([]);
        expect(await readContent(server, 'app')).toEqual(before);
        expect(await schemaOf(server, 'app')).toBe(schema);
      }
    });

    it('is told which mode works where databases can’t be made', async () => {
      const wishes = await ofTenant();
      const swap = await runRestore(wishes);
      expect(swap.codes, swap.said).toEqual(['PGB805', 'PGB806']);
      expect(swap.said).toContain('`mode: in-place`');
      const tables = { mode: 'tables', tables: [{ schema: 'own', table: 't' }] } as const;
      expect((await runRestore({ ...wishes, settings: tables })).codes).toEqual(['PGB805']);
    });

    it('what belongs to others is named, and keeps the plan from being carried out', async () => {
      const wishes = await ofTenant();
      await server.psql(
        'create schema theirs; create table theirs.secret (a int); create table public.theirs (a int)',
        'app',
      );
      const seen = await runRestore({ ...wishes, settings: { mode: 'in-place' } });
      expect(seen.codes, seen.said).toEqual(['PGB845']);
      const told = seen.outcome.problems[0]?.summary ?? '';
      expect(told).toContain('table theirs.secret');
      // The owner of the schema may drop what is in it: from 15 on `public` is the database owner's.
      expect(told.includes('table public.theirs')).toBe(major < 15);
    });

    it('a subscription can’t be taken along', async () => {
      const wishes = await ofTenant();
      await server.psql(
        `create subscription far connection 'host=127.0.0.1 port=1' publication p with (connect = false)`,
        'app',
      );
      const seen = await runRestore({ ...wishes, as: server, settings: { mode: 'in-place' } });
      expect(seen.codes, seen.said).toEqual(['PGB881']);
      await server.psql('alter subscription far set (slot_name = none); drop subscription far', 'app');
    });

    it.each(['LATIN1', 'SQL_ASCII', 'EUC_JP'])('a database in %s, in place and by rows', async encoding => {
      const name = `by_${encoding.toLowerCase()}`;
      await server.createDatabase(name, `template template0 encoding '${encoding}' locale 'C'`);
      const text = encoding === 'EUC_JP' ? '日本' : 'é';
      const raw = encoding === 'SQL_ASCII' ? `set client_encoding = 'SQL_ASCII';` : '';
      await server.psql(
        `${raw} create table "${text}" (id serial primary key, "${text}" text); insert into "${text}" ("${text}") values ('${text}'), ('x');
        create table other (id int references "${text}"); insert into other values (1)`,
        name,
      );
      if (encoding === 'SQL_ASCII')
        await server.psql(
          String.raw`update other set id = 1; insert into "é" ("é") values (E'\377\376')`.replace(
            'insert',
            `${raw} insert`,
          ),
          name,
        );
      const wishes = await backedUp(name);
      const before = await readContent(server, name);
      for (const mode of ['in-place', 'data-only'] as const) {
        await server.psql(`${raw} update "${text}" set "${text}" = 'lost'`, name);
        const seen = await planAndRestore({ ...wishes, settings: { mode } });
        expect(seen.codes, seen.said).toEqual([]);
        expect(await readContent(server, name)).toEqual(before);
      }
    });

    it('what was there before is in the safety backup, and comes back from it', async () => {
      await seedSmall(server, 'app');
      const wishes = await backedUp('app');
      await server.psql(
        'alter table books add column later int default 5; delete from loans; insert into authors (name) values ($$new$$)',
        'app',
      );
      const [before, schema] = [await readContent(server, 'app'), await schemaOf(server, 'app')];
      const seen = await planAndRestore({ ...wishes, settings: { mode: 'in-place', safetyBackup: true } });
      expect(seen.codes, seen.said).toEqual([]);
      const id = seen.outcome.restored?.safety ?? '';
      expect(seen.outcome.restored?.undo).toBe(`again ${id} app`);
      const back = await planAndRestore({
        ...wishes,
        settings: { mode: 'in-place', wish: { selector: { by: 'id', id } } },
      });
      expect(back.codes, back.said).toEqual([]);
      expect(await readContent(server, 'app')).toEqual(before);
      expect(await schemaOf(server, 'app')).toBe(schema);
    });

    it('another database’s backup: the safety backup lies under a name of its own', async () => {
      await seedSmall(server, 'app');
      const wishes = await backedUp('app');
      await server.createDatabase('app_staging');
      const staging = {
        ...wishes,
        database: 'app_staging',
        settings: { name: 'app', mode: 'in-place', safetyBackup: true },
      } as const;
      const seen = await planAndRestore(staging);
      expect(seen.codes, seen.said).toEqual([]);
      expect(seen.outcome.plan?.safety).toEqual({ name: 'app_staging-safety' });
      expect(await server.psql('select count(*) from books', 'app_staging')).toBe('1000');
    });

    it('rows alone: columns that came later keep their defaults', async () => {
      await seedSmall(server, 'app');
      const wishes = await backedUp('app');
      await server.psql('alter table books add column later int default 5; delete from books', 'app');
      const seen = await planAndRestore({ ...wishes, settings: { mode: 'data-only' } });
      expect(seen.codes, seen.said).toEqual([]);
      expect(await server.psql('select count(*), min(later), max(later) from books', 'app')).toBe('1000|5|5');
      await server.psql('drop view long_books; alter table books drop column pages', 'app');
      const gone = await planAndRestore({ ...wishes, settings: { mode: 'data-only' } });
      expect(gone.codes, gone.said).toEqual(['PGB837']);
      expect(gone.said).toContain('"pages"');
    });
  });
}
