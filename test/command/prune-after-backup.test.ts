// What a backup does about the ones before it: it prunes what policy lets go, and nothing at all while anything about
// the newest is in doubt. Whatever fails here never costs the new backup.
import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { fingerprint } from '../../src/backups/identity.ts';
import { parseKey, printKey } from '../../src/backups/key.ts';
import type { Manifest } from '../../src/backups/manifest.ts';
import { printManifest, refOf } from '../../src/backups/parse-manifest.ts';
import { Ed25519Signer, Ed25519Verifier } from '../../src/encryption/signature.ts';
import { parseSigningKey } from '../../src/encryption/signing-keys.ts';
import { Problem } from '../../src/problems/problem.ts';
import { cancelled } from '../../src/problems/run.ts';
import { keyExists } from '../../src/problems/storage.ts';
import type { BackupOutcome } from '../../src/reports/outcome.ts';
import { backupsIn, type CommandWorld, commandWorld, DAY, nights, policy } from '../parts/command-world.ts';
import { table } from '../parts/fake-postgres.ts';
import type { MemoryStore } from '../parts/memory-store.ts';

const codes = ({ warnings }: BackupOutcome) => warnings.map(({ code }) => code);
const ids = (test: CommandWorld) => backupsIn(test.store).map(({ manifest }) => manifest.id);

/** So many nights, and the night on which three of them are too old. */
async function threeTooOld(options: Parameters<typeof commandWorld>[0] = {}, count = 16) {
  const test = commandWorld(options);
  await nights(test, count, { policy: null });
  return test;
}

/** Puts a copy of a backup into the store, all of it, with a manifest changed as wanted. */
function plant(store: MemoryStore, from: string, change: Partial<Manifest>, at: number): string {
  const original = backupsIn(store).find(({ manifest }) => manifest.id === from)?.manifest;
  if (!original) throw new Error(`no backup ${from}`);
  const ref = { ...refOf({ ...original, ...change }) };
  const move = <F extends { key: string }>(file: F): F => {
    const parsed = parseKey(file.key);
    if (!parsed || !('encrypted' in parsed)) throw new Error(file.key);
    const key = printKey({ ...parsed, ...ref });
    const there = store.objects.get(file.key);
    if (there) store.objects.set(key, { ...there, modifiedAt: at });
    return { ...file, key };
  };
  const manifest: Manifest = {
    ...original,
    archive: move(original.archive),
    proof: move(original.proof),
    globals: original.globals && move(original.globals),
    ...change,
  };
  store.objects.set(printKey({ ...ref, kind: 'manifest' }), {
    bytes: printManifest(manifest),
    modifiedAt: at,
    contentType: 'application/json',
    tags: {},
  });
  return ref.id;
}

describe('without doubt', () => {
  it('deletes what policy lets go, keeps the rest, and says both', async () => {
    const test = await threeTooOld();
    const before = ids(test);
    const outcome = await test.run();
    expect(outcome.result).toBe('success');
    expect(outcome.prune?.deleted).toEqual(before.slice(0, 2));
    expect(ids(test)).toEqual([...before.slice(2), outcome.backup?.id]);
    expect(outcome.held).toEqual([expect.objectContaining({ tier: 'daily', count: 15 })]);
    expect(test.lines.at(-1)).toContain('Pruned 2 backups');
  });

  it.each<[string, Parameters<CommandWorld['run']>[0]]>([
    ['no `retention`', { policy: null }],
    ['`prune: false`', { prune: false }],
  ])('%s: nothing is pruned', async (_, change) => {
    const test = await threeTooOld();
    const before = ids(test);
    const outcome = await test.run(change);
    expect(outcome).toMatchObject({ result: 'success', prune: null });
    expect(ids(test)).toEqual([...before, outcome.backup?.id]);
  });
});

