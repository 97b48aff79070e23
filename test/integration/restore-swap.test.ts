// Backup, restore and swap on real servers of every major, of the most hostile database there is; and everything that
// may come in between.
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { need } from '../parts/availability.ts';
import { folderPlace } from '../parts/backup-places.ts';
import { backUp } from '../parts/backup-run.ts';
import { readContent } from '../parts/compare-databases.ts';
import { seedHostile } from '../parts/databases.ts';
import { POSTGRES_MAJORS } from '../parts/postgres-binaries.ts';
import { type PostgresServer, startPostgres } from '../parts/postgres-server.ts';
import { besideLive, planAndRestore, runRestore } from '../parts/restore-run.ts';
import { run } from '../parts/run.ts';

for (const major of POSTGRES_MAJORS) {
  const parts = await need(`postgres-${major}`);
  describe.skipIf(parts.missing)(`PostgreSQL ${major}`, () => {
    let server: PostgresServer;
    let folder: string;

    beforeAll(async () => {
      server = await startPostgres({ major });
      await seedHostile(server, 'app');
      const place = await folderPlace();
      folder = place.folder;
      const seen = await backUp({ server, database: 'app', place });
      expect(seen.codes, seen.said).toEqual([]);
    });
    afterAll(() => server?.stop());

    it('brings the hostile database back as it was, in place of the live one, and keeps that', async () => {
      const before = await readContent(server, 'app');
      const schema = await schemaOf(server, 'app');
      await server.psql('alter table public.spoofed rename to lost; delete from public.one_text', 'app');
      const seen = await planAndRestore({ server, database: 'app', folder });
      expect(seen.codes, seen.said).toEqual([]);
      expect(seen.outcome.result, seen.said).toBe('success');
      expect(await readContent(server, 'app')).toEqual(before);
      expect(await schemaOf(server, 'app')).toBe(schema);
      expect(await besideLive(server)).toBe(seen.outcome.restored?.kept);
      expect(
        await server.psql('select count(*) from public.one_text', seen.outcome.restored?.kept ?? ''),
      ).toBe('0');
    });

    it('prints an undo command that brings the old one back, word for word', async () => {
      const { outcome } = await planAndRestore({ server, database: 'app', folder });
      const was = await oid(server, outcome.restored?.kept ?? '');
      await run('/bin/sh', ['-c', outcome.restored?.undo ?? ''], {
        env: { PATH: `${server.binFolder}:/usr/bin:/bin`, PGPASSWORD: server.password },
      });
      expect(await oid(server, 'app')).toBe(was);
    });

    it('leaves the doors closed where the live database lets nobody in', async () => {
      await server.psql('alter database app allow_connections false', 'postgres');
      const seen = await planAndRestore({ server, database: 'app', folder });
      expect(seen.codes, seen.said).toEqual([]);
      const open = `select datallowconn from pg_database where datname = 'app'`;
      expect(await server.psql(open, 'postgres')).toBe('f');
      await server.psql('alter database app allow_connections true', 'postgres');
    });

    it('makes a new database and leaves the live one alone', async () => {
      const was = await oid(server, 'app');
      const seen = await planAndRestore({
        server,
        database: 'app',
        folder,
        settings: { mode: 'new-database', newDatabase: 'staging of "app"' },
      });
      expect(seen.codes, seen.said).toEqual([]);
      expect(seen.outcome.restored).toMatchObject({ database: 'staging of "app"', kept: null, undo: '' });
      expect(await oid(server, 'app')).toBe(was);
      expect(
        await server.psql(
          `select datacl, shobj_description(oid, 'pg_database') from pg_database where datname like 'staging%'`,
        ),
      ).toMatch(/=Tc\/postgres.*\|$/);
    });

    it('a plan alone changes nothing, and only its own hash carries it out', async () => {
      const list = await besideLive(server);
      const planned = await runRestore({ server, database: 'app', folder, settings: { dryRun: true } });
      expect(planned.outcome.result).toBe('planned');
      const unconfirmed = await runRestore({ server, database: 'app', folder });
      expect(unconfirmed.codes).toEqual(['PGB817']);
      expect(unconfirmed.outcome.plan?.hash).toBe(planned.outcome.plan?.hash);
      const other = await runRestore({
        server,
        database: 'app',
        folder,
        settings: { confirm: 'abcdefabcdef' },
      });
      expect(other.codes).toEqual(['PGB818']);
      expect(await besideLive(server)).toBe(list);
    });
  });
}

function oid(server: PostgresServer, database: string): Promise<string> {
  return server.psql(`select oid from pg_database where datname = '${database.replaceAll("'", "''")}'`);
}

/** As pg_dump writes it; its nonce aside. */
async function schemaOf(server: PostgresServer, database: string): Promise<string> {
  const args = ['--schema-only', '--dbname', server.url(database)];
  const schema = await run(join(server.binFolder, 'pg_dump'), args);
  return schema.replace(/^\\(un)?restrict .*$/gm, '');
}
