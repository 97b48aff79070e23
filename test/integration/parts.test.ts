// The parts themselves: servers of every major start, and the three databases exist on each and survive PostgreSQL's
// own dump and restore, so that a failure elsewhere is the project's and not its parts'.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ListObjectVersionsCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { need } from '../parts/availability.ts';
import { SMALL_ROWS, seedDemo, seedHostile, seedSmall } from '../parts/databases.ts';
import { HOSTILE_NAMES } from '../parts/hostile-database.sql.ts';
import { startPgBouncer } from '../parts/pgbouncer.ts';
import { POSTGRES_MAJORS } from '../parts/postgres-binaries.ts';
import { catchUp, type PostgresServer, startPostgres, startStandby } from '../parts/postgres-server.ts';
import { run } from '../parts/run.ts';
import { startMinio, startVersityGw } from '../parts/s3-servers.ts';
import { TcpProxy } from '../parts/tcp-proxy.ts';

for (const major of POSTGRES_MAJORS) {
  const parts = await need(`postgres-${major}`);

  describe.skipIf(parts.missing)(`PostgreSQL ${major}`, () => {
    let server: PostgresServer;
    let work: string;

    beforeAll(async () => {
      server = await startPostgres({ major });
      work = await mkdtemp(join(tmpdir(), 'pg-backup-parts-test-'));
    });
    afterAll(async () => {
      await server?.stop();
      await rm(work, { recursive: true, force: true });
    });

    /** Dumps and restores with the stock tools; resolves with the new database's name. */
    async function copyByStockTools(database: string): Promise<string> {
      const archive = join(work, `${database}.dump`);
      const tool = (name: string, ...args: string[]) => run(join(server.binFolder, name), args);
      await tool(
        'pg_dump',
        '--format=custom',
        '--compress=1',
        '--file',
        archive,
        '--dbname',
        server.url(database),
      );
      await server.createDatabase(`${database} copy`);
      await tool(
        'pg_restore',
        '--exit-on-error',
        '--jobs=2',
        '--dbname',
        server.url(`${database} copy`),
        archive,
      );
      return `${database} copy`;
    }

    it('is of that major, and keeps what was committed through a kill', async () => {
      await server.createDatabase('a "name"');
      await server.psql('create table t as select 1 as a', 'a "name"');
      await server.kill9();
      await server.restart();
      expect(await server.psql(`select current_setting('server_version')`)).toMatch(
        new RegExp(`^${major}\\.`),
      );
      expect(await server.psql('select a from t', 'a "name"')).toBe('1');
    });

    it('holds the small database', async () => {
      await seedSmall(server, 'small');
      for (const [table, rows] of Object.entries(SMALL_ROWS)) {
        expect(await server.psql(`select count(*) from ${table}`, 'small')).toBe(String(rows));
      }
    });

    it("holds the demo's database, and a copy restored by PostgreSQL's own tools equals it", async () => {
      await seedDemo(server, 'demo', { megabytes: 10 });
      const copy = await copyByStockTools('demo');
      const figures = `select (select count(*) from shop.events), (select sum(total) from shop.orders),
        (select count(*) from shop.order_items_3), (select count(distinct photo) from shop.products),
        (select sum(length(lo_get(oid))) from pg_largeobject_metadata), (select last_value from shop.invoice_number)`;
      expect(await server.psql(figures, copy)).toBe(await server.psql(figures, 'demo'));
    });

    it("holds the hostile database, and a copy restored by PostgreSQL's own tools has all its names", async () => {
      await seedHostile(server, 'hostile');
      const copy = await copyByStockTools('hostile');
      const names = `select json_agg(relname order by oid) from pg_class where relkind = 'r' and oid >= 16384`;
      for (const database of ['hostile', copy]) {
        expect(JSON.parse(await server.psql(names, database))).toEqual(
          expect.arrayContaining([...HOSTILE_NAMES]),
        );
      }
      const flaws = `select string_agg(indexrelid::regclass::text, ' ' order by 1) from pg_index where not indisvalid`;
      expect(await server.psql(flaws, 'hostile')).toContain('invalid_index');
      expect(await server.psql('select count(*) from probe.probe_settings', copy)).toBe('7');
    });
  });
}