describe('in doubt', () => {
  /** Runs, and expects a good backup, a loud warning, and every older backup in its place. */
  async function expectNothingPruned(test: CommandWorld, ...args: Parameters<CommandWorld['run']>) {
    const before = [...test.store.objects.keys()];
    const outcome = await test.run(...args);
    expect(outcome).toMatchObject({ result: 'degraded', problems: [] });
    expect(outcome.backup).not.toBeNull();
    expect(outcome.prune?.deleted ?? []).toEqual([]);
    expect([...test.store.objects.keys()]).toEqual(expect.arrayContaining(before));
    return outcome;
  }

  it('another server: the backup is taken, prune waits for `accept-identity`', async () => {
    const test = await threeTooOld();
    test.postgres.facts = { systemIdentifier: '99' };
    const outcome = await expectNothingPruned(test);
    expect(codes(outcome)).toContain('PGB521');
    const print = fingerprint({ system: '99', host: 'db.example.net', database: 'app' });
    const hint = outcome.warnings.find(({ code }) => code === 'PGB521')?.hint;
    expect(hint).toContain(`accept-identity: ${print}`);

    test.clock.now += DAY;
    await expectNothingPruned(test, { acceptIdentity: 'f00f00f00f00' });
    test.clock.now += DAY;
    const accepted = await test.run({ acceptIdentity: print });
    expect(accepted.result).toBe('success');
    expect(accepted.prune?.deleted.length).toBeGreaterThan(0);
    test.clock.now += DAY;
    expect((await test.run()).result).toBe('success');
  });

  it('the old server, after another was accepted, is the stranger', async () => {
    const test = await threeTooOld({}, 3);
    test.postgres.facts = { systemIdentifier: '99' };
    await test.run({
      acceptIdentity: fingerprint({ system: '99', host: 'db.example.net', database: 'app' }),
    });
    test.clock.now += DAY;
    test.postgres.facts = {};
    expect(codes(await test.run())).toContain('PGB521');
  });

  it('a backup far smaller than the ones before', async () => {
    const test = await threeTooOld();
    test.postgres.database.tables = [table(16385, 'public.authors', 4)];
    const outcome = await expectNothingPruned(test);
    expect(codes(outcome)).toContain('PGB510');
    expect(outcome.prune?.plan.stopped).toContain('much smaller');
  });

  it('a backup dated in the future', async () => {
    const test = await threeTooOld();
    const stamp = '2027-12-31T00:00:00Z';
    plant(test.store, ids(test)[3] ?? '', { id: 'fffffff0', stamp }, test.clock.now);
    const outcome = await expectNothingPruned(test);
    expect(codes(outcome)).toContain('PGB519');
    expect(outcome.prune?.plan.stopped).toContain('dated in the future');
  });

  it('more to delete than `max-delete` allows', async () => {
    const test = await threeTooOld();
    const outcome = await expectNothingPruned(test, { maxDelete: 1 });
    expect(codes(outcome)).toContain('PGB530');
    expect(outcome.prune?.plan).toMatchObject({ stopped: expect.stringContaining('`max-delete` is 1') });
    expect(outcome.prune?.plan.delete).toHaveLength(2);
  });

  it('clocks that differ too much', async () => {
    const test = await threeTooOld();
    const before = test.store.objects.size;
    test.store.time = async () => test.clock.now + 11 * 60_000;
    const outcome = await test.run();
    expect(outcome).toMatchObject({ result: 'failed', backup: null });
    expect(outcome.problems.map(({ code }) => code)).toEqual(['PGB900']);
    expect(test.store.objects.size).toBe(before);
  });

  it('a manifest that is gone although policy would have kept it', async () => {
    const test = await threeTooOld({}, 5);
    const [third] = backupsIn(test.store).slice(2);
    test.store.objects.delete(third?.key ?? '');
    expect(codes(await test.run())).toContain('PGB525');
  });
});

