// Servers that let nobody in, and roles that may not read everything: one clear problem each (all of preflight's at
// once), and never a backup of what happened to be readable.
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { need } from '../parts/availability.ts';
import { folderPlace, scratchFolder } from '../parts/backup-places.ts';
import { backUp, manifestOf } from '../parts/backup-run.ts';
import { seedSmall } from '../parts/databases.ts';
import { expectTrouble } from '../parts/expect-trouble.ts';
import { freePort } from '../parts/free-port.ts';
import { OtherSession } from '../parts/other-session.ts';
import { startPgBouncer } from '../parts/pgbouncer.ts';
import { postgresBin } from '../parts/postgres-binaries.ts';
import { type PostgresServer, startPostgres } from '../parts/postgres-server.ts';

const { missing } = await need('postgres-17');
describe.skipIf(missing)('A server that lets nobody in', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres({ major: 17 });
    await seedSmall(server, 'small');
    await server.psql("create role limited login password 'pw-of-limited' connection limit 0");
  });
  afterAll(() => server?.stop());

  const backUpFrom = async (url: string, inputs: Record<string, string> = {}) =>
    backUp({ server, place: await folderPlace(), inputs: { 'database-url': url, ...inputs } });
  const as = (user: string, password: string) => server.url('small', { user, password });

  it('for a wrong password', async () => {
    const seen = await backUpFrom(as('postgres', 'pw-of-somebody-else'));
    expectTrouble(seen, { codes: ['PGB210'], says: ['user postgres'] });
    // Once: a lockout is not ours to cause.
    expect(server.log.match(/password authentication failed/g)?.length).toBe(1);
  });
  it('for a role that does not exist', async () => {
    expectTrouble(await backUpFrom(as('nobody', 'pw-of-nobody')), { codes: ['PGB210'], says: ['nobody'] });
  });
  it('for want of a password', async () => {
    const url = `postgresql://postgres@${server.host}:${server.port}/small`;
    expectTrouble(await backUpFrom(url), { codes: ['PGB211'], exit: 2 });
  });
  it('under a host name that nobody knows', async () => {
    const url = server.url('small').replace(server.host, 'no-such-host.invalid');
    expectTrouble(await backUpFrom(url), { codes: ['PGB212'], says: ['no-such-host.invalid'] });
  });
  it('at a port where nobody listens', async () => {
    const port = await freePort();
    const url = server.url('small').replace(`:${server.port}/`, `:${port}/`);
    expectTrouble(await backUpFrom(url), { codes: ['PGB213'], says: [`127.0.0.1:${port}`] });
  });
  it('to a database that does not exist', async () => {
    expectTrouble(await backUpFrom(server.url('smal')), { codes: ['PGB214'], says: ['smal'] });
  });
  it('with no connection free', async () => {
    expectTrouble(await backUpFrom(as('limited', 'pw-of-limited')), { codes: ['PGB217'] });
  });
  it('with a client that is too old, or none', async () => {
    const old = await backUpFrom(server.url('small'), { 'postgres-bin': postgresBin(15) });
    expectTrouble(old, { codes: ['PGB201'], says: ['PostgreSQL 17', 'postgresql-client-17'] });
    const none = await backUpFrom(server.url('small'), { 'postgres-bin': scratchFolder('empty') });
    expectTrouble(none, { codes: ['PGB200'] });
  });
  it('to a configuration that is wrong in several ways, told at once', async () => {
    const inputs = { timeout: '5', tier: 'fortnightly', retention: 'daily: 30m', destination: '/backups' };
    const seen = await backUpFrom('postgresql://u:pw-of-u@h:5432:1/x', inputs);
    expect(seen.codes).toEqual(expect.arrayContaining(['PGB102', 'PGB104', 'PGB111', 'PGB120']));
    expectTrouble(seen, { codes: seen.codes, exit: 2 });
  });

  describe('by TLS', () => {
    it('that it does not speak, under sslmode=require', async () => {
      expectTrouble(await backUpFrom(`${server.url('small')}?sslmode=require`), { codes: ['PGB215'] });
    });
    it('that was not asked for', async () => {
      await using secure = await startPostgres({ major: 17, tls: {} });
      const url = secure.url().replace('verify-full', 'disable');
      expectTrouble(await backUpFrom(url), { codes: ['PGB216'], says: ['no encryption'] });
    });
    it.each(['expired', 'other-host'] as const)('with a certificate that is flawed: %s', async flaw => {
      await using flawed = await startPostgres({ major: 17, tls: { flaw } });
      expectTrouble(await backUpFrom(flawed.url()), { codes: ['PGB215'], says: ['certificate'] });
    });
    it('by another authority than the given one, and takes the right one from ssl-root-cert', async () => {
      await using one = await startPostgres({ major: 17, tls: {} });
      await using other = await startPostgres({ major: 17, tls: {} });
      await seedSmall(one, 'small');
      const [url = ''] = one.url('small').split('?');
      const wrong = await backUpFrom(url, { 'ssl-root-cert': join(other.dataFolder, '..', 'ca.pem') });
      expectTrouble(wrong, { codes: ['PGB215'], says: ['certificate verify failed'] });
      const right = await backUpFrom(url, { 'ssl-root-cert': one.authorityPath ?? '' });
      expect(right.codes, right.said).toEqual([]);
    });
  });
});

