// What breaks while a backup runs: servers, connections, our own child processes, time. It ends at once or starts over,
// says which of them it was, and no half of an archive stays anywhere.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cancelled } from '../../src/problems/run.ts';
import { need } from '../parts/availability.ts';
import { folderPlace, type Place, standInPlace } from '../parts/backup-places.ts';
import { backUp } from '../parts/backup-run.ts';
import { type Wrappers, wrapClient } from '../parts/client-wrapper.ts';
import { expectTrouble } from '../parts/expect-trouble.ts';
import { OtherSession } from '../parts/other-session.ts';
import { catchUp, type PostgresServer, startPostgres, startStandby } from '../parts/postgres-server.ts';
import { type S3StandIn, startS3StandIn } from '../parts/s3-stand-in/start.ts';
import { TcpProxy } from '../parts/tcp-proxy.ts';

const { missing } = await need('postgres-16');

describe.skipIf(missing)('While the dump runs', () => {
  let server: PostgresServer;
  let standIn: S3StandIn;
  let places = 0;
  beforeAll(async () => {
    server = await startPostgres({ major: 16 });
    standIn = await startS3StandIn({ buckets: ['backups'] });
    await server.createDatabase('app');
    // Enough that nobody holds all of it in a buffer when it breaks.
    await server.psql(
      `create table "first" as select 1 as a;
       create table t as select i as a, repeat(md5(i::text), 60) as b from generate_series(1, 30000) i`,
      'app',
    );
  });
  afterAll(async () => {
    await server?.stop();
    await standIn?.stop();
  });

  function newPlace(): Place {
    places += 1;
    return standInPlace(standIn, { prefix: `p${places}` });
  }

  /** Backs up, and does something once a part of the archive has flowed. */
  async function backUpWhile(
    act: () => unknown,
    options: {
      url?: string;
      inputs?: Record<string, string>;
      wrappers?: Wrappers;
      cancel?: AbortSignal;
    } = {},
  ) {
    let acted = false;
    const bin = await wrapClient(server.binFolder, options.wrappers ?? {});
    return backUp({
      server,
      database: 'app',
      place: newPlace(),
      inputs: {
        compression: 'none',
        'postgres-bin': bin,
        ...(options.url === undefined ? {} : { 'database-url': options.url }),
        ...options.inputs,
      },
      ...(options.cancel && { cancel: options.cancel }),
      onBytes: bytes => {
        if (acted || bytes < 5_000_000) return;
        acted = true;
        act();
      },
    });
  }

  const through = (proxy: TcpProxy) => server.url('app').replace(`:${server.port}/`, `:${proxy.port}/`);

  it('the server that is killed and stays away ends it', async () => {
    await using doomed = await startPostgres({ major: 16 });
    await doomed.psql(
      'create table t as select repeat(md5(i::text), 60) as b from generate_series(1, 30000) i',
    );
    const killed: Promise<void>[] = [];
    const seen = await backUp({
      server: doomed,
      place: newPlace(),
      inputs: { compression: 'none' },
      onBytes: () => killed.length === 0 && killed.push(doomed.kill9()),
    });
    await Promise.all(killed);
    expectTrouble(seen, { codes: ['PGB213'], says: ['PGB905'] });
  });

  it('the server that is killed and comes back costs a second run, and gives one whole backup', async () => {
    const back: Promise<void>[] = [];
    const place = newPlace();
    const seen = await backUp({
      server,
      database: 'app',
      place,
      inputs: { compression: 'none' },
      onBytes: bytes => {
        if (back.length === 0 && bytes > 5_000_000) back.push(server.kill9().then(() => server.restart()));
      },
    });
    await Promise.all(back);
    expect(seen.codes, seen.said).toEqual([]);
    expect(seen.outcome.backup?.rows).toBe(30_001);
    expect(seen.warnings.filter(code => code === 'PGB905')).toHaveLength(1);
    expect(seen).toMatchObject({ unfinished: 0, leftFiles: [] });
    // The server that was started meanwhile is the test's own.
    expect(seen.leftProcesses.filter(command => !/bin\/postgres|guard/.test(command))).toEqual([]);
    expect(seen.keys.length).toBe(4);
  });

  it('a terminated backend of pg_dump costs a second run', async () => {
    const end = "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'pg_dump'";
    const seen = await backUpWhile(() => void server.psql(end));
    expect(seen.codes, seen.said).toEqual([]);
    expect(seen.outcome.backup?.rows).toBe(30_001);
    expect(seen.keys.length).toBe(4);
  });

  it('backends that are terminated again and again end it', async () => {
    const bin = await wrapClient(server.binFolder, {
      pg_dump: `"$real" "$@" | head -c 3000000
        '${server.binFolder}/psql' -Xq -d '${server.url()}' -c "select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'pg-backup%'" >/dev/null
        echo 'pg_dump: error: server closed the connection unexpectedly' >&2; exit 1`,
    });
    const place = newPlace();
    const seen = await backUp({ server, database: 'app', place, inputs: { 'postgres-bin': bin } });
    expectTrouble(seen, { codes: ['PGB218'] });
  });

  it.each([
    ['KILL', 'was killed (SIGKILL)'],
    ['TERM', 'terminated by user'],
  ])('a pg_dump that gets SIG%s ends it', async (signal, words) => {
    const seen = await backUpWhile(() => {}, {
      wrappers: { pg_dump: `(sleep 0.2; kill -${signal} $$) & exec "$real" "$@"` },
      url: server.url('app'),
      inputs: { compression: 'gzip:9' },
    });
    expectTrouble(seen, { codes: ['PGB232'], says: [words] });
  });

  it.each(['--list', '--section=data'] as const)('a killed pg_restore %s ends it', async run => {
    const seen = await backUpWhile(() => {}, { wrappers: { [`pg_restore ${run}`]: 'kill -KILL $$' } });
    expectTrouble(seen, { codes: ['PGB400'], says: [`pg_restore ${run}`, 'SIGKILL'] });
  });

  it('a connection that is cut and cut again ends it', async () => {
    await using proxy = await TcpProxy.start(server);
    const seen = await backUpWhile(
      () => {
        proxy.refuse();
        proxy.cut();
      },
      { url: through(proxy) },
    );
    expectTrouble(seen, { codes: ['PGB218'], says: ['PGB905'] });
  });

  it('a connection that falls silent is ended by `timeout`, with nobody left waiting', async () => {
    await using proxy = await TcpProxy.start(server);
    const seen = await backUpWhile(() => proxy.fallSilent(), {
      url: through(proxy),
      inputs: { timeout: '3s' },
    });
    expectTrouble(seen, { codes: ['PGB901'] });
    expect(seen.seconds).toBeLessThan(30);
  });

  it.each([
    ['Connect', 0],
    ['Check server, client and store', 0],
    ['Back up (dump, prove, upload)', 0],
  ])('silence at the beginning of "%s" is ended by `timeout` as well', async stage => {
    await using proxy = await TcpProxy.start(server);
    const seen = await backUp({
      server,
      place: newPlace(),
      inputs: { 'database-url': through(proxy), timeout: '2s' },
      onStage: title => {
        if (title === stage) proxy.fallSilent();
      },
    });
    expectTrouble(seen, { codes: ['PGB901'] });
    expect(seen.seconds).toBeLessThan(30);
  });

  it('a cancel stops everything within the seconds that the runner gives', async () => {
    const controller = new AbortController();
    let cancelledAt = 0;
    const seen = await backUpWhile(
      () => {
        cancelledAt = performance.now();
        controller.abort(cancelled('SIGINT'));
      },
      { cancel: controller.signal },
    );
    expectTrouble(seen, { codes: ['PGB902'], exit: 130 });
    expect(performance.now() - cancelledAt).toBeLessThan(7_500);
  });

  it('a cancel while a lock is waited for leaves no session waiting on the server', async () => {
    await using other = new OtherSession(server, 'app');
    await other.run('begin; lock table t');
    const controller = new AbortController();
    const running = backUp({
      server,
      database: 'app',
      place: newPlace(),
      cancel: controller.signal,
      onStage: title => {
        if (title.startsWith('Back up')) setTimeout(() => controller.abort(cancelled('SIGTERM')), 300);
      },
    });
    expectTrouble(await running, { codes: ['PGB902'], exit: 130 });
    const sessions = "select count(*) from pg_stat_activity where application_name like 'pg-backup%'";
    await expect.poll(() => server.psql(sessions)).toBe('0');
    await other.run('rollback');
  });

  it('a standby that must cancel each dump (recovery conflict) ends it, by that name', async () => {
    await using primary = await startPostgres({
      major: 16,
      settings: {
        max_standby_streaming_delay: '0',
        hot_standby_feedback: 'off',
      },
    });
    await primary.psql(
      'create table t as select i as a, repeat(md5(i::text), 60) as b from generate_series(1, 30000) i; create table v as select generate_series(1, 1000) as a; alter table v set (autovacuum_enabled = off)',
    );
    await using standby = await startStandby(primary);
    await catchUp(standby, primary);
    const bin = await wrapClient(standby.binFolder, {
      pg_dump: `'${primary.binFolder}/psql' -Xq -d '${primary.url()}' -c 'delete from v' -c 'vacuum v' -c 'insert into v select generate_series(1, 1000)' >/dev/null
        sleep 0.5; exec "$real" "$@"`,
    });
    const seen = await backUp({
      server: standby,
      place: await folderPlace(),
      inputs: { 'postgres-bin': bin },
    });
    expectTrouble(seen, { codes: ['PGB218'], says: ['PGB905', 'conflict with recovery'] });
  });
});