describe('what others put into the bucket', () => {
  const made = [1, 2].map(() => {
    const parsed = parseSigningKey(randomBytes(32).toString('base64'));
    if ('problems' in parsed) throw parsed.problems[0];
    return parsed.key;
  });
  const [own, foreign] = made;
  if (!own || !foreign) throw new Error('two keys were made');
  const keys = { signer: new Ed25519Signer(own), verifier: new Ed25519Verifier([own]) };

  it.each<[string, Partial<Manifest>, string]>([
    ['unsigned', { signature: null }, 'PGB515'],
    [
      'signed by somebody else',
      { signature: new Ed25519Signer(foreign).sign(Buffer.from('anything')) },
      'PGB514',
    ],
    ['with a copied signature', {}, 'PGB513'],
  ])('a manifest %s is never counted, and stands in no chain', async (_, change, code) => {
    const test = await threeTooOld({ world: keys }, 4);
    const [first] = ids(test);
    const stamp = new Date(test.clock.now - DAY / 2).toISOString().replace(/\.\d+Z/, 'Z');
    plant(test.store, first ?? '', { id: 'ffffffff', stamp, ...change }, test.clock.now - DAY / 2);
    const outcome = await test.run();
    expect(outcome.result).toBe('degraded');
    expect(codes(outcome)).toContain(code);
    expect(backupsIn(test.store).at(-1)?.manifest.previous?.id).not.toBe('ffffffff');
    expect(outcome.history.find(({ id }) => id === 'ffffffff')?.notCounted).toBeDefined();
    expect(ids(test)).toContain('ffffffff');
  });

  it('garbage dated a little later every night never pushes the good ones out', async () => {
    const test = await threeTooOld({}, 4);
    const good = ids(test);
    for (let n = 0; n < 20; n++) {
      const stamp = new Date(test.clock.now - DAY + (n + 1) * 60_000).toISOString().replace(/\.\d+Z/, 'Z');
      const id = `f${n.toString().padStart(7, '0')}`;
      plant(test.store, good[0] ?? '', { id, stamp }, test.clock.now - DAY);
      // Its archive is not what its manifest says.
      for (const [key, object] of test.store.objects)
        if (key.includes(id) && key.endsWith('.dump')) object.bytes = Buffer.from('garbage');
    }
    const outcome = await test.run({ policy: policy('daily: 3') });
    // What goes is what would have gone without them.
    expect(outcome.prune?.deleted).toEqual(good.slice(0, 2));
    expect(ids(test)).toEqual(expect.arrayContaining(good.slice(2)));
  });

  it('a back-dated copy is kept and not counted', async () => {
    const test = await threeTooOld({}, 4);
    plant(test.store, ids(test)[0] ?? '', { id: 'ffffffff', stamp: '2026-01-01T00:00:00Z' }, test.clock.now);
    const outcome = await test.run();
    expect(codes(outcome)).toContain('PGB520');
    expect(ids(test)).toContain('ffffffff');
  });

  it('objects of other names and other programs are never touched', async () => {
    const test = await threeTooOld();
    const strange = [
      'app-test/daily/x',
      'app/README',
      'app/daily/notes.txt',
      'apple',
      'app/daily/20200101T000000Z-abcd.dump',
    ];
    const put = (key: string) =>
      test.store.objects.set(key, { bytes: Buffer.from('x'), modifiedAt: 0, contentType: '', tags: {} });
    for (const key of strange) put(key);
    const outcome = await test.run();
    expect(outcome.result).toBe('success');
    expect([...test.store.objects.keys()]).toEqual(expect.arrayContaining(strange));
  });
});

