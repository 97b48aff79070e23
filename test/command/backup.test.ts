// What a backup does when all goes well: every level, in the order that a crash can't hurt.
import { randomBytes } from 'node:crypto';
import { Decrypter, generateX25519Identity, identityToRecipient } from 'age-encryption';
import { describe, expect, it } from 'vitest';
import { AgeEncryption } from '../../src/encryption/age.ts';
import { Ed25519Signer, Ed25519Verifier } from '../../src/encryption/signature.ts';
import { parseSigningKey } from '../../src/encryption/signing-keys.ts';
import { parseProof } from '../../src/proof/parse-proof.ts';
import { backupsIn, commandWorld, DAY, NIGHT, nights, orphansIn, policy } from '../parts/command-world.ts';

describe('a night without trouble', () => {
  it('takes a whole backup, proven to every level', async () => {
    const test = commandWorld();
    const outcome = await test.run();
    expect(outcome).toMatchObject({ result: 'success', problems: [], warnings: [], name: 'app' });
    expect(outcome.backup).toMatchObject({ rows: 104, tables: 3, level: 'stored', compression: 'zstd:3' });
    const [only, ...others] = backupsIn(test.store);
    expect(others).toEqual([]);
    expect(only?.wrong).toEqual([]);
    expect(only?.manifest.levels.map(({ level }) => level)).toEqual([
      'listed',
      'decoded',
      'counted',
      'stored',
    ]);
    expect(only?.manifest).toMatchObject({
      id: outcome.backup?.id,
      stamp: '2026-11-21T03:17:00Z',
      previous: null,
    });
    expect(test.store.objects.get(outcome.backup?.key ?? '')?.tags).toEqual({ 'pg-backup-tier': 'daily' });
    expect([...test.journal, ...test.postgres.running, ...test.store.unfinished]).toEqual([]);
  });

  it('changes the store in one order: archive, roles, proof, manifest, and only then the old ones', async () => {
    const test = commandWorld();
    await nights(test, 16);
    const { effects } = test.store;
    const [before] = backupsIn(test.store);
    const from = effects.length;
    expect((await test.run()).prune?.deleted).toEqual([before?.manifest.id]);
    const kinds = effects.slice(from).map(({ effect, key }) => `${effect} ${key.replace(/^.*-.{8}\./, '')}`);
    expect(kinds).toEqual([
      'startUpload dump',
      'complete dump',
      'create globals.sql',
      'create proof.json',
      'create manifest.json',
      'delete manifest.json',
      'delete proof.json',
      'delete globals.sql',
      'delete dump',
    ]);
  });

  it('proves what the server holds, table by table', async () => {
    const test = commandWorld();
    const { backup } = await test.run();
    const key = backup?.manifestKey.replace('manifest', 'proof') ?? '';
    const proof = parseProof(test.store.objects.get(key)?.bytes ?? Buffer.alloc(0), key);
    expect(proof.tables.map(({ name, rows, counted }) => [name, rows, counted])).toEqual([
      ['public.authors', 4, 4],
      ['public.books', 100, 100],
      ['public.loans', 0, 0],
    ]);
    expect(proof.largeObjects.map(({ oid, bytes }) => [oid, bytes])).toEqual([[16500, 14]]);
    expect(proof.sequences).toEqual([{ name: 'public.authors_id_seq', value: '4', called: true }]);
  });

  it('without counts reaches every level but `counted`', async () => {
    const test = commandWorld();
    expect((await test.run({ counts: false })).result).toBe('success');
    const [only] = backupsIn(test.store);
    expect(only?.manifest.levels.map(({ level }) => level)).toEqual(['listed', 'decoded', 'stored']);
    expect(test.postgres.steps).not.toContain('count');
  });

  it('reads the bytes back where the store can not show what it holds', async () => {
    const test = commandWorld({ shown: 'none' });
    expect((await test.run()).result).toBe('success');
    expect(backupsIn(test.store)[0]?.manifest.levels.at(-1)?.figures).toMatchObject({ shown: 'read-back' });
  });

  it('links each backup to the one before', async () => {
    const test = commandWorld();
    await nights(test, 3);
    const found = backupsIn(test.store);
    expect(found.map(({ manifest }) => manifest.previous?.id ?? null)).toEqual([
      null,
      found[0]?.manifest.id,
      found[1]?.manifest.id,
    ]);
  });

  it('takes names from the database, or as they are given', async () => {
    const test = commandWorld();
    expect((await test.run({ name: 'Größe/../x' })).backup?.key).toMatch(
      /^%47r%C3%B6%C3%9Fe%2F\.\.%2Fx\/daily\//,
    );
    test.postgres.facts = { database: 'shop' };
    expect((await test.run()).backup?.key).toMatch(/^shop\/daily\//);
  });
});

describe('encrypted and signed', () => {
  const made = parseSigningKey(randomBytes(32).toString('base64'));
  if ('problems' in made) throw made.problems[0];
  const keys = { signer: new Ed25519Signer(made.key), verifier: new Ed25519Verifier([made.key]) };

  it('stores nothing in plain but the manifest, which is signed', async () => {
    const identity = await generateX25519Identity();
    const encryption = new AgeEncryption([await identityToRecipient(identity)]);
    const test = commandWorld({ world: { ...keys, encryption } });
    const outcome = await test.run();
    expect(outcome.backup).toMatchObject({ encrypted: true, signed: true });
    const [only] = backupsIn(test.store);
    expect(only?.wrong).toEqual([]);
    for (const [key, { bytes }] of test.store.objects) {
      expect(key).toMatch(/\.age$|manifest\.json$/);
      expect(bytes.includes('Title 1')).toBe(false);
    }
    const decrypter = new Decrypter();
    decrypter.addIdentity(identity);
    const archive = await decrypter.decrypt(
      test.store.objects.get(outcome.backup?.key ?? '')?.bytes ?? Buffer.alloc(0),
    );
    expect(Buffer.from(archive).includes('1\tTitle 1')).toBe(true);
    expect(archive.length).toBe(only?.manifest.archive.plainBytes);
  });

  it('counts on the next night what was signed this night', async () => {
    const test = commandWorld({ world: keys });
    const outcomes = await nights(test, 2);
    expect(outcomes.map(({ result }) => result)).toEqual(['success', 'success']);
    expect(backupsIn(test.store)[1]?.manifest.previous?.id).toBe(outcomes[0]?.backup?.id);
  });
});

describe('tiers', () => {
  it('over two months of days with runs that never came: each period has its tier, whatever was missed', async () => {
    const test = commandWorld();
    const kept = policy('daily: 7\nweekly: 4\nmonthly: 12');
    const missed = new Set([9, 10, 11, 20, 21, 22, 23, 24, 40]);
    const taken: { tier: string | null; day: number }[] = [];
    for (let day = 0; day < 60; day++) {
      if (!missed.has(day)) {
        const outcome = await test.run({ tier: 'auto', policy: kept });
        expect(outcome.problems).toEqual([]);
        taken.push({ tier: outcome.tier, day });
      }
      test.clock.now += DAY;
    }
    // NIGHT is a Saturday; days 10, 41 begin December and January, but nothing ran on day 10.
    expect(taken.filter(({ tier }) => tier === 'monthly').map(({ day }) => day)).toEqual([0, 12, 41]);
    expect(taken.filter(({ tier }) => tier === 'weekly').map(({ day }) => day)).toEqual([
      2, 16, 25, 30, 37, 44, 51, 58,
    ]);
    const left = Map.groupBy(backupsIn(test.store), ({ manifest }) => manifest.tier);
    expect([left.get('daily')?.length, left.get('weekly')?.length, left.get('monthly')?.length]).toEqual([
      7, 4, 3,
    ]);
    expect(backupsIn(test.store).flatMap(({ wrong }) => wrong)).toEqual([]);
    expect(orphansIn(test.store)).toEqual([]);
  });
});

it('two runs at once both come through, and see each other next time', async () => {
  const test = commandWorld();
  await nights(test, 2);
  const outcomes = await Promise.all([test.run(), test.run({ tier: 'manual' })]);
  expect(outcomes.map(({ result }) => result)).toEqual(['success', 'success']);
  expect(backupsIn(test.store)).toHaveLength(4);
  expect(backupsIn(test.store).flatMap(({ wrong }) => wrong)).toEqual([]);
  test.clock.now = NIGHT + 3 * DAY;
  expect((await test.run()).result).toBe('success');
});

it('a dry run asks everything, plans, and changes nothing', async () => {
  const test = commandWorld();
  await nights(test, 16);
  const before = [...test.store.objects.keys()];
  const effects = test.store.effects.length;
  const outcome = await test.run({ dryRun: true, policy: policy('daily: 7d') });
  expect(outcome).toMatchObject({ result: 'planned', backup: null, prune: { dryRun: true, deleted: [] } });
  expect(outcome.prune?.plan.delete.map(({ id }) => id)).toHaveLength(7);
  expect([...test.store.objects.keys()]).toEqual(before);
  expect(test.store.effects).toHaveLength(effects);
  expect(test.postgres.steps.slice(-3)).toEqual(['connect', 'facts', 'clientFor']);
  expect(test.postgres.running).toEqual([]);
});
