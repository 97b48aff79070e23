// The restore test on real servers: a good backup passes on every major, and each way in which a backup can be worthless
// is found, made by tampering for real.
import { createHash } from 'node:crypto';
import { chmod, cp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canonicalJson } from '../../src/backups/canonical-json.ts';
import { levelOf } from '../../src/backups/choose.ts';
import { printManifest } from '../../src/backups/parse-manifest.ts';
import { need } from '../parts/availability.ts';
import { folderPlace, scratchFolder } from '../parts/backup-places.ts';
import { type BackupSeen, backUp, manifestOf } from '../parts/backup-run.ts';
import { seedDemo, seedHostile } from '../parts/databases.ts';
import { MEDDLER } from '../parts/meddling-database.sql.ts';
import { POSTGRES_MAJORS } from '../parts/postgres-binaries.ts';
import { type PostgresServer, startPostgres } from '../parts/postgres-server.ts';
import { remakeArchive } from '../parts/remake-archive.ts';
import { runRestore } from '../parts/restore-run.ts';
import { type RestoreTestWishes, runRestoreTest, serviceOf } from '../parts/restore-test-run.ts';

for (const major of POSTGRES_MAJORS) {
  const { missing } = await need(`postgres-${major}`);
  describe.skipIf(missing)(`on PostgreSQL ${major} a restore test`, () => {
    let server: PostgresServer;
    beforeAll(async () => {
      server = await startPostgres({ major });
      await seedDemo(server, 'app', { megabytes: 10 });
      await server.psql('create role reporting; grant select on shop.orders to reporting', 'app');
    });
    afterAll(() => server?.stop());

    it('passes a backup of the demo database, which counts as restored from then on', async () => {
      const place = await folderPlace();
      const backup = await backUp({ server, database: 'app', place });
      expect(backup.codes, backup.said).toEqual([]);
      const seen = await runRestoreTest({
        binFolder: server.binFolder,
        folder: place.folder,
        settings: { assertions: ['select count(*) > 0 from shop.orders -- there are orders', 'select true'] },
      });
      expect(seen.codes, seen.said).toEqual([]);
      const { outcome } = seen;
      expect(outcome).toMatchObject({ result: 'success', verdict: 'passed', compared: { assertions: 2 } });
      expect(outcome.compared?.rows).toBeGreaterThan(1_000);
      expect(outcome.times.recovery).toBeGreaterThan(outcome.times.restore ?? Number.POSITIVE_INFINITY);
      expect(outcome.times.bytesPerSecond).toBeGreaterThan(0);
      const [counted] = seen.catalog.backups;
      expect(counted && levelOf(counted)).toBe('restored');
      expect(seen.catalog.tests).toMatchObject([
        { result: 'passed', recoverySeconds: outcome.times.recovery },
      ]);
      expect(seen.left).toEqual([]);
      const planned = await runRestore({
        server,
        database: 'app',
        folder: place.folder,
        settings: { dryRun: true },
      });
      expect(planned.outcome.plan?.expected).toEqual({
        seconds: outcome.times.recovery,
        testedAt: seen.catalog.tests[0]?.at,
      });
    });

    it.each([
      ['the hostile database', 'hostile', () => seedHostile(server, 'hostile')],
      [
        'one of another encoding, whose names are no UTF-8',
        'latin',
        async () => {
          await server.createDatabase('latin', "template template0 encoding 'SQL_ASCII' locale 'C'");
          await server.psql(
            String.raw`do $$ begin execute format('create table %I (a text default %L)', E'caf\xe9', E'\xff'); end $$`,
            'latin',
          );
        },
      ],
    ] as const)('finds nothing in %s', async (_, database, seed) => {
      await seed();
      const place = await folderPlace();
      const backup = await backUp({ server, database, place });
      expect(backup.codes, backup.said).toEqual([]);
      const seen = await runRestoreTest({ binFolder: server.binFolder, folder: place.folder });
      expect(seen.codes, seen.said).toEqual([]);
      expect(seen.warnings).not.toContain('PGB883');
      expect(seen.outcome.verdict).toBe('passed');
    });
  });
}

