// The gate against real servers: how little it asks of a bucket, and what it sees of dumps and standbys.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openS3Store } from '../../src/storage/s3-store.ts';
import { need } from '../parts/availability.ts';
import { folderPlace, type Place, s3Place, standInPlace } from '../parts/backup-places.ts';
import { backUp } from '../parts/backup-run.ts';
import { seedSmall } from '../parts/databases.ts';
import { OtherSession } from '../parts/other-session.ts';
import { makeSigner, nightlyBackups } from '../parts/planted-backups.ts';
import { catchUp, type PostgresServer, startPostgres, startStandby } from '../parts/postgres-server.ts';
import { POLICY_PLACE, publishedPolicy, refusals } from '../parts/published-policy.ts';
import { readBackups } from '../parts/reading-run.ts';
import { startVersityGw } from '../parts/s3-servers.ts';
import { type S3StandIn, startS3StandIn } from '../parts/s3-stand-in/start.ts';

const BUCKET = POLICY_PLACE.bucket;
const ROLE = { accessKeyId: 'GATEROLE', secretAccessKey: 'pw-of-the-role' };
const MOST_REQUESTS = 25;
const HOUR = 3_600_000;

function ask(place: Place, inputs: Readonly<Record<string, string>> = {}) {
  // The SDK reads this process's environment.
  Object.assign(process.env, place.environment);
  return readBackups('gate', { ...place.inputs, name: 'app', ...inputs });
}

describe('on years of backups', () => {
  let standIn: S3StandIn;
  let verifyKeys: string;
  beforeAll(async () => {
    const owner = { accessKeyId: 'OWNER', secretAccessKey: 'pw-of-the-owner' };
    standIn = await startS3StandIn({
      buckets: [BUCKET],
      credentials: [owner, { ...ROLE, policy: publishedPolicy('watch.json') }],
    });
    const key = makeSigner();
    verifyKeys = key.verifyKeys;
    const newest = Date.now() - HOUR;
    const objects = [
      ...nightlyBackups({ names: ['app', 'app2', 'ap'], nights: 200, newest, signer: key.signer }),
    ];
    const { endpoint, region } = standIn;
    const store = openS3Store({
      bucket: BUCKET,
      prefix: POLICY_PLACE.prefix,
      endpoint,
      region,
      forcePathStyle: true,
      credentials: owner,
    });
    for (let at = 0; at < objects.length; at += 32)
      await Promise.all(
        objects.slice(at, at + 32).map(({ key, bytes }) =>
          store.create(key, bytes, {
            contentType: 'application/json',
            signal: new AbortController().signal,
          }),
        ),
      );
    store.close();
  }, 120_000);
  afterAll(() => standIn?.stop());

  const place = () => standInPlace(standIn, { ...POLICY_PLACE, credentials: ROLE });
  async function counted(inputs: Readonly<Record<string, string>>) {
    const before = standIn.requests.length;
    const seen = await ask(place(), { 'verify-keys': verifyKeys, ...inputs });
    const requests = standIn.requests.slice(before);
    return { seen, requests: requests.length };
  }

  it('passes with few requests, and with the rights of docs/iam/watch.json', async () => {
    const { seen, requests } = await counted({});
    expect(seen.json, seen.said).toMatchObject({
      verdict: 'pass',
      reason: 'fresh',
      backup: { signed: true },
    });
    expect(seen.exit).toBe(0);
    expect(requests).toBeLessThanOrEqual(MOST_REQUESTS);
    expect(refusals(standIn)).toEqual([]);
  });

  it.each([
    ['too old', { 'max-age': '30m' }, 'stale'],
    ['never tested', { require: 'restored' }, 'unproven'],
    ['not tested for long', { require: 'restored', 'restored-within': '35d' }, 'unproven'],
    ['much patience', { 'max-age': '52w' }, 'fresh'],
    ['another name', { name: 'app3' }, 'none'],
  ])('takes few requests as well for: %s', async (_, inputs, reason) => {
    const { seen, requests } = await counted(inputs);
    expect(seen.json, seen.said).toMatchObject({ reason });
    expect(requests).toBeLessThanOrEqual(MOST_REQUESTS);
  });

  it('fails closed where the store refuses to list', async () => {
    const stranger = standInPlace(standIn, { credentials: { accessKeyId: 'NOBODY', secretAccessKey: 'x' } });
    const seen = await ask(stranger);
    expect(seen).toMatchObject({ exit: 2, json: { verdict: 'fail', reason: 'error' } });
  });
});