describe('what fails after the commit', () => {
  async function failing(break_: (test: CommandWorld, victims: string[]) => void) {
    const test = await threeTooOld();
    const before = ids(test);
    break_(test, before.slice(0, 2));
    const outcome = await test.run();
    expect(outcome.problems).toEqual([]);
    expect(outcome.result).toBe('degraded');
    expect(ids(test)).toContain(outcome.backup?.id);
    return { test, outcome, before };
  }

  it('a deletion that is refused is told; the others go on', async () => {
    const { outcome, before } = await failing((test, [first]) => {
      test.store.refuse = (call, key) =>
        call === 'delete' && key.includes(first ?? '') ? keyExists(`s3://b/${key}`) : undefined;
    });
    expect(outcome.prune).toMatchObject({ deleted: [before[1]], failed: [{ id: before[0] }] });
  });

  it('a locked backup is kept, with its lock as the reason', async () => {
    const test = await threeTooOld();
    const [first] = backupsIn(test.store);
    const object = test.store.objects.get(first?.manifest.archive.key ?? '');
    if (object) object.lockedUntil = test.clock.now + 90 * DAY;
    const outcome = await test.run();
    expect(outcome.result).toBe('success');
    const kept = outcome.prune?.plan.keep.find(({ id }) => id === first?.manifest.id);
    expect(kept?.reasons.join()).toContain('locked until');
    expect(backupsIn(test.store)[0]?.wrong).toEqual([]);
  });

  it('a manifest that changed since it was listed is left alone', async () => {
    const { outcome, before } = await failing((test, [first]) => {
      test.store.refuse = (call, key) => {
        const object = test.store.objects.get(key);
        if (call === 'delete' && key.includes(first ?? '') && key.endsWith('manifest.json') && object)
          object.modifiedAt += 1;
        return undefined;
      };
    });
    expect(outcome.prune?.failed).toEqual([{ id: before[0], why: expect.stringContaining('has changed') }]);
  });

  it('a hold put on a victim between plan and deletion saves it', async () => {
    const test = await threeTooOld();
    const [first] = backupsIn(test.store);
    const holdKey = first?.key.replace('.manifest.json', '.hold.json') ?? '';
    let lists = 0;
    const list = test.store.list.bind(test.store);
    test.store.list = (prefix, signal) => {
      if (++lists === 4)
        test.store.objects.set(holdKey, {
          bytes: Buffer.from('{}'),
          modifiedAt: 0,
          contentType: '',
          tags: {},
        });
      return list(prefix, signal);
    };
    const outcome = await test.run();
    expect(outcome.prune?.failed).toEqual([{ id: first?.manifest.id, why: expect.stringContaining('hold') }]);
    expect(ids(test)).toContain(first?.manifest.id);
  });

  it('a survivor that vanished stops each deletion', async () => {
    const test = await threeTooOld();
    const found = backupsIn(test.store);
    const survivor = found.at(-1)?.manifest.archive.key ?? '';
    let lists = 0;
    const list = test.store.list.bind(test.store);
    test.store.list = (prefix, signal) => {
      if (++lists === 4) test.store.objects.delete(survivor);
      return list(prefix, signal);
    };
    const outcome = await test.run();
    expect(outcome.prune?.deleted).toEqual([]);
    expect(outcome.prune?.failed.map(({ why }) => why)).toEqual([
      expect.stringContaining('not whole any more'),
      expect.stringContaining('not whole any more'),
    ]);
  });

  it('a listing that fails is a warning, and the backup stays good', async () => {
    let lists = 0;
    const { outcome } = await failing(test => {
      test.store.refuse = call => (call === 'list' && ++lists > 2 ? keyExists('s3://b') : undefined);
    });
    expect(codes(outcome)).toContain('PGB904');
    expect(outcome.prune).toBeNull();
  });

  it('a cancel is told as one, the backup stays', async () => {
    const test = await threeTooOld();
    const controller = new AbortController();
    test.store.refuse = call => {
      if (call === 'delete') controller.abort(cancelled('SIGTERM'));
      return undefined;
    };
    const outcome = await test.run({}, controller.signal);
    expect(outcome.result).toBe('cancelled');
    expect(outcome.problems.map(({ code }) => code)).toEqual(['PGB903']);
    expect(backupsIn(test.store).at(-1)?.manifest.id).toBe(outcome.backup?.id);
  });

  it('a time limit is a warning there, and the backup stays', async () => {
    const test = await threeTooOld();
    const controller = new AbortController();
    const slow = new Problem({
      kind: 'environment',
      code: 'PGB901',
      summary: 'Too long.',
      hint: 'Raise it.',
    });
    test.store.refuse = call => {
      if (call === 'delete') controller.abort(slow);
      return undefined;
    };
    const outcome = await test.run({}, controller.signal);
    expect(outcome).toMatchObject({ result: 'degraded', problems: [] });
    expect(codes(outcome)).toEqual(['PGB904']);
  });
});
