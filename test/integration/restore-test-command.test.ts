// `pg-backup restore-test` as a terminal starts it, on an encrypted and signed backup; and what its report says.

import { generateKeyPairSync } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { need } from '../parts/availability.ts';
import { folderPlace, scratchFolder } from '../parts/backup-places.ts';
import { backUp } from '../parts/backup-run.ts';
import { seedSmall } from '../parts/databases.ts';
import { type PostgresServer, startPostgres } from '../parts/postgres-server.ts';
import { readBackups } from '../parts/reading-run.ts';

const { missing } = await need('postgres-17');

describe.skipIf(missing)('pg-backup restore-test', () => {
  let server: PostgresServer;
  let place: Awaited<ReturnType<typeof folderPlace>>;
  let inputs: Record<string, string>;
  const [backupKey, testKey] = [newKey(), newKey()];
  beforeAll(async () => {
    server = await startPostgres({ major: 17 });
    await seedSmall(server, 'app');
    place = await folderPlace();
    const identity = await generateX25519Identity();
    const recipients = await identityToRecipient(identity);
    const backup = await backUp({
      server,
      database: 'app',
      place,
      inputs: { 'age-recipients': recipients, 'signing-key': backupKey.secret },
    });
    expect(backup.codes, backup.said).toEqual([]);
    inputs = {
      ...place.inputs,
      'postgres-bin': server.binFolder,
      'age-identity': identity,
      'verify-keys': `${backupKey.open}\n${testKey.open}`,
    };
  });
  afterAll(() => server?.stop());

  const levelNow = async () => {
    const { json } = await readBackups('list', {
      ...place.inputs,
      'verify-keys': inputs['verify-keys'] ?? '',
    });
    return json.names[0].backups[0].level;
  };

  it('says in capitals that unsigned evidence raises nothing', async () => {
    const seen = await readBackups('restore-test', inputs);
    expect(seen.codes, seen.said).toEqual([]);
    expect(seen).toMatchObject({ exit: 0, json: { result: 'degraded', verdict: 'passed' } });
    expect(seen.said).toContain('PGB873');
    expect(await levelNow()).toBe('stored');
  });

  it('restores an encrypted backup, signs what it found, and raises the level by it', async () => {
    const file = join(scratchFolder('assertions'), 'checks.sql');
    await writeFile(
      file,
      "-- as many as there were\nselect count(*) = 1000 from books;\nselect 'a;b' <> 'c';\n",
    );
    const seen = await readBackups('restore-test', {
      ...inputs,
      'signing-key': testKey.secret,
      assertions: file,
    });
    expect(seen.codes, seen.said).toEqual([]);
    expect(seen).toMatchObject({
      exit: 0,
      json: { result: 'success', verdict: 'passed', compared: { tables: 3, rows: 1040, assertions: 2 } },
    });
    expect(seen.said).toContain('came back whole');
    expect(await levelNow()).toBe('restored');
    const evidence = (await place.read(seen.json.evidenceKey)).toString();
    expect(JSON.parse(evidence)).toMatchObject({
      result: 'passed',
      seconds: { recovery: seen.json.times.recovery },
    });
    expect(evidence).not.toContain('books');
  });

  it('draws a backup, and shows how long the tests before it took', async () => {
    const seen = await readBackups('restore-test', {
      ...inputs,
      backup: 'random',
      'signing-key': testKey.secret,
    });
    expect(seen.codes, seen.said).toEqual([]);
    expect(seen.json.earlier.length).toBeGreaterThan(0);
  });

  it.each([
    ['a psql command', '\\! id', 'PGB869'],
    ['nothing', '-- only words', 'PGB869'],
  ])('refuses a file of assertions that holds %s', async (_, sql, code) => {
    const file = join(scratchFolder('assertions'), 'checks.sql');
    await writeFile(file, sql);
    const seen = await readBackups('restore-test', { ...inputs, assertions: file });
    expect(seen).toMatchObject({ exit: 2, codes: [code] });
  });

  it('wants the key before it downloads anything', async () => {
    const { 'age-identity': _, ...without } = inputs;
    const seen = await readBackups('restore-test', without);
    expect(seen.exit).not.toBe(0);
    expect(seen.said).toContain('age-identity');
    expect(seen.json.verdict).toBe(null);
  });
});

function newKey(): { secret: string; open: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return {
    secret: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    open: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  };
}
