// Databases and targets that make a restore hard: odd names, roles that may little, settings that forbid writing, clients
// that come back at once, archives that are encrypted.
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { parseIdentities } from '../../src/encryption/identities.ts';
import { AgeOpener } from '../../src/encryption/open.ts';
import { need } from '../parts/availability.ts';
import { folderPlace } from '../parts/backup-places.ts';
import { backUp } from '../parts/backup-run.ts';
import { readContent } from '../parts/compare-databases.ts';
import { seedSmall } from '../parts/databases.ts';
import { OtherSession } from '../parts/other-session.ts';
import { type PostgresServer, startPostgres } from '../parts/postgres-server.ts';
import { besideLive, planAndRestore, type RestoreWishes, runRestore } from '../parts/restore-run.ts';
import { run } from '../parts/run.ts';

const majors = await Promise.all(
  ([14, 17] as const).map(async major => ({ major, ...(await need(`postgres-${major}`)) })),
);

for (const { major, missing } of majors) {
  describe.skipIf(missing)(`On PostgreSQL ${major}`, () => {
    let server: PostgresServer;
    beforeAll(async () => {
      server = await startPostgres({ major });
    });
    afterAll(() => server?.stop());
    afterEach(async () => {
      await server.psql(
        "select format('drop database %I', datname) from pg_database where datname ~ '_(restore|before)_' \\gexec",
      );
    });

    async function backedUp(database: string, inputs: Record<string, string> = {}): Promise<RestoreWishes> {
      const place = await folderPlace();
      const seen = await backUp({ server, database, place, inputs: { name: 'db', ...inputs } });
      expect(seen.codes, seen.said).toEqual([]);
      return { server, database, folder: place.folder, settings: { name: 'db' } };
    }

    it.each([
      ['63 bytes of them', 'x'.repeat(63)],
      ['characters of two bytes up to the 63rd', `${'é'.repeat(31)}z`],
      ['quotes, a newline, a dollar', 'a"b\'c\nd$$ :x \\'],
      ['what looks like a connection string', 'dbname=postgres user=x'],
    ])('a name of %s', async (_what, name) => {
      await seedSmall(server, name);
      const seen = await planAndRestore(await backedUp(name));
      expect(seen.codes, seen.said).toEqual([]);
      const kept = seen.outcome.restored?.kept ?? '';
      expect(Buffer.byteLength(kept)).toBeLessThanOrEqual(63);
      expect(kept).toMatch(/_before_\w{8}$/);
      expect(await readContent(server, name)).toEqual(await readContent(server, kept));
    });

    it('a source that had dropped public comes back without it', async () => {
      await server.createDatabase('bare');
      await server.psql('drop schema public; create schema own; create table own.t as select 1 as a', 'bare');
      const seen = await planAndRestore(await backedUp('bare'));
      expect(seen.codes, seen.said).toEqual([]);
      expect(
        await server.psql(
          `select string_agg(nspname, ' ') from pg_namespace where nspname in ('public', 'own')`,
          'bare',
        ),
      ).toBe('own');
    });

    it('a database and a role that are read-only by default', async () => {
      await seedSmall(server, 'quiet');
      const wishes = await backedUp('quiet');
      await server.psql('alter database quiet set default_transaction_read_only = on');
      await server.psql(
        `create role careful superuser login password 'p'; alter role careful set default_transaction_read_only = on`,
      );
      const seen = await planAndRestore({ ...wishes, as: { user: 'careful', password: 'p' } });
      expect(seen.codes, seen.said).toEqual([]);
      expect(await server.psql('show default_transaction_read_only', 'quiet')).toBe('on');
    });

    it('an owner who is no superuser, with CREATEDB', async () => {
      await server.psql(
        `create role tenant login createdb password 'p'; create role others; create database tenants owner tenant;`.replace(
          /; (?=create database)/,
          ';\n',
        ),
      );
      await server.psql(
        'alter schema public owner to tenant; set role tenant; create table t (id serial primary key, a text); insert into t (a) select i::text from generate_series(1, 100) i; grant select on t to others; create table secret (a int); alter table secret enable row level security',
        'tenants',
      );
      const wishes = await backedUp('tenants');
      const seen = await planAndRestore({
        ...wishes,
        as: { user: 'tenant', password: 'p' },
        settings: { ...wishes.settings, noAcl: major < 15 },
      });
      expect(seen.codes, seen.said).toEqual([]);
      expect(
        await server.psql(`select pg_get_userbyid(datdba) from pg_database where datname = 'tenants'`),
      ).toBe('tenant');
      expect(await server.psql('select count(*) from t', 'tenants')).toBe('100');
    });

    it('clients that stay are ended, and those that connect again and again held off for the moment of the swap', async () => {
      await seedSmall(server, 'busy');
      const wishes = await backedUp('busy');
      let stop = false;
      const failures: string[] = [];
      const client = async () => {
        while (!stop)
          await server
            .psql('select count(*) from books', 'busy')
            .catch(error => failures.push(String(error)));
      };
      const clients = [client(), client(), client()];
      await using idle = new OtherSession(server, 'busy');
      await idle.run('begin; select count(*) from books');
      const seen = await planAndRestore({
        ...wishes,
        settings: { ...wishes.settings, terminateSessions: true },
      });
      stop = true;
      await Promise.all(clients);
      expect(seen.codes, seen.said).toEqual([]);
      const swap = seen.outcome.stages.find(({ name }) => name === 'Swap');
      expect(swap?.seconds).toBeLessThan(4.5);
      // Ended sessions are told so; a login that waited for the rename is told that as well, and its next try succeeds.
      expect(
        failures.filter(
          text =>
            !/terminating connection|server closed|connection to server was lost|seems to have just been dropped or renamed/.test(
              text,
            ),
        ),
      ).toEqual([]);
    });

    it('roles that the target lacks: refused, made as stubs, or left out', async () => {
      await seedSmall(server, 'owned');
      await server.psql(`create role "odd; owner"; create role "grantée"; create role by_policy`);
      await server.psql(
        `alter table books owner to "odd; owner"; grant select (name) on authors to "grantée" with grant option; create policy p on loans to by_policy using (true);
        create function f() returns text language sql as $$ select 'ALTER TABLE x OWNER TO nobody_at_all;'::text; $$; comment on function f() is 'GRANT ALL ON TABLE x TO nobody_at_all;'`,
        'owned',
      );
      const wishes = await backedUp('owned');
      for (const role of ['"odd; owner"', '"grantée"', 'by_policy'])
        await server.psql(`reassign owned by ${role} to postgres; drop owned by ${role}`, 'owned');
      await server.psql('drop role "odd; owner"; drop role "grantée"; drop role by_policy');
      const refused = await planAndRestore(wishes);
      expect(refused.codes, refused.said).toEqual(['PGB810']);
      expect(refused.said).toContain('3 roles that the backup names: by_policy, grantée, odd; owner.');
      expect(await besideLive(server)).toBe('');
      const stubs = await planAndRestore({ ...wishes, settings: { ...wishes.settings, stubRoles: true } });
      expect(stubs.codes, stubs.said).toEqual([]);
      expect(
        await server.psql(
          `select bool_or(rolcanlogin) from pg_roles where rolname in ('odd; owner', 'grantée', 'by_policy')`,
        ),
      ).toBe('f');
      expect(await server.psql(`select tableowner from pg_tables where tablename = 'books'`, 'owned')).toBe(
        'odd; owner',
      );
    });

    it('the user’s SQL and command work in the restored database, before anybody else sees it', async () => {
      await seedSmall(server, 'migrated');
      const wishes = await backedUp('migrated');
      process.env.INPUT_PASSWORD = 'leak-1';
      process.env.AWS_SECRET_ACCESS_KEY = 'leak-2';
      process.env.GITHUB_TOKEN = 'leak-3';
      const seen = await planAndRestore({
        ...wishes,
        settings: {
          ...wishes.settings,
          postRestoreSql: `update authors set name = 'anonymous';\ncreate table done (at text)`,
          postRestoreCommand: `${server.binFolder}/psql -X -q -c "insert into done values ('by command')" "$DATABASE_URL" && env | grep leak; echo over`,
        },
      });
      for (const name of ['INPUT_PASSWORD', 'AWS_SECRET_ACCESS_KEY', 'GITHUB_TOKEN'])
        delete process.env[name];
      expect(seen.codes, seen.said).toEqual([]);
      expect(seen.said).toContain('| over');
      expect(seen.said).not.toContain('leak-');
      expect(await server.psql('select at from done', 'migrated')).toBe('by command');
      expect(await server.psql('select distinct name from authors', 'migrated')).toBe('anonymous');
    });

    it('extensions that the target lacks are named in the plan', async () => {
      await server.createDatabase('extended');
      await server.psql('create extension hstore; create table t (a hstore)', 'extended');
      const wishes = await backedUp('extended');
      const seen = await runRestore({
        ...wishes,
        target: target => ({
          ...target,
          facts: async (name, signal) => {
            const facts = await target.facts(name, signal);
            return {
              ...facts,
              extensions: facts.extensions.filter(extension => extension.name !== 'hstore'),
            };
          },
        }),
      });
      expect(seen.codes, seen.said).toEqual(['PGB808']);
    });
  });
}

const age = await need('postgres-16', 'age');
describe.skipIf(age.missing)('An encrypted backup', () => {
  it('comes back with its identity, and is refused with another or with none', async () => {
    await using server = await startPostgres({ major: 16 });
    await seedSmall(server, 'app');
    const identity = await run('age-keygen', []);
    const place = await folderPlace();
    await backUp({
      server,
      database: 'app',
      place,
      inputs: { 'age-recipients': /age1\w+/.exec(identity)?.[0] ?? '' },
    });
    const opener = (text: string) => {
      const parsed = parseIdentities(text);
      return 'identities' in parsed ? new AgeOpener(parsed.identities) : null;
    };
    const wishes = { server, database: 'app', folder: place.folder };
    expect((await runRestore(wishes)).codes).toEqual(['PGB630']);
    const other = await planAndRestore({ ...wishes, world: { opener: opener(await run('age-keygen', [])) } });
    expect(other.codes, other.said).toEqual(['PGB631']);
    const seen = await planAndRestore({ ...wishes, world: { opener: opener(identity) } });
    expect(seen.codes, seen.said).toEqual([]);
    expect(await readContent(server, 'app')).toEqual(
      await readContent(server, seen.outcome.restored?.kept ?? ''),
    );
  });
});
