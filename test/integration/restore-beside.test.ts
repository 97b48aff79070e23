// The database beside the live one: known for ours from its first moment, made with the source's own provider of
// collations, kept where only a session stood in the way of the swap; and what becomes of it on a full disk.
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { lockKey } from '../../src/postgres/scratch.ts';
import { need } from '../parts/availability.ts';
import { folderPlace } from '../parts/backup-places.ts';
import { backUp } from '../parts/backup-run.ts';
import { readContent } from '../parts/compare-databases.ts';
import { seedSmall } from '../parts/databases.ts';
import { runsAsRoot } from '../parts/folder.ts';
import { OtherSession } from '../parts/other-session.ts';
import { type PostgresServer, startPostgres } from '../parts/postgres-server.ts';
import { besideLive, planAndRestore, type RestoreWishes, runRestore } from '../parts/restore-run.ts';
import { run } from '../parts/run.ts';
import { giveToServer, makeWorkFolder } from '../parts/work-folder.ts';

const parts = await need('postgres-17');

describe.skipIf(parts.missing)('Beside the live database', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres({ major: 17 });
  });
  afterAll(() => server?.stop());
  afterEach(async () => {
    await server.psql(
      "select format('drop database %I', datname) from pg_database where datname ~ '_(restore|before)_' \\gexec",
    );
  });

  async function backedUp(database: string): Promise<RestoreWishes> {
    const place = await folderPlace();
    const seen = await backUp({ server, database, place });
    expect(seen.codes, seen.said).toEqual([]);
    return { server, database, folder: place.folder };
  }

  it('one that was made and never marked is dropped by the next run; nobody else’s is', async () => {
    await seedSmall(server, 'app');
    const wishes = await backedUp('app');
    // As CREATE DATABASE leaves it when the run dies before the COMMENT.
    await server.psql(
      `create database app_restore_unmarked connection limit ${lockKey('app_restore_unmarked')}`,
    );
    await server.psql('create database app_restore_limited connection limit 12345');
    await server.psql(`create database app_restore_theirs connection limit ${lockKey('app_restore_theirs')}`);
    await server.psql(`comment on database app_restore_theirs is 'ours'`);
    const planned = await runRestore({ ...wishes, settings: { dryRun: true } });
    expect(planned.outcome.plan?.target.leftovers.map(({ name }) => name)).toEqual(['app_restore_unmarked']);
    const seen = await planAndRestore({ ...wishes, settings: { mode: 'new-database', newDatabase: 'copy' } });
    expect(seen.codes, seen.said).toEqual([]);
    expect(seen.said).toContain('Dropped app_restore_unmarked');
    expect(await besideLive(server)).toBe('app_restore_limited\napp_restore_theirs');
    expect(await server.psql(`select datconnlimit from pg_database where datname = 'copy'`)).toBe('-1');
  });

  it.each([
    ['builtin', `locale_provider builtin builtin_locale 'C.UTF-8'`],
    ['libc', `locale 'C.UTF-8'`],
  ])('a database of the provider %s comes back with it', async (provider, options) => {
    const name = `by_${provider}`;
    await server.createDatabase(name, `template template0 encoding 'UTF8' ${options}`);
    await server.psql(`create table t (a text primary key); insert into t values ('ä'), ('az'), ('Z')`, name);
    const seen = await planAndRestore(await backedUp(name));
    expect(seen.codes, seen.said).toEqual([]);
    const of = (database: string) =>
      server.psql(
        `select datlocprovider, datlocale, datcollate, datctype from pg_database where datname = '${database}'`,
      );
    expect(await of(name)).toBe(await of(seen.outcome.restored?.kept ?? ''));
  });

  it('what was restored is kept where a session is in the way, and the printed command swaps it in', async () => {
    await seedSmall(server, 'shop');
    const wishes = await backedUp('shop');
    await server.psql('delete from books', 'shop');
    {
      await using other = new OtherSession(server, 'shop');
      await other.run('select 1');
      const seen = await planAndRestore(wishes);
      expect(seen.codes, seen.said).toEqual(['PGB814']);
      expect(await besideLive(server)).toMatch(/^shop_restore_\w{8}$/);
      expect(await server.psql('select count(*) from books', 'shop')).toBe('0');
      wishes.settings = { confirm: seen.outcome.problems[0]?.detail ?? '' };
    }
    // No run of ours drops it.
    const again = await runRestore({ ...wishes, settings: { dryRun: true } });
    expect(again.outcome.plan?.target.leftovers).toEqual([]);
    await run('/bin/sh', ['-c', wishes.settings.confirm ?? ''], {
      env: { PATH: `${server.binFolder}:/usr/bin:/bin`, PGPASSWORD: server.password },
    });
    expect(await server.psql('select count(*) from books', 'shop')).toBe('1000');
    expect(await besideLive(server)).toMatch(/^shop_before_\w{8}$/);
  });

  it.skipIf(!runsAsRoot)('a full disk: the live database answers as before, in every mode', async context => {
    const disk = join(await makeWorkFolder('disk'), 'mounted');
    await mkdir(disk);
    try {
      await run('mount', ['-t', 'tmpfs', '-o', 'size=40m', 'tmpfs', disk]);
    } catch {
      return context.skip('this machine does not let us mount');
    }
    try {
      giveToServer(disk);
      await server.psql(`create tablespace small location '${disk}'`);
      await server.createDatabase('full', 'tablespace small');
      await server.psql(
        `create table t as select i, repeat(md5(i::text), 4) as a from generate_series(1, 110000) i; alter table t add primary key (i)`,
        'full',
      );
      const wishes = await backedUp('full');
      const before = await readContent(server, 'full');
      for (const mode of ['swap', 'in-place', 'data-only'] as const) {
        const seen = await planAndRestore({ ...wishes, settings: { mode } });
        expect(seen.outcome.result, `${mode}: ${seen.said}`).toBe('failed');
        expect(seen.said).toContain('No space left on device');
        expect(await readContent(server, 'full')).toEqual(before);
        expect(await besideLive(server)).toBe('');
      }
    } finally {
      await server.psql('drop database if exists "full" with (force)');
      await server.psql('drop tablespace if exists small');
      await run('umount', [disk]);
      await rm(disk, { recursive: true, force: true });
    }
  });
});
