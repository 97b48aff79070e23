// Real backups, sealed and signed, looked at and brought back by the commands that read: for archives of every major, by
// its own pg_restore and by the newest; and real tampering, each kind refused with its reason.
import { execFileSync } from 'node:child_process';
import { createHash, generateKeyPairSync } from 'node:crypto';
import {
  cpSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Manifest } from '../../src/backups/manifest.ts';
import { need } from '../parts/availability.ts';
import { folderPlace, type Place, s3Place, scratchFolder, standInPlace } from '../parts/backup-places.ts';
import { backUp, manifestOf } from '../parts/backup-run.ts';
import { seedDemo, seedHostile, seedSmall } from '../parts/databases.ts';
import { POSTGRES_MAJORS, postgresBin } from '../parts/postgres-binaries.ts';
import { startPostgres } from '../parts/postgres-server.ts';
import { readBackups } from '../parts/reading-run.ts';
import { startVersityGw } from '../parts/s3-servers.ts';
import { type S3StandIn, startS3StandIn } from '../parts/s3-stand-in/start.ts';

const work = scratchFolder('reading');
const identity = await generateX25519Identity();
const recipient = await identityToRecipient(identity);
const signing = keyPair();

function keyPair(): { signingKey: string; verifyKeys: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return {
    signingKey: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
    verifyKeys: publicKey.export({ format: 'pem', type: 'spki' }).toString(),
  };
}

const sealedAndSigned = { 'age-recipients': recipient, 'signing-key': signing.signingKey };
const toOpen = { 'age-identity': identity, 'verify-keys': signing.verifyKeys };
const sha = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

/** The commands as a user starts them, on this place. */
function commandsOn(place: Place, major: number) {
  Object.assign(process.env, place.environment);
  const bin = { 'postgres-bin': postgresBin(major as 16) };
  return {
    verify: (inputs: Record<string, string> = {}) =>
      readBackups('verify', { ...place.inputs, ...bin, ...toOpen, ...inputs }),
    fetch: (inputs: Record<string, string>) =>
      readBackups('fetch', { ...place.inputs, ...toOpen, ...inputs }),
    run: (name: string, inputs: Record<string, string> = {}) =>
      readBackups(name, { ...place.inputs, 'verify-keys': signing.verifyKeys, ...inputs }),
  };
}

for (const major of POSTGRES_MAJORS) {
  const { missing } = await need(`postgres-${major}`, 'postgres-18');
  describe.skipIf(missing)(`A backup of PostgreSQL ${major}`, () => {
    let standIn: S3StandIn;
    let place: Place;
    let manifest: Manifest;
    beforeAll(async () => {
      standIn = await startS3StandIn({ buckets: ['backups'] });
      place = standInPlace(standIn);
      await using server = await startPostgres({ major });
      await seedHostile(server, 'hostile');
      const seen = await backUp({ server, database: 'hostile', place, inputs: sealedAndSigned });
      expect(seen.codes, seen.said).toEqual([]);
      manifest = await manifestOf(seen, place);
    });
    afterAll(() => standIn?.stop());

    it.each([major, 18])('is verified whole by pg_restore (its own, and 18), without a server', async by => {
      const seen = await commandsOn(place, by).verify();
      expect(seen.codes, seen.said).toEqual([]);
      expect(seen.exit).toBe(0);
      expect(seen.json).toMatchObject({ result: 'good', backup: { id: manifest.id } });
      expect(seen.json.checks.map((check: { result: string }) => check.result)).toEqual(
        Array.from({ length: 6 }, () => 'passed'),
      );
      expect(seen.answer + seen.said).not.toContain(identity);
    });

    it('is brought back decrypted, and pg_restore reads it', async () => {
      const output = join(work, `fetched-${major}.dump`);
      const { exit, json } = await commandsOn(place, major).fetch({ output });
      expect(exit).toBe(0);
      const bytes = readFileSync(output);
      expect(json).toMatchObject({ output, decrypted: true, sha256: manifest.archive.plainSha256 });
      expect(sha(bytes)).toBe(manifest.archive.plainSha256);
      expect(statSync(output).mode & 0o777).toBe(0o600);
      const toc = execFileSync(join(postgresBin(major), 'pg_restore'), ['--list', output], {
        encoding: 'utf8',
      });
      expect(toc).toContain('TABLE DATA');
    });
  });
}