const newest = await need('postgres-18');

describe.skipIf(newest.missing)('PostgreSQL of other shapes', () => {
  it('streams to a standby', async () => {
    await using primary = await startPostgres({ major: 18 });
    await using standby = await startStandby(primary);
    await primary.psql('create table t as select 7 as a');
    await catchUp(standby, primary);
    expect(await standby.psql('select pg_is_in_recovery(), a from t')).toBe('t|7');
  });

  it('speaks TLS only, and a wrong certificate is refused', async () => {
    await using server = await startPostgres({ major: 18, tls: {} });
    expect(await server.psql('select ssl from pg_stat_ssl where pid = pg_backend_pid()')).toBe('t');
    const plain = server.url().replace('verify-full', 'disable');
    await expect(run(join(server.binFolder, 'psql'), [plain])).rejects.toThrow(/no encryption/);
    await using expired = await startPostgres({ major: 18, tls: { flaw: 'expired' } });
    await expect(expired.psql('select 1')).rejects.toThrow(/certificate/);
    await using other = await startPostgres({ major: 18, tls: { flaw: 'other-host' } });
    await expect(other.psql('select 1')).rejects.toThrow(/does not match host name/);
  });

  it('loses its line in the middle of an answer', async () => {
    await using server = await startPostgres({ major: 18 });
    await using proxy = await TcpProxy.start(server);
    const through = server.url().replace(`:${server.port}/`, `:${proxy.port}/`);
    const psql = (sql: string) => run(join(server.binFolder, 'psql'), ['-XAtc', sql, through]);
    expect(await psql('select 1')).toBe('1\n');
    proxy.cutAfter(50_000);
    await expect(psql('select generate_series(1, 100000)')).rejects.toThrow(/connection/);
    proxy.heal();
    expect(await psql('select 2')).toBe('2\n');
  });
});

const pooler = await need('postgres-16', 'pgbouncer');

describe.skipIf(pooler.missing)('PgBouncer', () => {
  it.each([
    ['session', 'resets it for the next client', '4MB'],
    ['transaction', 'hands it on as the last client left it', '77MB'],
  ] as const)('in %s mode %s', async (mode, _, expected) => {
    await using server = await startPostgres({ major: 16 });
    await using bouncer = await startPgBouncer(server, mode);
    const psql = (sql: string, env?: Record<string, string>) =>
      run(join(server.binFolder, 'psql'), ['-XAtqc', sql, bouncer.url()], env ? { env } : {});
    await psql(`set work_mem = '77MB'`);
    expect(await psql('show work_mem')).toBe(`${expected}\n`);
    await expect(psql('select 1', { PGOPTIONS: '-c work_mem=1MB' })).rejects.toThrow(
      /unsupported startup parameter/,
    );
  });
});

const stores = await need('versitygw', 'minio');

describe.skipIf(stores.missing)('S3 servers', () => {
  it.each([
    ['VersityGW', startVersityGw],
    ['MinIO', startMinio],
  ])('%s keeps versions and refuses to overwrite', async (_, start) => {
    await using store = await start({ versioning: true });
    const put = (body: string, condition = {}) =>
      store.client.send(new PutObjectCommand({ Bucket: store.bucket, Key: 'key', Body: body, ...condition }));
    await put('one');
    await put('two');
    await expect(put('three', { IfNoneMatch: '*' })).rejects.toThrow(/condition/i);
    const { Versions } = await store.client.send(new ListObjectVersionsCommand({ Bucket: store.bucket }));
    expect(Versions?.map(version => version.Size)).toEqual([3, 3]);
  });
});
