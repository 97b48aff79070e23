// Stores that refuse, lose, throttle or fill up: a passing fault costs a retry, a lasting one the run, and never does
// half a backup stay visible.
import { chmod, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { need } from '../parts/availability.ts';
import { folderPlace, scratchFolder, standInPlace } from '../parts/backup-places.ts';
import { backUp, manifestOf } from '../parts/backup-run.ts';
import { expectTrouble } from '../parts/expect-trouble.ts';
import { runsAsRoot } from '../parts/folder.ts';
import { type PostgresServer, startPostgres } from '../parts/postgres-server.ts';
import { run } from '../parts/run.ts';
import { type S3StandIn, startS3StandIn } from '../parts/s3-stand-in/start.ts';

const { missing } = await need('postgres-17');
describe.skipIf(missing)('A backup into', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres({ major: 17 });
    await server.createDatabase('app');
    // Three parts of the smallest size, uncompressed.
    await server.psql(
      'create table t as select i as a, repeat(md5(i::text), 30) as b from generate_series(1, 20000) i',
      'app',
    );
  });
  afterAll(() => server?.stop());

  describe('S3', () => {
    let standIn: S3StandIn;
    beforeEach(async () => {
      standIn = await startS3StandIn({
        buckets: ['backups', { name: 'far-away', region: 'eu-central-1' }],
        credentials: [
          { accessKeyId: 'OWNER', secretAccessKey: 'pw-of-the-owner' },
          { accessKeyId: 'NOBODY', secretAccessKey: 'pw-of-nobody', policy: { Statement: [] } },
        ],
      });
    });
    afterEach(() => standIn.stop());

    const into = (options: Parameters<typeof standInPlace>[1] = {}, inputs: Record<string, string> = {}) =>
      backUp({
        server,
        database: 'app',
        place: standInPlace(standIn, options),
        inputs: { compression: 'none', ...inputs },
      });

    it('a bucket that does not exist', async () => {
      expectTrouble(await into({ bucket: 'nowhere' }), { codes: ['PGB300'], exit: 2, says: ['nowhere'] });
    });
    it('a bucket that this role may not use', async () => {
      const credentials = { accessKeyId: 'NOBODY', secretAccessKey: 'pw-of-nobody' };
      expectTrouble(await into({ credentials }), { codes: ['PGB301'], says: ['s3:ListBucket'] });
    });
    it('a bucket of another region', async () => {
      expectTrouble(await into({ bucket: 'far-away' }), {
        codes: ['PGB302'],
        exit: 2,
        says: ['eu-central-1'],
      });
    });
    it.each([
      ['a wrong secret', { accessKeyId: 'OWNER', secretAccessKey: 'pw-of-somebody' }],
      ['an unknown key', { accessKeyId: 'SOMEBODY', secretAccessKey: 'pw-of-somebody' }],
    ])('a bucket, with %s', async (_, credentials) => {
      const seen = await into({ credentials });
      expectTrouble(seen, { codes: ['PGB305'], exit: 2 });
    });

    it('a store that is overloaded for a while', async () => {
      standIn.faults.add({
        times: 2,
        operation: 'UploadPart',
        then: { kind: 'answer', status: 503, code: 'SlowDown' },
      });
      standIn.faults.add({
        operation: 'ListObjectsV2',
        then: { kind: 'answer', status: 500, code: 'InternalError' },
      });
      const seen = await into();
      expect(seen.codes, seen.said).toEqual([]);
      expect(seen).toMatchObject({ unfinished: 0, leftProcesses: [], leftFiles: [] });
    });
    it('a store that stays overloaded', async () => {
      standIn.faults.add({
        operation: 'UploadPart',
        times: Number.POSITIVE_INFINITY,
        then: { kind: 'answer', status: 503, code: 'SlowDown' },
      });
      expectTrouble(await into({}, { timeout: '3s' }), { codes: ['PGB901'] });
    });
    it('a store that never answers a part', async () => {
      standIn.faults.add({
        operation: 'UploadPart',
        times: Number.POSITIVE_INFINITY,
        then: { kind: 'never-answer' },
      });
      const seen = await into({}, { timeout: '3s' });
      expectTrouble(seen, { codes: ['PGB901'] });
      expect(seen.seconds).toBeLessThan(30);
    });

    it.each([
      ['a part is cut off', 'UploadPart', { kind: 'cut', at: 'request', afterBytes: 100_000 }],
      ['a part is changed on its way', 'UploadPart', { kind: 'corrupt', where: 'request' }],
      ['the answer to Complete is lost', 'CompleteMultipartUpload', { kind: 'lose-answer' }],
      [
        'Complete answers 200 with an error',
        'CompleteMultipartUpload',
        { kind: 'error-in-200', code: 'InternalError' },
      ],
      ['the answer to the manifest is lost', 'PutObject', { kind: 'lose-answer' }],
    ] as const)('a store where %s', async (_, operation, then) => {
      const fault = standIn.faults.add({ operation, then });
      const place = standInPlace(standIn);
      const seen = await into();
      expect(fault.hits).toBe(1);
      expect(seen.codes, seen.said).toEqual([]);
      const { archive } = await manifestOf(seen, place);
      expect((await place.read(archive.key)).length).toBe(archive.bytes);
      expect(seen).toMatchObject({ unfinished: 0, leftProcesses: [], leftFiles: [] });
      expect(seen.keys.length).toBe(4);
    });

    it('a store that refuses in the middle: parts are dropped, nothing is visible', async () => {
      standIn.faults.add({
        operation: 'UploadPart',
        nth: 2,
        times: Number.POSITIVE_INFINITY,
        then: { kind: 'answer', status: 403, code: 'AccessDenied' },
      });
      expectTrouble(await into(), { codes: ['PGB301'], says: ['s3:PutObject'] });
    });
    it('a store that refuses the manifest: what was placed is no backup', async () => {
      standIn.faults.add({
        operation: 'PutObject',
        times: Number.POSITIVE_INFINITY,
        when: ({ key }) => key.endsWith('.manifest.json'),
        then: { kind: 'answer', status: 403, code: 'AccessDenied' },
      });
      const seen = await into();
      expect(seen).toMatchObject({
        codes: ['PGB301'],
        exit: 1,
        unfinished: 0,
        leftProcesses: [],
        leftFiles: [],
      });
      expect(seen.keys.filter(key => key.endsWith('.manifest.json'))).toEqual([]);
      standIn.faults.clear();
      const next = await into();
      expect(next.codes, next.said).toEqual([]);
      expect(next.outcome.history).toEqual([]);
    });
    it('a store that refuses the proof: the archive is taken away again', async () => {
      standIn.faults.add({
        operation: 'PutObject',
        times: Number.POSITIVE_INFINITY,
        when: ({ key }) => key.endsWith('.proof.json'),
        then: { kind: 'answer', status: 403, code: 'AccessDenied' },
      });
      expectTrouble(await into(), { codes: ['PGB301'] });
    });
  });

  describe('a folder', () => {
    const into = (folder: string) =>
      folderPlace(folder).then(place =>
        backUp({ server, database: 'app', place, inputs: { compression: 'none' } }),
      );

    it('that does not exist, and is not made', async () => {
      const folder = join(scratchFolder('mount'), 'not-mounted');
      expectTrouble(await into(folder), { codes: ['PGB350'], exit: 2, says: [folder] });
    });

    it.skipIf(runsAsRoot)('that may not be written to', async () => {
      const folder = scratchFolder('closed');
      await chmod(folder, 0o500);
      expectTrouble(await into(folder), { codes: ['PGB351'] });
    });

    it.skipIf(!runsAsRoot)('on a disk that fills up, or is mounted read-only', async context => {
      const disk = join(scratchFolder('disk'), 'mounted');
      await mkdir(disk);
      try {
        await run('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', disk]);
      } catch {
        return context.skip('this machine does not let us mount');
      }
      try {
        expectTrouble(await into(disk), { codes: ['PGB353'], says: ['disk full'] });
        await run('mount', ['-o', 'remount,ro', disk]);
        expectTrouble(await into(disk), { codes: ['PGB352'] });
      } finally {
        await run('umount', [disk]);
        await rm(disk, { recursive: true, force: true });
      }
    });
  });
});
