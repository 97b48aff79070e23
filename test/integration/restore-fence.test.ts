// The fence around a live database: nobody writes behind it, it goes when the restore is over however that ended, and a
// killed run's is taken down by the next.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { need } from '../parts/availability.ts';
import { folderPlace } from '../parts/backup-places.ts';
import { backUp } from '../parts/backup-run.ts';
import { runCommandLine } from '../parts/command-line.ts';
import { seedSmall } from '../parts/databases.ts';
import { OtherSession, until } from '../parts/other-session.ts';
import { type PostgresServer, startPostgres } from '../parts/postgres-server.ts';
import { planAndRestore, type RestoreWishes, runRestore } from '../parts/restore-run.ts';
import { run } from '../parts/run.ts';

const majors = await Promise.all(
  ([14, 17] as const).map(async major => ({ major, ...(await need(`postgres-${major}`)) })),
);

for (const { major, missing } of majors) {
  describe.skipIf(missing)(`On PostgreSQL ${major}, a fence`, () => {
    let server: PostgresServer;
    let wishes: RestoreWishes;
    beforeAll(async () => {
      server = await startPostgres({ major });
      await seedSmall(server, 'app');
      const place = await folderPlace();
      await backUp({ server, database: 'app', place });
      await server.psql('create database pristine template app');
      wishes = { server, database: 'app', folder: place.folder };
    });
    afterAll(() => server?.stop());
    beforeEach(async () => {
      await server.psql(
        `alter database app set application_name = 'the shop'; alter database app set work_mem = '7MB'`,
      );
    });
    afterEach(async () => {
      expect(await settings('app')).toBe('application_name=the shop,work_mem=7MB');
      await server.psql('insert into loans values (7)', 'app');
      await server.psql(
        `select format('drop database %I with (force)', datname) from pg_database where datname ~ '^app' \\gexec`,
      );
      await server.psql('create database app template pristine');
    });

    const settings = (database: string) =>
      server.psql(
        `select array_to_string(array_agg(item order by item), ',') from pg_db_role_setting s join pg_database d on d.oid = s.setdatabase, unnest(setconfig) item where datname = '${database}'`,
      );
    const write = () =>
      server.psql('insert into loans values (1)', 'app').then(
        () => 'written',
        (error: Error) => error.message,
      );

    it.each(['swap', 'in-place', 'data-only'] as const)(
      'keeps writers off and goes again: %s',
      async mode => {
        const tried: string[] = [];
        const seen = await planAndRestore({
          ...wishes,
          settings: { mode, fence: true },
          onStage: async title => {
            if (title === 'Restore' || title === 'Change') tried.push(await write());
          },
        });
        expect(seen.codes, seen.said).toEqual([]);
        expect(tried).toEqual([expect.stringContaining('read-only transaction')]);
        const kept = seen.outcome.restored?.kept;
        if (kept) expect(await settings(kept)).toBe('application_name=the shop,work_mem=7MB');
      },
    );

    it('goes when the restore fails', async () => {
      const seen = await planAndRestore({
        ...wishes,
        settings: { mode: 'in-place', fence: true, postRestoreSql: 'select 1/0' },
      });
      expect(seen.codes, seen.said).toEqual(['PGB837']);
    });

    it('sends those away who were there, or is not raised while anybody is', async () => {
      await using other = new OtherSession(server, 'app');
      await other.run('select 1');
      const refused = await runRestore({ ...wishes, settings: { mode: 'in-place', fence: true } });
      expect(refused.codes, refused.said).toEqual(['PGB847']);
      const seen = await planAndRestore({
        ...wishes,
        settings: { mode: 'in-place', fence: true, terminateSessions: true },
      });
      expect(seen.codes, seen.said).toEqual([]);
    });

    it.each(['by the command that was printed', 'by the next restore', 'by the next swap behind a fence'])(
      'of a killed run is taken down %s',
      async how => {
        const args = [
          'restore',
          '--database-url',
          'env:URL',
          '--postgres-bin',
          server.binFolder,
          '--destination',
        ];
        const start = (more: readonly string[], stage?: string) =>
          runCommandLine({
            args: [...args, `file://${wishes.folder}`, '--mode', 'in-place', '--fence', ...more],
            environment: { URL: server.url('app') },
            ...(stage !== undefined && { killAt: { line: stage, signal: 'SIGKILL' as const } }),
          });
        const { hash } = JSON.parse((await start(['--dry-run', '--json'])).stdout);
        const killed = await start(['--confirm', hash], 'Change');
        expect(killed.status, killed.stderr).toBe('SIGKILL');
        await until(
          server,
          `not exists (select from pg_stat_activity where application_name ~ 'psql' and datname = 'postgres' and pid <> pg_backend_pid())`,
        );
        expect(await write()).toContain('read-only transaction');
        if (how === 'by the next restore') {
          const next = await planAndRestore({ ...wishes, settings: { mode: 'data-only' } });
          expect(next.said).toContain('Took the fence around app down');
          return;
        }
        if (how === 'by the next swap behind a fence') {
          const next = await planAndRestore({ ...wishes, settings: { fence: true } });
          expect(next.codes, next.said).toEqual([]);
          return;
        }
        const command = /To take the fence down by hand:\n((?:.*\\\n)*.*)/.exec(killed.stderr)?.[1] ?? '';
        await run('/bin/sh', ['-c', command], {
          env: { PATH: `${server.binFolder}:/usr/bin:/bin`, PGPASSWORD: server.password },
        });
      },
    );
  });
}