const { missing } = await need('postgres-16');

describe.skipIf(missing)('A restore test finds', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres({ major: 16 });
    await server.createDatabase('app');
    await server.psql(SCHEMA, 'app');
  });
  afterAll(() => server?.stop());

  async function tested(
    wishes: Omit<RestoreTestWishes, 'binFolder' | 'folder'> & {
      binFolder?: string;
      /** What is done to the bucket between backup and test. */
      tamper?: (at: Tampering) => Promise<void>;
      database?: string;
    },
  ) {
    const place = await folderPlace();
    const backup = await backUp({ server, database: wishes.database ?? 'app', place });
    expect(backup.codes, backup.said).toEqual([]);
    await wishes.tamper?.({ place, backup });
    const seen = await runRestoreTest({ binFolder: server.binFolder, folder: place.folder, ...wishes });
    expect(seen.left).toEqual([]);
    return { ...seen, place };
  }

  /** The archive made anew from a copy of the database that this SQL has changed. */
  function remade(change: string) {
    return async ({ place, backup }: Tampering) => {
      await server.psql('drop database if exists changed');
      await server.psql('create database changed template app');
      await server.psql(change, 'changed');
      await remakeArchive(place, backup, server, 'changed');
    };
  }

  it.each([
    ['a lost row', 'delete from parts where id = 500', 'PGB442'],
    ['a changed byte of a row', "update parts set label = 'Part 50O' where id = 500", 'PGB442'],
    ['a missing index', 'drop index parts_by_label', 'PGB867'],
    ['a missing constraint', 'alter table bins drop constraint bins_part_fkey', 'PGB867'],
    ['a missing trigger', 'drop trigger keep on parts', 'PGB867'],
    [
      'a trigger that nobody backed up',
      'create trigger more before update on parts for each row execute function kept()',
      'PGB867',
    ],
    ['the check of a column left out', 'alter table parts drop constraint parts_price_check', 'PGB861'],
    ['the default of a column left out', 'alter table parts alter stock drop default', 'PGB861'],
    ['another default', 'alter table parts alter stock set default 1', 'PGB861'],
    ['a column that may be null now', 'alter table parts alter label drop not null', 'PGB861'],
    [
      'a function that does something else',
      'create or replace function kept() returns trigger language plpgsql as $$ begin return null; end $$',
      'PGB861',
    ],
    ['a privilege that nobody had', 'grant delete on parts to public', 'PGB867'],
    ['a privilege more', 'grant update on bins to public', 'PGB861'],
    ['a disabled trigger', 'alter table parts disable trigger keep', 'PGB861'],
    [
      'a constraint that is no longer validated',
      'alter table bins drop constraint bins_part_fkey; alter table bins add constraint bins_part_fkey foreign key (part) references parts not valid',
      'PGB861',
    ],
    ['a sequence set back', "select setval('numbers', 1)", 'PGB444'],
  ])('%s', async (_, change, code) => {
    const seen = await tested({ tamper: remade(change) });
    expect(seen.codes, seen.said).toEqual([code]);
    expect(seen.outcome).toMatchObject({ result: 'failed', verdict: 'failed' });
    const [backup] = seen.catalog.backups;
    expect(backup?.standing).toMatchObject({ reason: 'failed-test' });
  });

  it.each([
    ['a missing index', 'drop index parts_by_label', 'PGB867'],
    ['a disabled trigger', 'alter table parts disable trigger keep', 'PGB866'],
    [
      'a constraint that is no longer validated',
      'alter table bins drop constraint bins_part_fkey; alter table bins add constraint bins_part_fkey foreign key (part) references parts not valid',
      'PGB866',
    ],
  ])('by a proof from before definitions were in it: %s', async (_, change, code) => {
    const seen = await tested({
      tamper: async at => {
        await forgetSchema(at);
        await remade(change)(at);
      },
    });
    expect(seen.codes, seen.said).toEqual([code]);
    expect(seen.outcome.verdict).toBe('failed');
  });

  it('nothing in a backup whose proof is older', async () => {
    const seen = await tested({ tamper: forgetSchema });
    expect(seen.codes, seen.said).toEqual([]);
    expect(seen.outcome.verdict).toBe('passed');
  });

  it('a default that is changed only while the dump restores', async () => {
    await server.createDatabase('meddler');
    await server.psql(MEDDLER, 'meddler');
    const seen = await tested({ database: 'meddler' });
    expect(seen.codes, seen.said).toEqual(['PGB862']);
    expect(seen.said).toContain('CREATE TABLE public.victims');
    expect(seen.outcome.verdict).toBe('failed');
  });

  it('the same, and only warns where another minor of pg_dump made the backup', async () => {
    await server.createDatabase('mended');
    await server.psql(MEDDLER, 'mended');
    const seen = await tested({
      database: 'mended',
      tamper: async ({ place, backup }) => {
        const manifest = await manifestOf(backup, place);
        await writeFile(
          join(place.folder, backup.outcome.backup?.manifestKey ?? ''),
          printManifest({ ...manifest, client: { ...manifest.client, version: '16.1' } }),
        );
      },
    });
    expect(seen.codes, seen.said).toEqual([]);
    expect(seen.warnings).toContain('PGB883');
    expect(seen.outcome).toMatchObject({ result: 'degraded', verdict: 'passed' });
  });

  it('a row that is lost only while the dump restores', async () => {
    await server.createDatabase('eater');
    await server.psql(EATER, 'eater');
    const seen = await tested({ database: 'eater' });
    expect(seen.codes, seen.said).toEqual(['PGB865']);
    expect(seen.said).toContain('public.victims');
    expect(seen.outcome.verdict).toBe('failed');
  });

  it('an archive with one bit turned over', async () => {
    const seen = await tested({
      tamper: async ({ place, backup }) => {
        const file = join(place.folder, (await manifestOf(backup, place)).archive.key);
        const bytes = await readFile(file);
        const at = Math.floor(bytes.length / 2);
        bytes[at] = (bytes[at] ?? 0) ^ 1;
        await writeFile(file, bytes);
      },
    });
    expect(seen.codes, seen.said).toEqual(['PGB440']);
    expect(seen.outcome.verdict).toBe('failed');
    expect(seen.said).not.toContain('Start a server');
  });

  it('assertions that do not hold, each with its reason, and lets none of them change anything', async () => {
    const seen = await tested({
      settings: {
        assertions: [
          'select count(*) = 1000 from parts',
          'select count(*) = 999 from parts',
          'delete from parts returning true',
          'select pg_sleep(60) is null',
          'select true from parts limit 2',
          'select 1 / 0 = 1',
        ],
        assertionTimeoutMs: 3_000,
      },
    });
    expect(seen.codes, seen.said).toEqual(['PGB868']);
    expect(seen.said).toContain('5 assertions do not hold');
    for (const why of [
      '999 from parts): did not return',
      'read-only transaction',
      'statement timeout',
      'division by zero',
    ])
      expect(seen.said).toContain(why);
    expect(seen.outcome.verdict).toBe('failed');
  });

  it('a missing extension: names the image that has it, and says nothing about the backup', async () => {
    const seen = await tested({
      tamper: async ({ place, backup }) => {
        const file = join(place.folder, backup.outcome.backup?.manifestKey ?? '');
        const text = await readFile(file, 'utf8');
        await writeFile(
          file,
          text.replace('"extensions":[', '"extensions":[{"name":"postgis","version":"3.5.0"},'),
        );
      },
    });
    expect(seen.codes, seen.said).toEqual(['PGB856']);
    expect(seen.said).toContain('postgis/postgis');
    expect(seen.outcome).toMatchObject({ result: 'failed', verdict: null, evidenceKey: null });
    expect(seen.catalog.tests).toEqual([]);
  });

  it('an extension that the server of the test really lacks', async () => {
    const programs = scratchFolder('without-citext');
    await cp(dirname(server.binFolder), programs, { recursive: true });
    for (const folder of [dirname(programs), programs]) if (folder !== '/tmp') await chmod(folder, 0o755);
    const extensions = (await readdir(programs, { recursive: true })).filter(name =>
      name.endsWith('/citext.control'),
    );
    expect(extensions).toHaveLength(1);
    await rm(join(programs, extensions[0] ?? ''));
    await server.createDatabase('extended');
    await server.psql('create extension citext; create table names as select $$a$$::citext as a', 'extended');
    const seen = await tested({ database: 'extended', binFolder: join(programs, 'bin') });
    expect(seen.codes, seen.said).toEqual(['PGB856']);
    expect(seen.said).toContain('citext');
    expect(seen.outcome).toMatchObject({ result: 'failed', verdict: null, evidenceKey: null });
    const whole = await tested({ database: 'extended' });
    expect(whole.codes, whole.said).toEqual([]);
  });

  it('nothing in a service container, and refuses the server that the backup came from', async () => {
    await using service = await startPostgres({ major: 17 });
    const passed = await tested({ world: { service: serviceOf(service) } });
    expect(passed.codes, passed.said).toEqual([]);
    expect(passed.outcome.server).toMatchObject({ isolation: 'a server that was given (`target-url`)' });
    expect(await service.psql("select count(*) from pg_database where datname like 'restore_test%'")).toBe(
      '0',
    );
    const refused = await tested({ world: { service: serviceOf(server) } });
    expect(refused.codes).toEqual(['PGB857']);
    expect(refused.catalog.tests).toEqual([]);
  });

  it('a cancel, and throws the server away', async () => {
    const cancel = new AbortController();
    const seen = await tested({
      signal: cancel.signal,
      onStage: title => title === 'Compare' && cancel.abort(new Error('cancelled')),
    });
    expect(seen.outcome).toMatchObject({ verdict: null, evidenceKey: null, result: 'failed' });
    expect(seen.catalog.tests).toEqual([]);
  });
});

