// Archives that somebody left, restored into live databases: emptied, filled anew, or some of their tables brought back,
// with the same care as a backup; and what nobody may put into one.
import { access, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parseTableName } from '../../src/backups/table-name.ts';
import type { RestoreSettings } from '../../src/commands/restore/settings.ts';
import { cancelled } from '../../src/problems/run.ts';
import { need } from '../parts/availability.ts';
import { scratchFolder } from '../parts/backup-places.ts';
import { readContent } from '../parts/compare-databases.ts';
import { seedHostile } from '../parts/databases.ts';
import { dumpAs, wrapped } from '../parts/foreign-files.ts';
import { type PostgresServer, startPostgres } from '../parts/postgres-server.ts';
import { besideLive, planAndRestore, type RestoreSeen, runRestore } from '../parts/restore-run.ts';
import { schemaOf } from '../parts/schema-text.ts';

const majors = await Promise.all(
  ([14, 18] as const).map(async major => ({ major, ...(await need(`postgres-${major}`)) })),
);
const ARCHIVES = ['custom', 'directory', 'tar'] as const;
const SHOP = `
create table customers (id serial primary key, name text not null, since timestamptz default now());
create table orders (id serial primary key, customer_id int not null references customers, note text);
create table by_year (at date not null, id int, primary key (at, id)) partition by range (at);
create table by_year_26 partition of by_year for values from ('2026-01-01') to ('2027-01-01');
insert into customers (name) select 'Customer ' || i from generate_series(1, 20) i;
insert into orders (customer_id, note) select 1 + i % 20, 'note ' || i from generate_series(1, 60) i;
insert into by_year select date '2026-01-01' + i, i from generate_series(1, 30) i;
create function watch() returns trigger language plpgsql as $$ begin new.note := 'touched'; return new; end $$;
create trigger watches before insert on orders for each row execute function watch();
comment on table orders is 'what they asked for, in a sentence that is long enough to hold something else instead';
select lo_from_bytea(4711, 'large');`;

