// Files that somebody left, of every format and in every wrapping, restored by the command and compared with the database
// that they were made of.
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { need } from '../parts/availability.ts';
import { readContent } from '../parts/compare-databases.ts';
import { seedHostile, seedSmall } from '../parts/databases.ts';
import { dumpAs, FORMATS, type Format } from '../parts/foreign-files.ts';
import { type PostgresServer, startPostgres } from '../parts/postgres-server.ts';
import { planAndRestore, type RestoreSeen, type RestoreWishes } from '../parts/restore-run.ts';
import { run } from '../parts/run.ts';

const majors = await Promise.all(
  ([14, 15, 16, 17, 18] as const).map(async major => ({ major, ...(await need(`postgres-${major}`)) })),
);
const formats = Object.keys(FORMATS) as Format[];

async function schemaOf(server: PostgresServer, database: string): Promise<string> {
  const text = await run(`${server.binFolder}/pg_dump`, ['-s', '--dbname', server.url(database)]);
  return text.replace(/^\\(?:un)?restrict .*$/gm, '');
}

for (const { major, missing } of majors) {
  describe.skipIf(missing)(`On PostgreSQL ${major}`, () => {
    let server: PostgresServer;
    beforeAll(async () => {
      server = await startPostgres({ major });
      await seedSmall(server, 'app');
      await server.psql(
        `insert into loans select i, now() from generate_series(1, 20) i;
         select lo_from_bytea(4711, decode(repeat('00ff5c27', 20000), 'hex')); select lo_from_bytea(4712, '');
         create table odd (a text, b text[], c bytea);
         insert into odd values (E'back\\\\slash ; \\n\\\\.\\n', array['x','\\'], '\\x00ff'), (null, '{}', ''), ('\\.', null, null);
         create function f() returns text language plpgsql as $f$ begin return E'\\\\! no; '; end $f$;
         create function g(int) returns int language sql ${major > 13 ? 'begin atomic; select case when $1 > 0 then 1 else 2 end; select 3; end' : 'as $$ select 1 $$'};
         create rule r as on insert to odd where new.a = 'x' do also (delete from odd where a = ';'; select 1);`,
        'app',
      );
    });
    afterAll(() => server?.stop());
    afterEach(() =>
      server.psql(
        "select format('drop database %I', datname) from pg_database where datname ~ '^new_|_before_' \\gexec",
      ),
    );

    function restoreFile(file: string, more: Partial<RestoreWishes> = {}): Promise<RestoreSeen> {
      const { settings, ...rest } = more;
      const how = { mode: 'new-database', newDatabase: 'new_db', ...settings } as const;
      return planAndRestore({ server, database: 'app', ...rest, settings: { ...how, file } });
    }

    async function expectSame(seen: RestoreSeen, source = 'app'): Promise<void> {
      expect(seen.codes, seen.said).toEqual([]);
      expect(await readContent(server, 'new_db')).toEqual(await readContent(server, source));
      expect(await schemaOf(server, 'new_db')).toBe(await schemaOf(server, source));
      expect(seen.left.filter(name => name !== 'passfile')).toEqual([]);
    }

    it.each(formats)('a dump in the %s format comes back equal', async format => {
      const seen = await restoreFile(await dumpAs(format, server, 'app'));
      await expectSame(seen);
      expect(seen.said).toContain('1,000 rows in `public.books`');
      expect(seen.warnings.filter(code => code !== 'PGB270')).toEqual(['PGB739', 'PGB737']);
    });

    it.each(formats)('the hostile database in the %s format comes back equal', async format => {
      await seedHostile(server, 'hostile');
      const seen = await restoreFile(await dumpAs(format, server, 'hostile'));
      await expectSame(seen, 'hostile');
      await server.psql('drop database hostile');
    });

    it('a dump of INSERT statements comes back equal, and says that these are not compared', async () => {
      const seen = await restoreFile(await dumpAs('sql', server, 'app', { more: ['--inserts'] }));
      await expectSame(seen);
      expect(seen.said).toMatch(/\d+ INSERT statements are run and not compared/);
    });
  });
}
