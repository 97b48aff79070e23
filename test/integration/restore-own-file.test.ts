// An archive of ours that somebody copied out of the bucket: with its manifest and proof beside it as good as a backup,
// and refused where they do not vouch for it.
import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseIdentities } from '../../src/encryption/identities.ts';
import { AgeOpener } from '../../src/encryption/open.ts';
import { Ed25519Verifier } from '../../src/encryption/signature.ts';
import { need } from '../parts/availability.ts';
import { folderPlace, scratchFolder } from '../parts/backup-places.ts';
import { backUp } from '../parts/backup-run.ts';
import { readContent } from '../parts/compare-databases.ts';
import { seedSmall } from '../parts/databases.ts';
import { type PostgresServer, startPostgres } from '../parts/postgres-server.ts';
import { planAndRestore, type RestoreSeen, type RestoreWishes } from '../parts/restore-run.ts';
import { run } from '../parts/run.ts';

const { missing } = await need('postgres-16', 'age');

describe.skipIf(missing)('An archive of ours as a file', () => {
  let server: PostgresServer;
  let stored: string;
  let identity: string;
  beforeAll(async () => {
    server = await startPostgres({ major: 16 });
    await seedSmall(server, 'app');
    await server.psql('insert into loans values (1, now())', 'app');
    identity = await run('age-keygen', []);
    const place = await folderPlace();
    const seen = await backUp({
      server,
      database: 'app',
      place,
      inputs: { 'age-recipients': /age1\w+/.exec(identity)?.[0] ?? '' },
    });
    expect(seen.codes, seen.said).toEqual([]);
    const key = (await place.keys()).find(name => name.endsWith('.dump.age')) ?? '';
    stored = join(place.folder, key);
  });
  afterAll(() => server?.stop());

  async function copied(): Promise<string> {
    const folder = scratchFolder('copied');
    await cp(dirname(stored), folder, { recursive: true });
    return join(folder, stored.slice(dirname(stored).length + 1));
  }

  async function restoreIt(file: string, world: RestoreWishes['world'] = {}): Promise<RestoreSeen> {
    const parsed = parseIdentities(identity);
    const opener = 'identities' in parsed ? new AgeOpener(parsed.identities) : null;
    const seen = await planAndRestore({
      server,
      database: 'app',
      settings: { file, mode: 'new-database', newDatabase: 'copy' },
      world: { opener, ...world },
    });
    if (seen.outcome.restored) {
      expect(await readContent(server, 'copy')).toEqual(await readContent(server, 'app'));
      await server.psql('drop database copy');
    }
    return seen;
  }

  it('is compared with its proof, and keeps its level', async () => {
    const seen = await restoreIt(await copied());
    expect(seen.codes, seen.said).toEqual([]);
    expect(seen.warnings).toEqual([]);
    expect(seen.outcome.plan?.file).toMatchObject({ level: 'stored', layers: ['age'], tables: 3 });
    expect(seen.outcome.plan?.file?.backupId).toMatch(/^\w{8}$/);
  });

  it('is a file like any other without them', async () => {
    const file = await copied();
    const stem = file.replace('.dump.age', '');
    await rm(`${stem}.proof.json.age`);
    expect((await restoreIt(file)).warnings).toEqual(['PGB739']);
    await rm(`${stem}.manifest.json`);
    const seen = await restoreIt(file);
    expect(seen.warnings).toEqual(['PGB739', 'PGB737']);
    expect(seen.outcome.plan?.file).toMatchObject({ level: 'decoded', backupId: null });
  });

  it.each<[string, string, (file: string, stem: string) => Promise<unknown>]>([
    ['bytes that were changed', 'PGB634', (file, _stem) => flip(file)],
    [
      'a manifest that was changed',
      'PGB738',
      (_file, stem) => edit(`${stem}.manifest.json`, '"name":"app"', '"name":"apq"'),
    ],
    [
      'a manifest of another backup',
      'PGB738',
      (_file, stem) => edit(`${stem}.manifest.json`, /"sha256":"[0-9a-f]{4}/g, '"sha256":"0000'),
    ],
    ['a proof that was changed', 'PGB440', (_file, stem) => flip(`${stem}.proof.json.age`)],
  ])('is refused with %s', async (_what, code, damage) => {
    const file = await copied();
    await damage(file, file.replace('.dump.age', ''));
    await expect(restoreIt(file)).rejects.toThrow(code);
  });

  it('needs a signature where keys are set, and an identity to be opened', async () => {
    const file = await copied();
    await expect(restoreIt(file, { verifier: new Ed25519Verifier([]) })).rejects.toThrow('PGB738');
    await expect(restoreIt(file, { opener: null })).rejects.toThrow('PGB630');
  });
});

async function flip(path: string): Promise<void> {
  const bytes = await readFile(path);
  const at = bytes.length - 40;
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  await writeFile(path, bytes);
}

async function edit(path: string, from: string | RegExp, to: string): Promise<void> {
  await writeFile(path, (await readFile(path, 'utf8')).replace(from, to));
}
