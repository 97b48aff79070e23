// Chosen tables whose surroundings in the live database are not those of the backup: partitions that were dropped or
// detached, privileges that every new table gets, statistics, and what hangs on them from elsewhere. On every major.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseTableName } from '../../src/backups/table-name.ts';
import type { RestoreSettings } from '../../src/commands/restore/settings.ts';
import { need } from '../parts/availability.ts';
import { folderPlace } from '../parts/backup-places.ts';
import { backUp } from '../parts/backup-run.ts';
import { POSTGRES_MAJORS } from '../parts/postgres-binaries.ts';
import { type PostgresServer, startPostgres } from '../parts/postgres-server.ts';
import { planAndRestore, runRestore } from '../parts/restore-run.ts';
import { schemaOf } from '../parts/schema-text.ts';

const YEARS = `create table years (at int primary key) partition by range (at);
create table y1 partition of years for values from (0) to (10);
create table y2 partition of years for values from (10) to (20);
insert into years select generate_series(0, 19);`;

for (const major of POSTGRES_MAJORS) {
  const parts = await need(`postgres-${major}`);
  describe.skipIf(parts.missing)(`PostgreSQL ${major}`, () => {
    let server: PostgresServer;
    let count = 0;
    beforeAll(async () => {
      server = await startPostgres({ major });
    });
    afterAll(() => server?.stop());

    /** A database backed up as `seed` makes it, and then changed. */
    const live = async (seed: string, changed = '') => {
      const database = `live${++count}`;
      await server.createDatabase(database);
      await server.psql(seed, database);
      const place = await folderPlace();
      expect((await backUp({ server, database, place })).codes).toEqual([]);
      if (changed) await server.psql(changed, database);
      const wishes = (settings: Partial<RestoreSettings>, names: readonly string[]) => ({
        server,
        database,
        folder: place.folder,
        settings: {
          ...settings,
          tables: names.map(name => parseTableName(name)).filter(name => name !== undefined),
        },
      });
      return {
        ask: (query: string) => server.psql(query, database),
        schema: () => schemaOf(server, database),
        fill: (...names: string[]) => planAndRestore(wishes({ mode: 'data-only' }, names)),
        replace: (...names: string[]) =>
          planAndRestore(wishes({ mode: 'tables', replaceTables: true }, names)),
        planReplace: (...names: string[]) =>
          runRestore(wishes({ mode: 'tables', replaceTables: true, dryRun: true }, names)),
      };
    };

    it('a partition that is gone keeps its root from being filled without its rows', async () => {
      const { fill, ask } = await live(YEARS, 'drop table y2');
      const seen = await fill('public.years');
      expect(seen.codes, seen.said).toEqual(['PGB849']);
      expect(seen.said).toContain('public.y2');
      expect(await ask('select count(*) from years')).toBe('10');
    });

    it('a partition that came since is emptied with its root, as the plan says', async () => {
      const { fill, ask } = await live(
        YEARS,
        'create table y3 partition of years for values from (20) to (30); insert into years values (25)',
      );
      const seen = await fill('public.years');
      expect(seen.codes, seen.said).toEqual([]);
      expect(seen.outcome.plan?.touches).toContain('emptied and filled: table public.y3');
      expect(await ask('select count(*), max(at) from years')).toBe('20|19');
    });

    it('a partition that was detached is not replaced with its root unless it is named', async () => {
      const { replace, ask } = await live(
        YEARS,
        'alter table years detach partition y2; delete from y2 where at > 12',
      );
      const seen = await replace('public.years');
      expect(seen.codes, seen.said).toEqual(['PGB849']);
      expect(await ask('select count(*) from y2')).toBe('3');
      const named = await replace('public.years', 'public.y2');
      expect(named.codes, named.said).toEqual([]);
      expect(named.outcome.plan?.touches).toContain('dropped and made anew: table public.y2');
      expect(await ask('select count(*) from years')).toBe('20');
    });

    it('a partition alone comes back under a key that points to its root', async () => {
      const { fill, ask, schema } = await live(
        `${YEARS} create table of_years (at int references years); insert into of_years values (3)`,
      );
      const before = await schema();
      const seen = await fill('public.y1');
      expect(seen.codes, seen.said).toEqual([]);
      expect(seen.outcome.plan?.touches).toContain(
        'taken off, put back and checked: foreign key public.of_years of_years_at_fkey to public.y1',
      );
      expect(await schema()).toBe(before);
      expect(await ask('select count(*) from y1')).toBe('10');
    });

    it('extended statistics of a replaced table come back with it', async () => {
      const { replace, schema } = await live(
        `create table a (x int, y int); create statistics "of ""a""" (ndistinct) on x, y from a;
        comment on statistics "of ""a""" is 'kept'; create table b (x int, y int); create statistics of_b on x, y from b;
        ${major >= 14 ? 'create statistics of_sum on (x + y) from a; alter statistics of_sum set statistics 7;' : ''}`,
      );
      const before = await schema();
      const seen = await replace('public.a');
      expect(seen.codes, seen.said).toEqual([]);
      expect(sorted(await schema())).toEqual(sorted(before));
    });

    it('privileges that every new table gets are not given to one that lacks them in the backup', async () => {
      const { replace, ask, schema } = await live(
        'create table salaries (id serial); insert into salaries default values',
        `create schema other; alter default privileges in schema public grant select on tables to public;
        alter default privileges grant all on sequences to pg_monitor with grant option;
        alter default privileges revoke delete on tables from current_user;
        alter default privileges in schema other grant select on tables to pg_monitor`,
      );
      const before = await schema();
      const seen = await replace('public.salaries');
      expect(seen.codes, seen.said).toEqual([]);
      expect(await ask(`select has_table_privilege('pg_monitor', 'salaries', 'select')`)).toBe('f');
      expect(await ask(`select has_sequence_privilege('pg_monitor', 'salaries_id_seq', 'usage')`)).toBe('f');
      expect(sorted(await schema())).toEqual(sorted(before));
    });

    it('a policy of another table that looks into one is named in the plan', async () => {
      const { planReplace } = await live(
        `create table members (who text); create policy own on members using (who = current_user);
        create table papers (who text); create policy member on papers using (exists (select from members m where m.who = papers.who))`,
      );
      const seen = await planReplace('public.members');
      expect(seen.codes, seen.said).toEqual(['PGB876']);
      expect(seen.said).toContain('policy member on table public.papers');
      expect(seen.said).not.toContain('policy own');
    });
  });
}

/** Objects that were made anew are dumped in another order. */
function sorted(schema: string): string[] {
  return schema
    .split('\n')
    .filter(line => line !== '' && !line.startsWith('--'))
    .sort();
}
