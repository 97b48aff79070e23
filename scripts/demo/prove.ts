// Proves a backup as somebody would who has the bucket, the age identity and PostgreSQL's own tools, and nothing of
// this project: decrypt, list, restore, then compare the copy with what the backup says it holds.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Manifest } from '../../src/backups/manifest.ts';
import { parseProof } from '../../src/proof/parse-proof.ts';
import type { Proof } from '../../src/proof/proof.ts';
import { formatBytes, formatCount } from '../../src/reports/quantities.ts';
import { run } from '../../test/parts/run.ts';
import { compareRest, compareTables } from './compare.ts';
import type { DemoKeys } from './keys.ts';
import { findOpener } from './open-archive.ts';
import { alignRows, type Screen } from './screen.ts';
import type { Servers } from './servers.ts';

const COPY = 'shop_from_backup';
const NAME_WIDTH = 44;

/** Rejects where anything differs. */
export async function prove(
  screen: Screen,
  { postgres }: Servers,
  keys: DemoKeys,
  manifest: Manifest,
  folder: string,
): Promise<void> {
  const archive = join(folder, 'opened.dump');
  const proof = await screen.step('Open the backup with stock tools', async () => {
    const opener = await findOpener(keys);
    await opener.open(join(folder, 'bucket', manifest.archive.key), archive);
    await opener.open(join(folder, 'bucket', manifest.proof.key), join(folder, 'proof.json'));
    const toc = await run(join(postgres.binFolder, 'pg_restore'), ['--list', archive]);
    await writeFile(join(folder, 'contents.txt'), toc);
    const entries = toc.split('\n').filter(line => /^\d/.test(line)).length;
    return {
      told: `${opener.name} opens it; pg_restore --list reads ${entries} entries (.demo/contents.txt)`,
      value: parseProof(await readFile(join(folder, 'proof.json')), manifest.proof.key),
    };
  });
  await screen.step('Restore it into a new database with stock pg_restore --jobs=2', async () => {
    await postgres.createDatabase(COPY);
    const target = ['--jobs=2', '--exit-on-error', '--verbose', '--dbname', postgres.url(COPY)];
    const restored = await run('sh', [
      '-c',
      'exec "$0" "$@" 2>&1',
      join(postgres.binFolder, 'pg_restore'),
      ...target,
      archive,
    ]);
    await writeFile(join(folder, 'restore.log'), restored);
    return { told: `${COPY}: ${await sizeOf(postgres, COPY)} on disk (.demo/restore.log)`, value: undefined };
  });
  await screen.step('Compare every table of the copy with the proof', () => compare(screen, postgres, proof));
}

export async function sizeOf(postgres: Servers['postgres'], database: string): Promise<string> {
  return formatBytes(Number(await postgres.psql(`select pg_database_size('${database}')`)));
}

async function compare(
  screen: Screen,
  postgres: Servers['postgres'],
  proof: Proof,
): Promise<{ told: string; value: undefined }> {
  const tables = await compareTables(postgres, COPY, proof);
  const rows = tables.map(({ name, rows, sha256, equal }) => [
    name.length > NAME_WIDTH ? `${name.slice(0, NAME_WIDTH - 1)}…` : name,
    formatCount(rows),
    sha256.slice(0, 16),
    equal ? 'yes' : 'NO',
  ]);
  screen.block(alignRows([['TABLE', 'ROWS', 'SHA-256', 'EQUAL'], ...rows], [1]));
  const differing = [
    ...tables.filter(({ equal }) => !equal).map(({ name }) => `table ${name} differs`),
    ...(await compareRest(postgres, COPY, proof)),
  ];
  if (differing.length > 0) throw new Error(`The copy is not what was backed up: ${differing.join('; ')}.`);
  const rest = `${proof.largeObjects.length} large objects, ${proof.sequences.length} sequences`;
  return { told: `${tables.length} tables, ${rest}: all equal`, value: undefined };
}
