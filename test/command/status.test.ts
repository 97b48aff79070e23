// What `status` tells of backups that really were taken, on a store in memory.
import { describe, expect, it } from 'vitest';
import { type StatusSettings, status } from '../../src/commands/status/status.ts';
import {
  backupsIn,
  type CommandWorld,
  commandWorld,
  DAY,
  HOUR,
  NIGHT,
  never,
  nights,
  policy,
} from '../parts/command-world.ts';

const SETTINGS: StatusSettings = {
  name: undefined,
  policy: null,
  timezone: 'UTC',
  minKeep: 3,
  maxDelete: 10,
};

async function ask({ world }: CommandWorld, change: Partial<StatusSettings> = {}) {
  const { names } = await status(world, { ...SETTINGS, ...change }, never);
  return names;
}

describe('status', () => {
  it('tells the newest, what each tier holds, and when the next is due', async () => {
    const test = commandWorld();
    await nights(test, 3);
    test.clock.now += 5 * HOUR - DAY;
    const newest = backupsIn(test.store).at(-1)?.manifest;
    const [app, ...others] = await ask(test);
    expect(others).toEqual([]);
    expect(app).toMatchObject({
      name: 'app',
      latest: { id: newest?.id, level: 'stored', rows: 104 },
      why: null,
      lastTest: null,
      trend: { against: 2, change: { bytes: 0, rows: 0 } },
      prune: null,
      alarms: [],
    });
    expect(app?.sizes.map(({ stamp }) => stamp)).toEqual([NIGHT, NIGHT + DAY, NIGHT + 2 * DAY]);
    // 23 November 2026 is a Monday: the day is filled, the week and the month want a backup of their own tier.
    expect(app?.tiers).toEqual([
      {
        tier: 'daily',
        count: 3,
        bytes: expect.any(Number),
        newest: NIGHT + 2 * DAY,
        due: Date.UTC(2026, 10, 24),
      },
      { tier: 'weekly', count: 0, bytes: 0, newest: null, due: test.clock.now },
      { tier: 'monthly', count: 0, bytes: 0, newest: null, due: test.clock.now },
    ]);
  });

  it('counts a higher tier for the lower ones, and asks only for the tiers of the policy', async () => {
    const test = commandWorld();
    await test.run({ tier: 'monthly' });
    const due = (await ask(test, { policy: policy('daily: 7; monthly: 12') }))[0]?.tiers;
    expect(due?.map(({ tier, due }) => [tier, due])).toEqual([
      ['daily', Date.UTC(2026, 10, 22)],
      ['monthly', Date.UTC(2026, 11, 1)],
    ]);
  });

  it('tells what a prune would do, without doing it', async () => {
    const test = commandWorld();
    await nights(test, 10, { policy: null });
    const [app] = await ask(test, { policy: policy('daily: 7d') });
    expect(app?.prune?.delete.map(({ id }) => id)).toEqual(
      backupsIn(test.store)
        .slice(0, 2)
        .map(({ manifest }) => manifest.id)
        .reverse(),
    );
    expect(backupsIn(test.store).length).toBe(10);
  });

  it('tells that there is no good backup, and why', async () => {
    const test = commandWorld();
    expect(await ask(test)).toEqual([]);
    expect(await ask(test, { name: 'app' })).toMatchObject([{ latest: null, why: { code: 'PGB523' } }]);
    await nights(test, 2);
    test.store.objects.delete(backupsIn(test.store).at(-1)?.manifest.archive.key ?? '');
    const [app] = await ask(test);
    expect(app).toMatchObject({ latest: null, why: { code: 'PGB517' }, alarms: [{ code: 'PGB517' }] });
    expect(app?.tiers[0]).toMatchObject({ tier: 'daily', count: 2, newest: NIGHT });
  });

  it('tells a backup that vanished though the policy would have kept it', async () => {
    const test = commandWorld();
    await nights(test, 3, { policy: null });
    const middle = backupsIn(test.store)[1]?.manifest;
    for (const key of [...test.store.objects.keys()])
      if (key.includes(middle?.id ?? '?')) test.store.objects.delete(key);
    const codes = async (change: Partial<StatusSettings>) =>
      (await ask(test, change))[0]?.alarms.map(({ code }) => code);
    expect(await codes({ policy: policy('daily: 7d') })).toEqual(['PGB525']);
    expect(await codes({})).toEqual([]);
  });

  it('takes the later of two clocks: a backup of a machine that is ahead is not of the future', async () => {
    const test = commandWorld();
    await test.run();
    test.clock.now -= HOUR;
    const behind = { ...test, world: { ...test.world, now: () => NIGHT - HOUR } };
    test.clock.now += HOUR;
    expect(await ask(behind)).toMatchObject([{ latest: { stamp: NIGHT } }]);
  });
});
