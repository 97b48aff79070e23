// Whole backups of real servers of every major, into every kind of store: what comes back is what was there, opened
// and restored by PostgreSQL's own tools alone.
import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { need } from '../parts/availability.ts';
import { folderPlace, type Place, s3Place, scratchFolder, standInPlace } from '../parts/backup-places.ts';
import { type BackupSeen, backUp, manifestOf } from '../parts/backup-run.ts';
import { readContent } from '../parts/compare-databases.ts';
import { seedDemo, seedHostile } from '../parts/databases.ts';
import { POSTGRES_MAJORS } from '../parts/postgres-binaries.ts';
import { type PostgresServer, startPostgres } from '../parts/postgres-server.ts';
import { run } from '../parts/run.ts';
import { startMinio, startVersityGw } from '../parts/s3-servers.ts';
import { type S3StandIn, startS3StandIn } from '../parts/s3-stand-in/start.ts';

const work = scratchFolder('majors');

for (const major of POSTGRES_MAJORS) {
  const { missing } = await need(`postgres-${major}`);
  describe.skipIf(missing)(`PostgreSQL ${major}`, () => {
    let server: PostgresServer;
    let standIn: S3StandIn;
    beforeAll(async () => {
      server = await startPostgres({ major });
      standIn = await startS3StandIn({ buckets: ['backups'] });
      await Promise.all([seedHostile(server, 'hostile'), seedDemo(server, 'demo', { megabytes: 8 })]);
    });
    afterAll(async () => {
      await server?.stop();
      await standIn?.stop();
    });

    it.each(['hostile', 'demo'])('brings the %s database back from S3', async database => {
      const place = standInPlace(standIn, { prefix: database });
      const seen = await backUp({ server, database, place });
      expectBackup(seen);
      await expectSameAfterRestore(server, database, await download(seen, place));
    });

    it('brings the hostile database back from a folder, and without counts', async () => {
      const place = await folderPlace();
      const seen = await backUp({ server, database: 'hostile', place, inputs: { counts: 'off' } });
      expectBackup(seen);
      await expectSameAfterRestore(server, 'hostile', await download(seen, place));
    });

    it('says in the manifest what the server says', async () => {
      const place = await folderPlace();
      const manifest = await manifestOf(await backUp({ server, database: 'hostile', place }), place);
      expect(manifest.server.version).toBe(await server.psql('show server_version'));
      expect(manifest.identity.system).toBe(
        await server.psql('select system_identifier from pg_control_system()'),
      );
      expect(manifest.levels.map(({ level }) => level)).toEqual(['listed', 'decoded', 'counted', 'stored']);
      expect(manifest.warnings.join()).toContain('invalid_index');
    });
  });
}

const stores = [
  ['VersityGW', 'versitygw', startVersityGw],
  ['MinIO', 'minio', startMinio],
] as const;
for (const [name, part, start] of stores) {
  const { missing } = await need('postgres-16', part);
  it.skipIf(missing)(`brings the hostile database back from ${name}`, async () => {
    await using server = await startPostgres({ major: 16 });
    await using store = await start();
    await seedHostile(server, 'hostile');
    const place = s3Place(store, 'team a/prod');
    const seen = await backUp({ server, database: 'hostile', place });
    expectBackup(seen);
    await expectSameAfterRestore(server, 'hostile', await download(seen, place));
  });
}

const newest = await need('postgres-18', 'age');
describe.skipIf(newest.missing)('An encrypted backup', () => {
  it('opens with the stock age and pg_restore', async () => {
    await using server = await startPostgres({ major: 18 });
    await seedHostile(server, 'hostile');
    const identity = join(work, 'identity');
    const printed = await run('age-keygen', []);
    await writeFile(identity, printed, { mode: 0o600 });
    const recipient = /age1\w+/.exec(printed)?.[0] ?? '';
    const place = await folderPlace();
    const seen = await backUp({
      server,
      database: 'hostile',
      place,
      inputs: { 'age-recipients': recipient },
    });
    expectBackup(seen);
    expect(seen.keys.filter(key => !key.endsWith('.age'))).toEqual([seen.outcome.backup?.manifestKey]);
    for (const key of seen.keys.filter(each => each.endsWith('.age'))) {
      expect((await place.read(key)).subarray(0, 21).toString()).toBe('age-encryption.org/v1');
    }
    const plain = join(work, 'opened.dump');
    await run('age', ['--decrypt', '--identity', identity, '--output', plain, await download(seen, place)]);
    await expectSameAfterRestore(server, 'hostile', plain);
  });
});

function expectBackup(seen: BackupSeen): void {
  expect(seen.codes, seen.said).toEqual([]);
  expect(['success', 'degraded']).toContain(seen.outcome.result);
  expect(seen).toMatchObject({ exit: 0, unfinished: 0, leftProcesses: [], leftFiles: [] });
  expect(seen.keys.length).toBe(4);
}

/** Byte for byte as the manifest says; resolves with a file that holds it. */
async function download(seen: BackupSeen, place: Place): Promise<string> {
  const { archive, encryption } = await manifestOf(seen, place);
  const bytes = await place.read(archive.key);
  expect(bytes.length).toBe(archive.bytes);
  expect(createHash('sha256').update(bytes).digest('hex')).toBe(archive.sha256);
  if (encryption === null)
    expect(archive).toMatchObject({ plainBytes: bytes.length, plainSha256: archive.sha256 });
  const file = join(work, `${seen.outcome.backup?.id}.dump`);
  await writeFile(file, bytes);
  return file;
}

async function expectSameAfterRestore(
  server: PostgresServer,
  database: string,
  archive: string,
): Promise<void> {
  const pgRestore = (...args: string[]) => run(join(server.binFolder, 'pg_restore'), args);
  expect(await pgRestore('--list', archive)).toContain('TABLE DATA');
  const copy = `copy of ${archive.slice(-12)}`;
  await server.createDatabase(copy, 'template template0');
  await pgRestore('--exit-on-error', '--jobs=2', '--dbname', server.url(copy), archive);
  const [before, after] = [await readContent(server, database), await readContent(server, copy)];
  expect(Object.keys(before.tables).length).toBeGreaterThan(5);
  expect(after).toEqual(before);
  expect(await readSchema(server, copy)).toBe(await readSchema(server, database));
}

/** As pg_dump writes it, which leaves out what it can't restore (invalid indexes); its nonce aside. */
async function readSchema(server: PostgresServer, database: string): Promise<string> {
  const args = ['--schema-only', '--dbname', server.url(database)];
  const schema = await run(join(server.binFolder, 'pg_dump'), args);
  return schema.replace(/^\\(un)?restrict .*$/gm, '');
}
