// The process dies after any effect on the store: there is no backup or a whole one, the older ones stand as they
// stood unless the plan named them, and the next run takes a backup and finishes what the dead one began.
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { expect, it } from 'vitest';
import { AgeEncryption } from '../../src/encryption/age.ts';
import {
  backupsIn,
  type CommandWorldOptions,
  commandWorld,
  DAY,
  nights,
  orphansIn,
} from '../parts/command-world.ts';

const identity = await generateX25519Identity();
const encryption = new AgeEncryption([await identityToRecipient(identity)]);

/** Fourteen nights and a pause of so many days, after which a run prunes as many backups. */
async function upToTheNight(options: CommandWorldOptions, victims: number) {
  const test = commandWorld(options);
  await nights(test, 14);
  test.clock.now += victims * DAY;
  return test;
}

it.each<[string, CommandWorldOptions, number]>([
  ['with nothing to prune', {}, 0],
  ['that prunes several', {}, 4],
  ['encrypted, that prunes one', { world: { encryption } }, 1],
  ['that reads back what it sent', { shown: 'none' }, 1],
])('a run %s', async (_, options, victims) => {
  const whole = await upToTheNight(options, victims);
  const from = whole.store.effects.length;
  const plan = (await whole.run()).prune?.plan;
  expect(plan?.delete).toHaveLength(victims);
  const effects = whole.store.effects.length - from;
  expect(effects).toBe(5 + 4 * victims);

  for (let n = 0; n <= effects; n++) {
    const test = await upToTheNight(options, victims);
    const { store, clock } = test;
    const before = backupsIn(store).map(({ manifest }) => manifest.stamp);
    store.crashAfter(n);
    await test.run();
    store.revive();

    const after = backupsIn(store);
    expect(after.flatMap(({ wrong }) => wrong)).toEqual([]);
    const stamps = new Set(after.map(({ manifest }) => manifest.stamp));
    const lost = before.filter(stamp => !stamps.has(stamp));
    const named = plan?.delete.map(({ stamp }) => new Date(stamp).toISOString().replace('.000Z', 'Z')) ?? [];
    expect(named).toEqual(expect.arrayContaining(lost));
    const added = after.filter(({ manifest }) => !before.includes(manifest.stamp));
    expect(added).toHaveLength(n < 5 ? 0 : 1);
    if (n < 5) expect(lost).toEqual([]);

    const next = commandWorld({ ...options, store, clock });
    clock.now += DAY;
    const outcome = await next.run();
    expect(outcome).toMatchObject({ result: 'success', problems: [], prune: { failed: [] } });
    const finished = backupsIn(store);
    expect(finished.flatMap(({ wrong }) => wrong)).toEqual([]);
    // One night later one more of the old ones is due; what the dead run should have deleted is gone too.
    const expected = before.slice(victims + 1).length + added.length + 1;
    expect(finished).toHaveLength(expected);
    // What the crash left is one backup's worth at most, for `prune` to sweep after its grace period.
    expect(new Set(orphansIn(store).map(key => key.replace(/-(.{8})\..*$/, '-$1'))).size).toBeLessThanOrEqual(
      1,
    );
    expect(store.unfinished.size).toBeLessThanOrEqual(1);
  }
});

it('an upload that a dead run left open is what its journal names, and `post` drops it', async () => {
  const test = commandWorld();
  test.postgres.faults.before = step => {
    if (step === 'dump') test.store.crashAfter(0);
  };
  await test.run();
  test.store.revive();
  expect([...test.store.unfinished]).toHaveLength(1);
  for (const reference of test.journal) await test.store.abandon(reference, new AbortController().signal);
  expect([...test.store.unfinished]).toEqual([]);
});
