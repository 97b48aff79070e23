// What happens on the server while a backup is taken must not cost it a row, and the backup must not be what everybody
// else waits for.

import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { need } from '../parts/availability.ts';
import { folderPlace, scratchFolder } from '../parts/backup-places.ts';
import { backUp, manifestOf } from '../parts/backup-run.ts';
import { wrapClient } from '../parts/client-wrapper.ts';
import { OtherSession, SOMEBODY_WAITS, until } from '../parts/other-session.ts';
import { catchUp, type PostgresServer, startPostgres, startStandby } from '../parts/postgres-server.ts';

const { missing } = await need('postgres-17');

describe.skipIf(missing)('While a backup is taken', () => {
  let server: PostgresServer;
  let databases = 0;
  beforeAll(async () => {
    server = await startPostgres({ major: 17 });
  });
  afterAll(() => server?.stop());

  /** A database of its own for each test; resolves with its name. */
  async function database(sql = 'create table t as select generate_series(1, 1000) as a'): Promise<string> {
    databases += 1;
    const name = `db${databases}`;
    await server.createDatabase(name);
    await server.psql(sql, name);
    return name;
  }

  /** SQL that a client runs right before pg_dump asks for its own locks, the snapshot being out by then. */
  async function beforeDump(name: string, sql: string, how: 'wait' | 'go on') {
    const said = join(scratchFolder('said'), 'said');
    const psql = `'${join(server.binFolder, 'psql')}' -Xq -d '${server.url(name)}' -c "${sql}" >'${said}' 2>&1`;
    const folder = await wrapClient(server.binFolder, {
      pg_dump: `${psql} ${how === 'wait' ? '' : '&'}\nexec "$real" "$@"`,
    });
    return { folder, said: () => readFile(said, 'utf8') };
  }

  it('TRUNCATE after the snapshot waits and takes no row', async () => {
    const name = await database();
    const client = await beforeDump(name, "set lock_timeout = '300ms'; truncate t", 'wait');
    const place = await folderPlace();
    // Without counts: these lock each table as well, though later.
    const inputs = { 'postgres-bin': client.folder, counts: 'off' };
    const seen = await backUp({ server, database: name, place, inputs });
    expect(await client.said()).toContain('lock timeout');
    expect((await manifestOf(seen, place)).totals.rows).toBe(1000);
  });

  it('a rewrite that was committed before the locks is in the backup whole', async () => {
    const name = await database();
    await using other = new OtherSession(server, name);
    await other.run('begin; truncate t; insert into t select generate_series(1, 7)');
    const place = await folderPlace();
    const running = backUp({ server, database: name, place });
    await until(server, SOMEBODY_WAITS);
    await other.run('commit');
    expect((await manifestOf(await running, place)).totals.rows).toBe(7);
  });

  it('an ALTER queues behind pg_dump, and neither the dump nor the counts queue behind it', async () => {
    const name = await database(
      'create table t as select i as a, repeat(md5(i::text), 40) as b from generate_series(1, 20000) i',
    );
    await using other = new OtherSession(server, name);
    let altered: Promise<string> | undefined;
    const place = await folderPlace();
    const seen = await backUp({
      server,
      database: name,
      place,
      inputs: { compression: 'none' },
      onBytes: () => {
        altered ??= other.run('alter table t add column c float default random()');
      },
    });
    expect((await manifestOf(seen, place)).totals.rows).toBe(20_000);
    await altered;
    expect(
      await server.psql(
        "select count(*) from pg_attribute where attrelid = 't'::regclass and attname = 'c'",
        name,
      ),
    ).toBe('1');
  });

  /** A client whose pg_dump starts once an ALTER TABLE waits for the locks of the backup: each time, or the first time alone. */
  async function alterBeforeDump(name: string, when: 'once' | 'each time') {
    const marker = join(scratchFolder('marker'), 'altered');
    const psql = `'${join(server.binFolder, 'psql')}' -XAtq -d '${server.url(name)}'`;
    const steps = [
      `touch '${marker}'`,
      // Apart from pg_dump's own pipes, which end when nobody holds them any more.
      `${psql} -c 'alter table t alter a set not null' </dev/null >/dev/null 2>&1 &`,
      `until [ "$(${psql} -c 'select count(*) from pg_locks where not granted')" != 0 ]; do sleep 0.02; done`,
    ];
    const script = when === 'once' ? [`if [ ! -e '${marker}' ]; then`, ...steps, 'fi'] : steps;
    return wrapClient(server.binFolder, { pg_dump: [...script, 'exec "$real" "$@"'].join('\n') });
  }

  it('an ALTER that comes between our locks and those of pg_dump gets its turn, and the backup starts over', async () => {
    const name = await database();
    const folder = await alterBeforeDump(name, 'once');
    const place = await folderPlace();
    const inputs = { 'postgres-bin': folder, 'lock-wait-timeout': '1s' };
    const seen = await backUp({ server, database: name, place, inputs });
    expect(seen.outcome.warnings.map(warning => warning.code)).toContain('PGB905');
    expect((await manifestOf(seen, place)).totals.rows).toBe(1000);
  });

  it('an ALTER between our locks and those of pg_dump in both runs ends them, by name', async () => {
    const name = await database();
    const folder = await alterBeforeDump(name, 'each time');
    const seen = await backUp({
      server,
      database: name,
      place: await folderPlace(),
      inputs: { 'postgres-bin': folder, 'lock-wait-timeout': '1s' },
    });
    expect(seen).toMatchObject({ codes: ['PGB237'], keys: [], leftProcesses: [], leftFiles: [] });
    expect(seen.said).toContain('public.t');
  });

  it.each([
    ['idle_in_transaction_session_timeout', '300ms'],
    ['statement_timeout', '300ms'],
    ['lock_timeout', '300ms'],
    ['idle_session_timeout', '300ms'],
    ['transaction_timeout', '300ms'],
  ])("lives through the role's %s of %s", async (setting, value) => {
    const name = await database();
    const role = `role_of_${setting}`;
    await server.psql(
      `create role ${role} login superuser password 'pw-of-role'; alter role ${role} set ${setting} = '${value}'`,
    );
    const folder = await wrapClient(server.binFolder, { pg_dump: 'sleep 0.5; exec "$real" "$@"' });
    await using other = new OtherSession(server, name);
    await other.run('begin; lock table t');
    const running = backUp({
      server,
      database: name,
      place: await folderPlace(),
      inputs: {
        'database-url': server.url(name, { user: role, password: 'pw-of-role' }),
        'postgres-bin': folder,
      },
    });
    await until(server, SOMEBODY_WAITS);
    await other.run('select pg_sleep(0.5); commit');
    const seen = await running;
    expect(seen.codes, seen.said).toEqual([]);
    expect(seen.outcome.backup?.rows).toBe(1000);
  });

  it('a table that is created while the locks are waited for is locked and in the backup', async () => {
    const name = await database();
    const client = await beforeDump(name, "set lock_timeout = '300ms'; truncate newcomer", 'wait');
    const inputs = { 'postgres-bin': client.folder, counts: 'off' };
    await using other = new OtherSession(server, name);
    await other.run('begin; lock table t');
    const running = backUp({ server, database: name, place: await folderPlace(), inputs });
    await until(server, SOMEBODY_WAITS);
    await server.psql('create table newcomer as select 1 as a', name);
    await other.run('commit');
    expect((await running).outcome.backup).toMatchObject({ tables: 2, rows: 1001 });
  });

  it.each([
    ['dropped', 'drop table goes', { tables: 1, rows: 1000 }],
    ['renamed', 'alter table goes rename to "gone away"', { tables: 2, rows: 1001 }],
    [
      'put into another schema',
      'create schema elsewhere; alter table goes set schema elsewhere',
      { tables: 2, rows: 1001 },
    ],
    ['replaced by a view', 'drop table goes; create view goes as select 1 as a', { tables: 1, rows: 1000 }],
  ])(
    'a table that is %s while the locks are waited for starts the locking over',
    async (_, sql, expected) => {
      const name = await database(
        `create table t as select generate_series(1, 1000) as a; create table goes as select 1 as a`,
      );
      await using other = new OtherSession(server, name);
      await other.run(`begin; ${sql}`);
      const running = backUp({ server, database: name, place: await folderPlace() });
      await until(server, SOMEBODY_WAITS);
      await other.run('commit');
      const seen = await running;
      expect(seen.codes, seen.said).toEqual([]);
      expect(seen.outcome.backup).toMatchObject(expected);
    },
  );

  it('two backups at once are both whole, and link to no half one', async () => {
    const name = await database();
    const place = await folderPlace();
    const both = await Promise.all([
      backUp({ server, database: name, place }),
      backUp({ server, database: name, place }),
    ]);
    expect(both.flatMap(seen => seen.codes)).toEqual([]);
    expect(new Set(both.map(seen => seen.outcome.backup?.id)).size).toBe(2);
    expect((await place.keys()).length).toBe(8);
    const third = await backUp({ server, database: name, place });
    expect(third.outcome.history.map(({ notCounted }) => notCounted)).toEqual([undefined, undefined]);
  });

  it('pg_dump on another server than the snapshot is an error of its own', async () => {
    await using twin = await startPostgres({ major: 17 });
    const name = await database();
    await twin.createDatabase(name);
    await twin.psql('create table t as select 1 as a', name);
    // The session, the pooler probe and pg_dumpall reach the first server, pg_dump the second.
    await using balancer = await balance(count => (count <= 3 ? server : twin));
    const url = server.url(name).replace(`:${server.port}/`, `:${balancer.port}/`);
    const seen = await backUp({ server, place: await folderPlace(), inputs: { 'database-url': url } });
    expect(seen).toMatchObject({ codes: ['PGB231'], exit: 1, keys: [], leftProcesses: [], leftFiles: [] });
  });

  it('a standby gives a backup, and the unlogged tables that it lacks are told', async () => {
    const name = await database(
      'create table t as select generate_series(1, 1000) as a; create unlogged table "not here" as select 1 as a',
    );
    await using standby = await startStandby(server);
    await catchUp(standby, server);
    const place = await folderPlace();
    const seen = await backUp({ server: standby, database: name, place });
    const manifest = await manifestOf(seen, place);
    expect(manifest).toMatchObject({ totals: { tables: 1, rows: 1000 }, server: { standby: true } });
    expect(manifest.warnings.join()).toContain('not here');
    expect(seen.said).toContain('not here');
  });
});

/** Each connection to the server that `choose` names for it, counted from 1: a load balancer. */
async function balance(choose: (count: number) => { host: string; port: number }) {
  let count = 0;
  const listener = createServer(client => {
    count += 1;
    const { host, port } = choose(count);
    const target = connect({ host, port });
    for (const socket of [client, target]) socket.on('error', () => {});
    client.pipe(target).pipe(client);
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { port } = listener.address() as AddressInfo;
  return { port, [Symbol.asyncDispose]: async () => void listener.close() };
}