describe.skipIf(missing)('A role that may not read everything', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres({ major: 17 });
    await seedSmall(server, 'app');
    await server.psql(
      `create role backup login password 'pw-of-backup'; grant pg_read_all_data to backup;
       create role reader login password 'pw-of-reader'; grant select on all tables in schema public to reader;
       grant select on all sequences in schema public to reader`,
      'app',
    );
  });
  afterAll(() => server?.stop());

  const backUpAs = async (user: string, inputs: Record<string, string> = {}) => {
    const url = server.url('app', { user, password: `pw-of-${user}` });
    return backUp({ server, place: await folderPlace(), inputs: { 'database-url': url, ...inputs } });
  };

  it('that may, as pg_read_all_data, takes a whole backup with the roles, without their passwords', async () => {
    const place = await folderPlace();
    const url = server.url('app', { user: 'backup', password: 'pw-of-backup' });
    const seen = await backUp({ server, place, inputs: { 'database-url': url } });
    const manifest = await manifestOf(seen, place);
    expect(manifest.totals).toMatchObject({ tables: 3, rows: 1040 });
    const globals = (await place.read(manifest.globals?.key ?? '')).toString();
    expect(globals).toContain('CREATE ROLE reader');
    expect(globals).not.toContain('SCRAM');
  });

  it('is told every grant it lacks at once, by name', async () => {
    await server.psql(
      `create table secrets (a int); create schema vault; create table vault.gold (a int); create sequence numbers;
       create table open_root (a int) partition by list (a); create table open_leaf partition of open_root default;
       grant select on open_leaf to reader; select lo_from_bytea(0, 'x')`,
      'app',
    );
    const seen = await backUpAs('reader');
    expectTrouble(seen, {
      codes: ['PGB221', 'PGB223', 'PGB224', 'PGB225'],
      says: [
        'public.secrets',
        'vault.gold',
        'public.open_root',
        'public.numbers',
        'vault',
        '1 large object',
        'pg_read_all_data',
      ],
    });
    await server.psql(
      'drop table secrets, open_root; drop schema vault cascade; drop sequence numbers; select lo_unlink(oid) from pg_largeobject_metadata',
      'app',
    );
  });

  it('because of row security is told to, and takes all rows with BYPASSRLS', async () => {
    await server.psql(
      `create table mine (owner_name text); insert into mine values ('a'), ('b'); alter table mine enable row level security;
       create policy own on mine using (owner_name = current_user)`,
      'app',
    );
    expectTrouble(await backUpAs('backup'), { codes: ['PGB222'], says: ['public.mine', 'BYPASSRLS'] });
    await server.psql('alter role backup bypassrls');
    expect((await backUpAs('backup')).outcome.backup?.rows).toBe(1042);
    await server.psql('alter role backup nobypassrls; drop table mine', 'app');
  });

  it('finds another session with an exclusive lock: the table is named and nobody waits for ever', async () => {
    await using other = new OtherSession(server, 'app');
    await other.run('begin; alter table books add column later int');
    const seen = await backUpAs('backup', { 'lock-wait-timeout': '1s' });
    expectTrouble(seen, { codes: ['PGB229'], says: ['public.books', 'lock-wait-timeout'] });
    await other.run('rollback');
  });

  it('finds no table: a wrong name is likelier than an empty database', async () => {
    await server.createDatabase('empty');
    const backUpEmpty = async (inputs: Record<string, string> = {}) =>
      backUp({ server, database: 'empty', place: await folderPlace(), inputs });
    expectTrouble(await backUpEmpty(), { codes: ['PGB227'], says: ['allow-empty'] });
    expect((await backUpEmpty({ 'allow-empty': 'true' })).outcome.backup).toMatchObject({
      tables: 0,
      rows: 0,
    });
  });

  it('finds a lock table that is too small before it fills it', async () => {
    await using tight = await startPostgres({ major: 17, settings: { max_locks_per_transaction: '10' } });
    const make = (from: number) =>
      `do $$ begin for i in ${from}..${from + 199} loop execute 'create table t' || i || ' ()'; end loop; end $$;`;
    await tight.psql([0, 1, 2, 3, 4].map(hundreds => make(hundreds * 200)).join('\n'));
    const seen = await backUp({ server: tight, place: await folderPlace() });
    expectTrouble(seen, { codes: ['PGB226'], says: ['2000 locks', '1000', 'max_locks_per_transaction'] });
  });

  it('finds a field that PostgreSQL can hold and not send', async () => {
    await server.createDatabase('huge');
    await server.psql(
      "create table t as select 1 as a, convert_to(repeat('x', 600 * 1048576), 'UTF8') as b",
      'huge',
    );
    const seen = await backUp({ server, database: 'huge', place: await folderPlace() });
    expectTrouble(seen, { codes: ['PGB233'], says: ['public.t'] });
  });
});

const pooler = await need('postgres-17', 'pgbouncer');
describe.skipIf(pooler.missing)('A pooler', () => {
  it('in transaction mode is refused, in session mode it serves', async () => {
    await using server = await startPostgres({ major: 17 });
    await seedSmall(server, 'app');
    await using transactions = await startPgBouncer(server, 'transaction');
    const refused = await backUp({
      server,
      place: await folderPlace(),
      inputs: { 'database-url': transactions.url('app') },
    });
    expectTrouble(refused, { codes: ['PGB220'], exit: 2, says: [`127.0.0.1:${transactions.port}`] });
    await using sessions = await startPgBouncer(server, 'session');
    const seen = await backUp({
      server,
      place: await folderPlace(),
      inputs: { 'database-url': sessions.url('app') },
    });
    expect(seen.codes, seen.said).toEqual([]);
    expect(seen.outcome.backup?.rows).toBe(1040);
  });
});