const { missing } = await need('postgres-16', 'versitygw');

describe.skipIf(missing)('with a real server and a real store', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres({ major: 16 });
    await seedSmall(server, 'app');
  });
  afterAll(() => server?.stop());
  const database = () => ({ 'database-url': server.url('app'), 'postgres-bin': server.binFolder });

  it('is red, then green after a backup, then red when that is too old', async () => {
    await using gateway = await startVersityGw();
    const place = s3Place(gateway, 'pg');
    expect(await ask(place)).toMatchObject({ exit: 3, codes: ['PGB651'] });
    const taken = await backUp({ server, database: 'app', place });
    expect(taken.exit, taken.said).toBe(0);
    const passed = await ask(place, database());
    expect(passed.json, passed.said).toMatchObject({
      verdict: 'pass',
      backup: { id: taken.outcome.backup?.id, level: 'stored' },
    });
    await expect
      .poll(() => ask(place, { 'max-age': '1s' }), { timeout: 20_000, interval: 200 })
      .toMatchObject({ exit: 3, codes: ['PGB650'] });
  });

  it('takes a pre-migration backup where there is none', async () => {
    const place = await folderPlace();
    const seen = await ask(place, { ...database(), 'on-stale': 'backup' });
    expect(seen.json, seen.said).toMatchObject({
      verdict: 'pass',
      reason: 'backed-up',
      backup: { tier: 'pre-migration', level: 'stored' },
    });
    expect(seen.exit).toBe(0);
    expect((await ask(place, database())).json).toMatchObject({ reason: 'fresh' });
  });

  it('closes while somebody dumps the database, and not while somebody else only uses it', async () => {
    const place = await folderPlace();
    expect((await backUp({ server, database: 'app', place })).exit).toBe(0);
    await using dump = new OtherSession(server, 'app');
    await dump.run("set application_name = 'pg_dump'");
    expect(await ask(place, database())).toMatchObject({ exit: 3, codes: ['PGB656'] });
    await dump.run("set application_name = 'pg-backup-action'");
    expect(await ask(place, database())).toMatchObject({ exit: 0 });
    await dump.run('begin; lock table authors in access share mode');
    expect(await ask(place, database())).toMatchObject({ exit: 3, codes: ['PGB656'] });
    await dump.run('rollback');
    expect(await ask(place, database())).toMatchObject({ exit: 0 });
  });

  it('counts a standby’s backup from what the standby had replayed', async () => {
    const place = await folderPlace();
    await using standby = await startStandby(server);
    await server.psql(
      'create table if not exists written (at timestamptz); insert into written values (now())',
      'app',
    );
    await catchUp(standby, server);
    await standby.psql('select pg_wal_replay_pause()');
    const state = () => standby.psql('select pg_get_wal_replay_pause_state()');
    await expect.poll(state, { interval: 20, timeout: 30_000 }).toBe('paused');
    const replayed = await standby.psql(
      "select to_char(pg_last_xact_replay_timestamp() at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS')",
    );
    const from = Date.parse(`${replayed}Z`);
    await expect.poll(() => Date.now() - from, { interval: 100, timeout: 30_000 }).toBeGreaterThan(3_000);
    const taken = await backUp({ server: standby, database: 'app', place });
    expect(taken.exit, taken.said).toBe(0);
    const seen = await ask(place);
    expect(seen.json, seen.said).toMatchObject({ verdict: 'pass', backup: { standby: true } });
    expect(seen.json.backup.freshFrom).toBe(`${replayed}Z`);
    expect(seen.json.backup.ageSeconds).toBeGreaterThanOrEqual(3);
    expect(await ask(place, { 'max-age': '2s' })).toMatchObject({ exit: 3, codes: ['PGB650'] });
  });
});