const gateway = await need('postgres-16', 'versitygw');
it.skipIf(gateway.missing)('works on VersityGW: hold, status, verify, fetch, release', async () => {
  await using server = await startPostgres({ major: 16 });
  await using store = await startVersityGw();
  await seedDemo(server, 'demo', { megabytes: 30 });
  const place = s3Place(store, 'team a/prod');
  const backup = await backUp({ server, database: 'demo', place, inputs: sealedAndSigned });
  const id = backup.outcome.backup?.id ?? '';
  const { verify, fetch, run } = commandsOn(place, 16);
  expect(await verify()).toMatchObject({ exit: 0, codes: [] });
  expect(await run('hold', { backup: id, reason: 'audit' })).toMatchObject({
    exit: 0,
    json: { changed: true },
  });
  const before = await run('status', { retention: 'daily: 7' });
  expect(before).toMatchObject({ exit: 0, json: { names: [{ name: 'demo', held: [id], latest: { id } }] } });
  const sealed = join(work, 'sealed.age');
  expect(await fetch({ output: sealed, decrypt: 'false' })).toMatchObject({ exit: 0 });
  expect(readFileSync(sealed).subarray(0, 21).toString()).toBe('age-encryption.org/v1');
  expect(await run('release', { backup: id })).toMatchObject({ exit: 0, json: { changed: true } });
  expect((await run('status')).json.names[0].held).toEqual([]);
});

