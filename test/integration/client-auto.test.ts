// `postgres-version: auto` on real servers of every major: the client that fits is used, whichever stands first on PATH,
// and what a client of 16 writes of an older server goes back into it whole.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { need } from '../parts/availability.ts';
import { folderPlace, scratchFolder } from '../parts/backup-places.ts';
import { backUp, manifestOf } from '../parts/backup-run.ts';
import { readContent } from '../parts/compare-databases.ts';
import { seedHostile } from '../parts/databases.ts';
import { POSTGRES_MAJORS, postgresBin } from '../parts/postgres-binaries.ts';
import { type PostgresServer, startPostgres } from '../parts/postgres-server.ts';
import { run } from '../parts/run.ts';

const { missing } = await need('postgres-14', 'postgres-15', 'postgres-16', 'postgres-17', 'postgres-18');

describe.skipIf(missing).each(POSTGRES_MAJORS)('A server of %s', major => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres({ major });
    await seedHostile(server, 'hostile');
  });
  afterAll(() => server?.stop());

  async function backUpWith(compression: string, path: readonly number[], inputs = {}) {
    const place = await folderPlace();
    const seen = await backUp({
      server,
      database: 'hostile',
      place,
      inputs: { 'postgres-bin': '', compression, ...inputs },
      environment: {
        PATH: [...path.map(each => postgresBin(each as typeof major)), '/usr/bin', '/bin'].join(':'),
      },
    });
    expect(seen.codes, seen.said).toEqual([]);
    return { manifest: await manifestOf(seen, place), place, seen };
  }
  const majorOf = ({ manifest }: { manifest: { client: { version: string } } }) =>
    Number.parseInt(manifest.client.version, 10);

  it.each(POSTGRES_MAJORS)('is backed up by the right client with that of %s first on PATH', async first => {
    const path = [first, ...POSTGRES_MAJORS.filter(each => each !== first)];
    const kept = await backUpWith('auto', path);
    expect(majorOf(kept)).toBe(Math.max(major, 16));
    expect(kept.manifest.archive.compression).toBe('zstd:3');
    expect(kept.manifest.client.source).toBe('path');
    expect(kept.seen.warnings).not.toContain('PGB271');
  });

  it('is backed up by its own major where zstd is not wanted, or 16 is not there', async () => {
    expect(majorOf(await backUpWith('gzip:1', [18, 17, 16, 15, 14]))).toBe(major);
    const others = POSTGRES_MAJORS.filter(each => each !== 16 || major === 16).toReversed();
    expect(majorOf(await backUpWith('auto', others))).toBe(major);
  });

  it('is backed up by the major that is asked for, with a warning where a restore would report it', async () => {
    const kept = await backUpWith('auto', POSTGRES_MAJORS, { 'postgres-version': '18' });
    expect(majorOf(kept)).toBe(18);
    expect(kept.seen.warnings.includes('PGB271')).toBe(major < 17);
  });

  it.skipIf(major > 15)('takes back whole what a client of 16 wrote', async () => {
    const { manifest, place } = await backUpWith('auto', [16]);
    const file = join(scratchFolder('archive'), 'archive.dump');
    await writeFile(file, await place.read(manifest.archive.key));
    await server.createDatabase('again', 'template template0');
    const restore = ['--exit-on-error', '--dbname', server.url('again'), file];
    await run(join(postgresBin(16), 'pg_restore'), restore);
    expect(await readContent(server, 'again')).toEqual(await readContent(server, 'hostile'));
  });
});