const SCHEMA = `
create table parts (id int primary key, label text not null, price numeric check (price > 0), stock int default 0);
insert into parts select i, 'Part ' || i, i from generate_series(1, 1000) i;
create table bins (part int references parts);
insert into bins values (7);
grant select on bins to public;
create index parts_by_label on parts (label);
create function kept() returns trigger language plpgsql as $$ begin return new; end $$;
create trigger keep before insert on parts for each row execute function kept();
create sequence numbers;
select setval('numbers', 77);
select lo_from_bytea(0, 'a large object');`;

type Tampering = { place: Awaited<ReturnType<typeof folderPlace>>; backup: BackupSeen };

/** The proof as an earlier version of this program wrote it, and the manifest made to fit. */
async function forgetSchema({ place, backup }: Tampering): Promise<void> {
  const manifest = await manifestOf(backup, place);
  const { schema, ...older } = JSON.parse((await place.read(manifest.proof.key)).toString());
  expect(schema.statements).toBeGreaterThan(5);
  const bytes = canonicalJson(older);
  await writeFile(join(place.folder, manifest.proof.key), bytes);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const proof = { ...manifest.proof, bytes: bytes.length, sha256 };
  await writeFile(
    join(place.folder, backup.outcome.backup?.manifestKey ?? ''),
    printManifest({ ...manifest, proof }),
  );
}

/** An index whose function is said to be immutable and takes a row away each time that it is built. */
const EATER = `
create table victims (id int);
insert into victims select generate_series(1, 100);
create table baits (id int);
create function public.eat() returns int language plpgsql volatile as $$ begin
  delete from public.victims where id = 50;
  return 1;
end $$;
create function public.taste(i int) returns int language plpgsql immutable as $$ begin return i; end $$;
create index on baits (public.taste(id));
create or replace function public.taste(i int) returns int language plpgsql immutable as $$ begin return i + public.eat(); end $$;
alter table baits disable trigger all;
insert into baits values (1);
insert into victims select 50 where not exists (select from victims where id = 50);`;
