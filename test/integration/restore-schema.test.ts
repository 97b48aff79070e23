// What a restore says of the schema that came out of it: nothing where it is as the archive defines it, whatever was left
// out by choice; and a warning, not a stop, where something on the way made it another.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseDefinitions, proveSchema } from '../../src/proof/definitions.ts';
import { need } from '../parts/availability.ts';
import { folderPlace, scratchFolder } from '../parts/backup-places.ts';
import { backUp } from '../parts/backup-run.ts';
import { seedHostile } from '../parts/databases.ts';
import { MEDDLER } from '../parts/meddling-database.sql.ts';
import { POSTGRES_MAJORS, postgresBin } from '../parts/postgres-binaries.ts';
import { type PostgresServer, startPostgres } from '../parts/postgres-server.ts';
import { planAndRestore, type RestoreWishes } from '../parts/restore-run.ts';
import { dumpTo } from '../parts/restore-target.ts';

const { missing } = await need('postgres-16', 'postgres-17');

describe.skipIf(missing)('The schema that a restore makes', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres({ major: 16 });
    await seedHostile(server, 'hostile');
    await server.createDatabase('meddler');
    await server.psql(MEDDLER, 'meddler');
  });
  afterAll(() => server?.stop());

  async function restored(database: string, wishes: Partial<RestoreWishes>) {
    const place = await folderPlace();
    const backup = await backUp({ server, database, place, inputs: { name: 'db' } });
    expect(backup.codes, backup.said).toEqual([]);
    return planAndRestore({
      server,
      database,
      folder: place.folder,
      ...wishes,
      settings: { name: 'db', mode: 'new-database', ...wishes.settings },
    });
  }

  it.each([
    ['whole', {}],
    ['without owners', { noOwner: true }],
    ['without privileges', { noAcl: true }],
    ['without either', { noOwner: true, noAcl: true }],
  ] as const)('is as the archive defines it: restored %s', async (what, settings) => {
    const seen = await restored('hostile', { settings: { ...settings, newDatabase: `hostile ${what}` } });
    expect(seen.codes, seen.said).toEqual([]);
    expect(seen.warnings, seen.said).not.toContain('PGB883');
    expect(seen.warnings, seen.said).not.toContain('PGB884');
  });

  it('is told where it came out otherwise, and is there all the same', async () => {
    const seen = await restored('meddler', { settings: { newDatabase: 'meddled' } });
    expect(seen.codes, seen.said).toEqual([]);
    expect(seen.warnings).toContain('PGB883');
    expect(seen.said).toContain('CREATE TABLE public.victims');
    expect(seen.outcome.result).toBe('degraded');
    expect(await server.psql('select count(*) from baits', 'meddled')).toBe('1');
  });

  it('is not compared with that of another major, which has other words', async () => {
    await using newer = await startPostgres({ major: 17 });
    const seen = await restored('meddler', { server: newer, settings: { newDatabase: 'meddled' } });
    expect(seen.codes, seen.said).toEqual([]);
    expect(seen.warnings).not.toContain('PGB883');
  });

  it('may be unreadable: that is told, and the restore goes on', async () => {
    const target: RestoreWishes['target'] = target => ({
      ...target,
      createScratch: async (...options) => {
        const scratch = await target.createScratch(...options);
        const { dumpSchema } = scratch;
        scratch.dumpSchema = (client, choices) => dumpSchema({ ...client, folder: '/nonexistent' }, choices);
        return scratch;
      },
    });
    const seen = await restored('meddler', { target, settings: { newDatabase: 'unread' } });
    expect(seen.codes, seen.said).toEqual([]);
    expect(seen.warnings).toContain('PGB884');
    expect(await server.psql('select count(*) from baits', 'unread')).toBe('1');
  });
});

const readers = await Promise.all(
  POSTGRES_MAJORS.map(async major => ({ major, ...(await need(`postgres-${major}`)) })),
);

describe.each([14, 16] as const)('The digest of the schema of an archive that pg_dump %i wrote', major => {
  const able = readers.filter(reader => !reader.missing && reader.major >= major);

  it.skipIf(able[0]?.major !== major)('is the same whichever pg_restore reads it', async () => {
    await using server = await startPostgres({ major });
    await seedHostile(server, 'hostile');
    const file = await dumpTo(join(scratchFolder('archive'), 'hostile.dump'), server, 'hostile');
    const digests = able.map(reader => {
      const printed = execFileSync(
        join(postgresBin(reader.major), 'pg_restore'),
        ['--schema-only', '--file=-', file],
        { maxBuffer: 64 * 1024 * 1024 },
      );
      return proveSchema(parseDefinitions(printed.toString('latin1')));
    });
    expect(digests[0]?.statements).toBeGreaterThan(100);
    expect(digests).toEqual(digests.map(() => digests[0]));
  });
});