for (const { major, missing } of majors) {
  describe.skipIf(missing)(`An archive as a file, into a live database of PostgreSQL ${major}`, () => {
    let server: PostgresServer;
    let content: Awaited<ReturnType<typeof readContent>>;
    let schema: string;
    beforeAll(async () => {
      server = await startPostgres({ major });
      await server.createDatabase('pristine');
      await server.psql(SHOP, 'pristine');
      content = await readContent(server, 'pristine');
      schema = await schemaOf(server, 'pristine');
    });
    afterAll(() => server?.stop());
    beforeEach(async () => {
      await server.psql('drop database if exists shop with (force)');
      await server.psql('create database shop template pristine');
    });

    const restore = (file: string, settings: Partial<RestoreSettings>): Promise<RestoreSeen> =>
      planAndRestore({ server, database: 'shop', settings: { file, ...settings } });

    async function expectPristine(seen: RestoreSeen): Promise<void> {
      expect(seen.codes, seen.said).toEqual([]);
      expect(await schemaOf(server, 'shop')).toBe(schema);
      expect(await readContent(server, 'shop')).toEqual(content);
      expect(await besideLive(server)).toBe('');
      expect(seen.left.filter(name => name !== 'passfile' && !name.endsWith('.list'))).toEqual([]);
    }

    it.each(ARCHIVES)('%s: in place, after a safety backup', async format => {
      const file = await dumpAs(format, server, 'shop');
      await server.psql(
        'drop table orders cascade; create table stray (a int); delete from customers',
        'shop',
      );
      const seen = await restore(file, { mode: 'in-place', safetyBackup: true });
      await expectPristine(seen);
      expect(seen.outcome.plan?.touches).toContain('dropped: table public.stray');
      expect(seen.outcome.plan?.safety).toEqual({ name: 'shop-safety' });
      expect(seen.outcome.restored?.safety).toMatch(/^\w{8}$/);
    });

    it.each(ARCHIVES)('%s: rows alone', async format => {
      const file = await dumpAs(format, server, 'shop');
      await server.psql("delete from orders; update customers set name = 'x'; truncate by_year", 'shop');
      await expectPristine(await restore(file, { mode: 'data-only' }));
    });

    it.each(ARCHIVES)('%s: one table in the place of the one that is there', async format => {
      const file = await dumpAs(format, server, 'shop');
      await server.psql("update orders set note = 'lost'; truncate by_year", 'shop');
      await expectPristine(
        await restore(file, {
          mode: 'tables',
          replaceTables: true,
          tables: named('public.orders', 'public.by_year'),
        }),
      );
    });

    it('one table beside: under a name that is of the file', async () => {
      const file = await wrapped(await dumpAs('custom', server, 'shop'), 'gzip -c "$1" > "$2"');
      await server.psql('drop table orders', 'shop');
      const seen = await restore(file, { mode: 'tables', tables: named('public.orders') });
      expect(seen.codes, seen.said).toEqual([]);
      const [beside] = seen.outcome.restored?.schemas ?? [];
      expect(beside).toBe(`public_from_${seen.outcome.plan?.file?.sha256.slice(0, 8)}`);
      expect(await server.psql(`select count(*), max(note) from ${beside}.orders`, 'shop')).toBe('60|note 9');
    });

    it('a table that the file lacks is named in the plan', async () => {
      const file = await dumpAs('custom', server, 'shop');
      const { codes } = await runRestore({
        server,
        database: 'shop',
        settings: { file, mode: 'data-only', tables: named('public.gone'), dryRun: true },
      });
      expect(codes).toEqual(['PGB843', 'PGB844']);
    });

    it('an archive of rows alone goes into tables that are there', async () => {
      const file = await dumpAs('custom', server, 'shop', { more: ['--data-only'] });
      await server.psql('delete from orders; truncate by_year', 'shop');
      await expectPristine(await restore(file, { mode: 'data-only' }));
      expect(
        (await runRestore({ server, database: 'shop', settings: { file, mode: 'in-place' } })).codes,
      ).toEqual(['PGB726']);
    });

    it('times that were written in the zone of the server are compared in it', async () => {
      await server.psql("alter database shop set timezone = 'Asia/Kathmandu'", 'shop');
      const file = await dumpAs('custom', server, 'shop', { zone: 'Asia/Kathmandu' });
      await server.psql('delete from orders', 'shop');
      const seen = await restore(file, { mode: 'data-only' });
      expect(seen.codes, seen.said).toEqual([]);
      expect(seen.warnings).not.toContain('PGB736');
    });

    it.each(['in-place', 'data-only', 'tables'] as const)('plain SQL has no %s', async mode => {
      const file = await dumpAs('sql', server, 'shop');
      const tables = mode === 'tables' ? named('public.orders') : [];
      const seen = await runRestore({ server, database: 'shop', settings: { file, mode, tables } });
      expect(seen.codes).toEqual(['PGB735']);
      expect(seen.said).toContain(`\`mode: ${mode}\` needs an archive`);
    });

    it('the most hostile database comes back in place', async () => {
      await seedHostile(server, 'hostile');
      const [before, defined] = [await readContent(server, 'hostile'), await schemaOf(server, 'hostile')];
      const file = await dumpAs('custom', server, 'hostile');
      await server.psql('create table stray (a int)', 'hostile');
      const seen = await planAndRestore({
        server,
        database: 'hostile',
        settings: { file, mode: 'in-place' },
      });
      expect(seen.codes, seen.said).toEqual([]);
      expect(await schemaOf(server, 'hostile')).toBe(defined);
      expect(await readContent(server, 'hostile')).toEqual(before);
    });

    it('a command of psql that somebody put into an archive is not run, and nothing is changed', async () => {
      const file = await dumpAs('custom', server, 'shop', { more: ['--compress=0'] });
      const trace = join(scratchFolder('trace'), 'it-ran');
      await poison(file, 'what they asked for', `';\n\\! touch ${trace}\n--`);
      const seen = await restore(file, { mode: 'in-place' });
      expect(seen.codes, seen.said).toEqual(['PGB837']);
      expect(seen.said).toContain('backslash commands are restricted');
      await expect(access(trace)).rejects.toThrow('ENOENT');
      expect(await readContent(server, 'shop')).toEqual(content);
    });

    it('a cancel after the commit says that the database is as restored', async () => {
      const file = await dumpAs('custom', server, 'shop');
      await server.psql('delete from orders', 'shop');
      const settings = { file, mode: 'data-only' } as const;
      const { outcome } = await runRestore({
        server,
        database: 'shop',
        settings: { ...settings, dryRun: true },
      });
      const controller = new AbortController();
      const seen = await runRestore({
        server,
        database: 'shop',
        settings: { ...settings, confirm: outcome.plan?.hash },
        signal: controller.signal,
        onStage: title => title === 'Analyze' && controller.abort(cancelled('SIGTERM')),
      });
      expect(seen.codes, seen.said).toEqual(['PGB887']);
      expect(seen.outcome).toMatchObject({ result: 'degraded', restored: { database: 'shop' } });
      expect(await readContent(server, 'shop')).toEqual(content);
    });

    it('a file that was changed after the plan was confirmed leaves the database as it was', async () => {
      const file = await dumpAs('custom', server, 'shop');
      const { outcome } = await runRestore({
        server,
        database: 'shop',
        settings: { file, mode: 'data-only', dryRun: true },
      });
      const bytes = await readFile(file);
      const seen = await runRestore({
        server,
        database: 'shop',
        settings: { file, mode: 'data-only', confirm: outcome.plan?.hash },
        onStage: title => title === 'Compare' && writeFile(file, bytes),
      });
      expect(seen.codes, seen.said).toEqual(['PGB733']);
      expect(await readContent(server, 'shop')).toEqual(content);
    });
  });
}

function named(...names: string[]) {
  return names.map(parseTableName).filter(name => name !== undefined);
}

/** The archive keeps its lengths: what is put in takes the place of as many bytes. */
async function poison(file: string, at: string, instead: string): Promise<void> {
  const bytes = await readFile(file);
  const place = bytes.indexOf(at);
  expect(place).toBeGreaterThan(0);
  bytes.write(instead, place, 'latin1');
  await writeFile(file, bytes);
}
