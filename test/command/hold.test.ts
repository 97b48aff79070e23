// A hold keeps a backup from prune, whoever holds it and whatever is wrong with it; holding and releasing can be said twice.
import { describe, expect, it } from 'vitest';
import { printKey } from '../../src/backups/key.ts';
import { refOf } from '../../src/backups/parse-manifest.ts';
import { parseSelector } from '../../src/backups/selector.ts';
import { hold, release } from '../../src/commands/hold/hold.ts';
import { backupsIn, type CommandWorld, commandWorld, NIGHT, never, nights } from '../parts/command-world.ts';

function on({ world }: CommandWorld) {
  const which = (backup: string) => {
    const selector = parseSelector(backup);
    if (!selector) throw new Error(`${backup} is no selector`);
    return { name: undefined, selector };
  };
  return {
    hold: (backup: string, by: string | null = 'ann', why: string | null = 'audit') =>
      hold(world, { ...which(backup), by, why }, never),
    release: (backup: string) => release(world, which(backup), never),
  };
}

describe('a hold', () => {
  it('keeps the oldest from being pruned, until it is released', async () => {
    const test = commandWorld();
    await nights(test, 16);
    const oldest = backupsIn(test.store)[0]?.manifest.id ?? '';
    await on(test).hold(oldest);
    expect((await test.run()).prune?.deleted).not.toContain(oldest);
    await on(test).release(oldest);
    test.clock.now += 1_000;
    expect((await test.run()).prune?.deleted).toContain(oldest);
  });

  it('is put once, and tells who put it to whoever holds again', async () => {
    const test = commandWorld();
    await nights(test, 1);
    test.clock.now = NIGHT + 60_000;
    const first = await on(test).hold('latest');
    expect(first).toMatchObject({
      changed: true,
      hold: { by: 'ann', why: 'audit', at: '2026-11-21T03:18:00Z' },
    });
    expect(await on(test).hold(first.ref.id, 'bob', null)).toMatchObject({
      changed: false,
      hold: { by: 'ann', why: 'audit' },
    });
    expect(await on(test).release(first.ref.id)).toMatchObject({ changed: true, hold: { by: 'ann' } });
    expect(await on(test).release(first.ref.id)).toMatchObject({ changed: false, hold: null });
  });

  it('can be put on what is in doubt, and on what is left of a backup without a manifest', async () => {
    const test = commandWorld();
    await nights(test, 2);
    const [older, newest] = backupsIn(test.store);
    test.store.objects.delete(newest?.manifest.archive.key ?? '');
    test.store.objects.delete(older?.key ?? '');
    await expect(on(test).hold('latest')).rejects.toMatchObject({ code: 'PGB517' });
    for (const backup of [older, newest]) {
      const id = backup?.manifest.id ?? '';
      expect(await on(test).hold(id)).toMatchObject({ changed: true });
      expect(await on(test).release(id)).toMatchObject({ changed: true });
    }
    await expect(on(test).hold('zzzzzzzz')).rejects.toMatchObject({ code: 'PGB434' });
  });

  it('that is damaged still holds, and can be lifted; one that is locked stays', async () => {
    const test = commandWorld();
    await nights(test, 1);
    const [only] = backupsIn(test.store);
    if (!only) throw new Error('no backup');
    const key = printKey({ ...refOf(only.manifest), kind: 'hold' });
    await on(test).hold(only.manifest.id);
    const stored = test.store.objects.get(key);
    if (!stored) throw new Error('no hold');
    stored.bytes = Buffer.from('not json');
    expect(await on(test).hold(only.manifest.id)).toMatchObject({ changed: false, hold: null });
    stored.lockedUntil = Number.POSITIVE_INFINITY;
    await expect(on(test).release(only.manifest.id)).rejects.toMatchObject({ code: 'PGB455' });
    stored.lockedUntil = 0;
    expect(await on(test).release(only.manifest.id)).toMatchObject({ changed: true, hold: null });
    expect(test.store.objects.has(key)).toBe(false);
  });
});