const sixteen = await need('postgres-16');
describe.skipIf(sixteen.missing)('A stored backup that was tampered with', () => {
  let original: string;
  let older: Manifest;
  let newest: Manifest;
  beforeAll(async () => {
    await using server = await startPostgres({ major: 16 });
    await seedSmall(server, 'small');
    const place = await folderPlace();
    original = place.folder;
    const take = async (inputs: Record<string, string>) => {
      const seen = await backUp({
        server,
        database: 'small',
        place,
        inputs: { ...sealedAndSigned, ...inputs },
      });
      expect(seen.codes, seen.said).toEqual([]);
      return manifestOf(seen, place);
    };
    older = await take({ tier: 'manual' });
    // Stamps are whole seconds, and the newest must be the newest.
    const next = Date.parse(older.stamp) + 1_000;
    await vi.waitFor(() => expect(Date.now()).toBeGreaterThan(next), { timeout: 20_000 });
    newest = await take({ tier: 'daily' });
  });

  /** A copy of the store to spoil, and the commands on it. */
  async function spoiled(spoil: (folder: string) => void) {
    const place = await folderPlace();
    rmSync(place.folder, { recursive: true });
    cpSync(original, place.folder, { recursive: true });
    spoil(place.folder);
    return commandsOn(place, 16);
  }
  const flip = (file: string, at: number) => {
    const bytes = readFileSync(file);
    const place = at < 0 ? bytes.length + at : at;
    bytes[place] = (bytes[place] ?? 0) ^ 1;
    writeFileSync(file, bytes);
  };

  it('is good before it is touched', async () => {
    const { verify } = await spoiled(() => {});
    expect(await verify()).toMatchObject({ exit: 0, json: { result: 'good', backup: { id: newest.id } } });
    expect(await verify({ backup: older.id })).toMatchObject({ exit: 0 });
  });

  it.each([-1, -5_000, 400])('flipped at byte %i: neither verified nor fetched', async at => {
    const { verify, fetch } = await spoiled(folder => flip(join(folder, newest.archive.key), at));
    const seen = await verify();
    expect([seen.exit, seen.codes[0]]).toEqual([1, 'PGB440']);
    const output = join(work, `flipped${at}.dump`);
    const fetched = await fetch({ output });
    expect(fetched.exit).toBe(1);
    expect(fetched.codes[0]).toMatch(/^PGB(634|440)$/);
    expect(() => statSync(output)).toThrow();
    const kept = await fetch({ output, decrypt: 'false' });
    expect([kept.exit, kept.codes[0]]).toEqual([1, 'PGB440']);
    expect(() => statSync(output)).toThrow();
  });

  it('truncated: refused as latest and by its id, an older one still works', async () => {
    const { verify, fetch } = await spoiled(folder =>
      truncateSync(join(folder, newest.archive.key), newest.archive.bytes - 1),
    );
    for (const backup of ['latest', newest.id]) {
      const seen = await verify({ backup });
      expect([seen.exit, seen.codes]).toEqual([1, ['PGB517']]);
      expect((await fetch({ backup, output: join(work, 'truncated') })).codes).toEqual(['PGB517']);
    }
    expect(await verify({ backup: older.id })).toMatchObject({ exit: 0 });
  });

  it('swapped with the archive of another valid backup', async () => {
    const { verify } = await spoiled(folder => {
      const bytes = readFileSync(join(folder, older.archive.key));
      // As an attacker would: padded or cut to the size that the manifest names.
      writeFileSync(
        join(folder, newest.archive.key),
        Buffer.concat([bytes, Buffer.alloc(99)]).subarray(0, newest.archive.bytes),
      );
    });
    const seen = await verify();
    expect([seen.exit, seen.codes[0]]).toEqual([1, 'PGB440']);
  });

  it('renamed into another tier', async () => {
    const { verify } = await spoiled(folder => {
      mkdirSync(join(folder, 'small/yearly'));
      for (const file of [
        newest.archive,
        newest.proof,
        newest.globals ?? newest.proof,
        { key: newest.archive.key.replace('dump.age', 'manifest.json') },
      ]) {
        const from = join(folder, file.key);
        renameSync(from, from.replace('/daily/', '/yearly/'));
      }
    });
    expect(await verify()).toMatchObject({ exit: 1, codes: ['PGB512'] });
  });

  const manifestFile = (folder: string) =>
    join(folder, newest.archive.key.replace('dump.age', 'manifest.json'));
  const rewrite = (folder: string, change: (text: string) => string) =>
    writeFileSync(manifestFile(folder), change(readFileSync(manifestFile(folder), 'utf8')));

  it('forged: another archive, and a manifest that fits it, signed by nobody we know', async () => {
    const { verify, fetch } = await spoiled(folder => {
      flip(join(folder, newest.archive.key), -1);
      const digest = sha(readFileSync(join(folder, newest.archive.key)));
      rewrite(folder, text => text.replace(newest.archive.sha256, digest));
    });
    expect(await verify()).toMatchObject({ exit: 1, codes: ['PGB513'] });
    const named = await verify({ backup: newest.id });
    expect(named.exit).toBe(1);
    expect(named.codes[0]).toBe('PGB513');
    expect((await fetch({ backup: newest.id, output: join(work, 'forged') })).codes).toEqual(['PGB513']);
    const unsigned = await spoiled(folder =>
      rewrite(folder, text => text.replace(/"signature":\{[^}]*\}/, '"signature":null')),
    );
    expect(await unsigned.verify()).toMatchObject({ exit: 1, codes: ['PGB515'] });
    const stranger = await (await spoiled(() => {})).verify({ 'verify-keys': keyPair().verifyKeys });
    expect(stranger).toMatchObject({ exit: 1, codes: ['PGB514'] });
  });

  it('of a newer manifest format', async () => {
    const { verify } = await spoiled(folder =>
      rewrite(folder, text => text.replace('"format":1', '"format":2')),
    );
    expect(await verify()).toMatchObject({ exit: 1, codes: ['PGB528'] });
  });

  it('encrypted to another key, or opened without one', async () => {
    const { verify, fetch } = await spoiled(() => {});
    const stranger = { 'age-identity': await generateX25519Identity() };
    const seen = await verify(stranger);
    expect([seen.exit, new Set(seen.codes)]).toEqual([1, new Set(['PGB631'])]);
    expect((await fetch({ ...stranger, output: join(work, 'stranger') })).codes).toEqual(['PGB631']);
    const shut = await verify({ 'age-identity': '' });
    expect([shut.exit, shut.codes, shut.json.result]).toEqual([3, ['PGB446'], 'unproven']);
    expect(await fetch({ 'age-identity': '', output: join(work, 'shut') })).toMatchObject({
      exit: 2,
      codes: ['PGB630'],
    });
    expect((await verify({ 'age-identity': recipient })).codes).toEqual(['PGB606']);
  });
});
