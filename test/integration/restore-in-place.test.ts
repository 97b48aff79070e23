// Restores into a live database on real servers of every major: the most hostile one there is, emptied, filled, compared
// and only then committed.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { need } from '../parts/availability.ts';
import { folderPlace } from '../parts/backup-places.ts';
import { backUp } from '../parts/backup-run.ts';
import { readContent } from '../parts/compare-databases.ts';
import { seedDemo, seedHostile } from '../parts/databases.ts';
import { POSTGRES_MAJORS } from '../parts/postgres-binaries.ts';
import { type PostgresServer, startPostgres } from '../parts/postgres-server.ts';
import { besideLive, planAndRestore } from '../parts/restore-run.ts';
import { schemaOf } from '../parts/schema-text.ts';

for (const major of POSTGRES_MAJORS) {
  const parts = await need(`postgres-${major}`);
  describe.skipIf(parts.missing)(`In place, on PostgreSQL ${major}`, () => {
    let server: PostgresServer;
    beforeAll(async () => {
      server = await startPostgres({ major });
    });
    afterAll(() => server?.stop());

    it.each([
      ['hostile', seedHostile],
      ['demo', (on: PostgresServer, name: string) => seedDemo(on, name, { megabytes: 5 })],
    ])(
      'the %s database comes back as it was, whatever was made of it, under its own number',
      async (name, seed) => {
        await seed(server, name);
        const { folder } = await backedUp(server, name);
        const [before, schema, oid] = [
          await readContent(server, name),
          await schemaOf(server, name),
          await oidOf(server, name),
        ];
        await server.psql(SPOIL, name);
        const seen = await planAndRestore({
          server,
          database: name,
          folder,
          settings: { mode: 'in-place', safetyBackup: true },
        });
        expect(seen.codes, seen.said).toEqual([]);
        expect(seen.outcome.result, seen.said).toBe('success');
        expect(await schemaOf(server, name)).toBe(schema);
        expect(await readContent(server, name)).toEqual(before);
        expect(await oidOf(server, name)).toBe(oid);
        expect(await besideLive(server)).toBe('');
        expect(seen.outcome.plan?.touches).toContain('dropped: schema stray');
        expect(seen.outcome.restored?.safety).toMatch(/^\w{8}$/);
        expect(seen.left.filter(file => file !== 'passfile' && !file.endsWith('.list'))).toEqual([]);
      },
    );
  });
}

/** What must not be there afterwards. */
const SPOIL = `create schema stray; create table stray.left_behind (id serial primary key, a text);
create type public.stray_type as enum ('a'); create domain stray.d as text; create table public.left_behind (s public.stray_type);
create function public.stray() returns int language sql as 'select 1'; create view public.stray_view as select public.stray() as n;
create aggregate public.stray_glue (int) (sfunc = int4pl, stype = int); create operator public.<#> (leftarg = int, rightarg = int, function = int4pl);
alter default privileges grant select on tables to public; alter default privileges revoke execute on functions from public;
create publication stray_publication; create cast (public.stray_type as int) with inout;
create text search configuration public.stray_search (copy = simple); create collation public.stray_order from "C";
select lo_from_bytea(7777, 'stray'); comment on schema public is 'spoilt'; revoke all on schema public from public;`;

async function backedUp(server: PostgresServer, database: string): Promise<{ folder: string }> {
  const place = await folderPlace();
  const seen = await backUp({ server, database, place });
  expect(seen.codes, seen.said).toEqual([]);
  return place;
}

function oidOf(server: PostgresServer, database: string): Promise<string> {
  return server.psql(`select oid from pg_database where datname = '${database}'`);
}
