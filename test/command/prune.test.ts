// A prune of its own over backups that really were taken: it deletes exactly what its plan named, sweeps only what it can
// prove is a crashed run's, and stops where anything is in doubt.
import { describe, expect, it } from 'vitest';
import { printKey } from '../../src/backups/key.ts';
import { prune } from '../../src/commands/prune/prune.ts';
import type { PruneJobSettings } from '../../src/commands/prune/settings.ts';
import { cancelled } from '../../src/problems/run.ts';
import { keyExists } from '../../src/problems/storage.ts';
import type { PruneRunOutcome } from '../../src/reports/prune-outcome.ts';
import {
  backupsIn,
  type CommandWorld,
  commandWorld,
  DAY,
  HOUR,
  never,
  nights,
  orphansIn,
  policy,
} from '../parts/command-world.ts';
import { table } from '../parts/fake-postgres.ts';

const SETTINGS: PruneJobSettings = {
  name: undefined,
  policy: policy('daily: 14d'),
  timezone: 'UTC',
  minKeep: 3,
  maxDelete: 10,
  graceMs: 7 * DAY,
  shrinkGuardPercent: 50,
  asOf: undefined,
  confirm: [],
  dryRun: false,
  detail: 'full',
  warnings: [],
};

const pruneIn = ({ world }: CommandWorld, change: Partial<PruneJobSettings> = {}, signal = never) =>
  prune(world, { ...SETTINGS, ...change }, signal);
const ids = (test: CommandWorld) => backupsIn(test.store).map(({ manifest }) => manifest.id);
const keys = (test: CommandWorld) => [...test.store.objects.keys()].sort();
const codes = ({ problems }: PruneRunOutcome) => problems.map(({ code }) => code);

/** Seventeen nights: two of them are too old. */
async function twoTooOld(change: Parameters<typeof nights>[2] = {}) {
  const test = commandWorld();
  await nights(test, 17, { policy: null, ...change });
  return test;
}

/** A night whose run dies after `effects` effects on the store: an archive without a manifest is left, or an upload. */
async function crashedNight(test: CommandWorld, effects: number): Promise<void> {
  test.store.crashAfter(effects);
  await test.run({ policy: null });
  test.store.revive();
  test.clock.now += DAY;
}

describe('a dry run', () => {
  it('names what would go, with reasons, and changes nothing', async () => {
    const test = await twoTooOld();
    const before = keys(test);
    const outcome = await pruneIn(test, { dryRun: true });
    expect(outcome).toMatchObject({ result: 'planned', dryRun: true, problems: [] });
    const [app] = outcome.names;
    expect(app?.plan.prune.delete.map(({ id }) => id)).toEqual(ids(test).slice(0, 2).reverse());
    expect(app?.plan.prune.delete.every(({ reasons }) => reasons.length > 0)).toBe(true);
    expect(app?.plan.prune.keep).toHaveLength(15);
    expect(keys(test)).toEqual(before);
    expect(test.store.effects.filter(({ effect }) => effect === 'delete')).toEqual([]);
  });

  it('plans the same again and again, by hash too, until what would go is something else', async () => {
    const test = await twoTooOld();
    const hash = async (change: Partial<PruneJobSettings> = {}) =>
      (await pruneIn(test, { dryRun: true, ...change })).names[0]?.plan.hash;
    const first = await hash();
    test.clock.now += HOUR;
    expect(await hash()).toBe(first);
    expect(await hash({ policy: policy('daily: 13d') })).not.toBe(first);
    const victim = ids(test)[0] ?? '';
    for (const [key, object] of test.store.objects)
      if (key.includes(victim)) test.store.objects.set(key, { ...object, modifiedAt: object.modifiedAt + 1 });
    expect(await hash()).not.toBe(first);
  });
});

describe('carried out', () => {
  it('deletes exactly the objects of what the plan names, and nothing else', async () => {
    const test = await twoTooOld();
    test.store.objects.set('app/daily/notes.txt', stray(test));
    test.store.objects.set('other/file', stray(test));
    const before = keys(test);
    const victims = ids(test).slice(0, 2);
    const outcome = await pruneIn(test);
    expect(outcome).toMatchObject({ result: 'success', problems: [], dryRun: false });
    expect(outcome.names[0]?.deleted).toEqual(victims);
    expect(keys(test)).toEqual(before.filter(key => !victims.some(id => key.includes(id))));
    expect(before.length - keys(test).length).toBe(2 * 4);
  });

  it('prunes every name by itself, or one alone', async () => {
    const test = await twoTooOld({ name: 'a' });
    await nights(test, 17, { policy: null, name: 'b' });
    const before = ids(test).length;
    expect((await pruneIn(test, { name: 'b' })).names.map(({ plan }) => plan.name)).toEqual(['b']);
    expect(ids(test)).toHaveLength(before - 2);
    const all = await pruneIn(test);
    expect(all.names.map(({ plan, deleted }) => [plan.name, deleted.length])).toEqual([
      ['a', 2],
      ['b', 0],
    ]);
  });

  it('a name that is not there, or a destination without one, fails', async () => {
    const test = await twoTooOld();
    expect(codes(await pruneIn(test, { name: 'App' }))).toEqual(['PGB543']);
    expect(codes(await pruneIn(commandWorld()))).toEqual(['PGB433']);
  });

  it('one that the store does not let go is told and fails, the others go', async () => {
    const test = await twoTooOld();
    const [first = '', second = ''] = ids(test);
    test.store.refuse = (call, key) =>
      call === 'delete' && key.includes(first) ? keyExists('somewhere') : undefined;
    const outcome = await pruneIn(test);
    expect(outcome.result).toBe('failed');
    expect(codes(outcome)).toEqual(['PGB547']);
    expect(outcome.names[0]).toMatchObject({ deleted: [second], failed: [{ id: first }] });
    expect(ids(test)).toContain(first);
  });

  it('held and locked ones stay', async () => {
    const test = await twoTooOld();
    const [held, locked] = backupsIn(test.store).map(({ manifest }) => manifest);
    if (!held || !locked) throw new Error('two backups are too old');
    const ref = { ...held, stamp: Date.parse(held.stamp) };
    test.store.objects.set(printKey({ ...ref, kind: 'hold' }), stray(test));
    const archive = test.store.objects.get(locked.archive.key);
    if (archive) archive.lockedUntil = test.clock.now + DAY;
    const before = keys(test);
    const { names } = await pruneIn(test);
    expect(names[0]?.plan.prune.delete).toEqual([]);
    expect(keys(test)).toEqual(before);
  });
});

describe('in doubt, nothing goes', () => {
  it.each<[string, (test: CommandWorld) => unknown, string]>([
    [
      'the newest is much smaller than the ones before',
      async test => {
        test.postgres.database.tables = [table(16385, 'public.authors', 4)];
        await test.run({ policy: null });
      },
      'much smaller',
    ],
    [
      'the newest is of another server',
      async test => {
        test.postgres.facts = { systemIdentifier: '99' };
        await test.run({ policy: null });
      },
      'accept-identity',
    ],
    [
      'the archive of the newest is gone',
      test => {
        const newest = backupsIn(test.store).at(-1)?.manifest;
        test.store.objects.delete(newest?.archive.key ?? '');
      },
      'in doubt',
    ],
  ])('%s', async (_, spoil, words) => {
    const test = await twoTooOld();
    await spoil(test);
    const before = keys(test);
    const outcome = await pruneIn(test, { confirm: [] });
    expect(codes(outcome)).toEqual(['PGB544']);
    expect(outcome.problems[0]?.summary).toContain(words);
    const hash = outcome.names[0]?.plan.hash ?? '';
    expect(codes(await pruneIn(test, { confirm: [hash] }))).toContain('PGB544');
    expect(keys(test)).toEqual(before);
  });

  it('a clock that is far from the store’s', async () => {
    const test = await twoTooOld();
    const before = keys(test);
    const world = { ...test.world, now: () => test.clock.now + HOUR };
    const outcome = await prune(world, SETTINGS, never);
    expect(codes(outcome)).toEqual(['PGB900']);
    expect(keys(test)).toEqual(before);
  });
});

describe('confirm', () => {
  it('carries out a plan beyond `max-delete`, and only that one', async () => {
    const test = await twoTooOld();
    const asked = await pruneIn(test, { maxDelete: 1 });
    const hash = asked.names[0]?.plan.hash ?? '';
    expect(codes(asked)).toEqual(['PGB545']);
    expect(asked.problems[0]?.hint).toContain(`confirm: ${hash}`);
    expect(ids(test)).toHaveLength(17);
    expect(codes(await pruneIn(test, { maxDelete: 1, confirm: ['000000000000'] }))).toEqual(['PGB545']);
    expect(ids(test)).toHaveLength(17);
    const done = await pruneIn(test, { maxDelete: 1, confirm: [hash] });
    expect(done).toMatchObject({
      result: 'success',
      names: [{ deleted: [expect.anything(), expect.anything()] }],
    });
    expect(ids(test)).toHaveLength(15);
  });

  it('a hash of a plan that is no more is told', async () => {
    const test = await twoTooOld();
    await pruneIn(test);
    expect(codes(await pruneIn(test, { confirm: ['000000000000'] }))).toEqual(['PGB546']);
  });

  it('`as-of` empties a retired database, once it is confirmed', async () => {
    const test = await twoTooOld();
    test.clock.now += 60 * DAY;
    const retired = { name: 'app', asOf: 'now', maxDelete: 100 } as const;
    const asked = await pruneIn(test, retired);
    expect(codes(asked)).toEqual(['PGB545']);
    expect(ids(test)).toHaveLength(17);
    const done = await pruneIn(test, { ...retired, confirm: [asked.names[0]?.plan.hash ?? ''] });
    expect(done.names[0]?.deleted).toHaveLength(17);
    expect(keys(test)).toEqual([]);
  });
});

describe('what crashed runs left', () => {
  it('goes after the grace period, once a good backup followed', async () => {
    const test = commandWorld();
    await nights(test, 3, { policy: null });
    await crashedNight(test, 2);
    const left = orphansIn(test.store);
    expect(left).toHaveLength(1);
    await nights(test, 6, { policy: null });
    expect((await pruneIn(test)).names[0]).toMatchObject({ swept: [], plan: { sweep: { keep: [{}] } } });
    test.clock.now += DAY;
    const dry = await pruneIn(test, { dryRun: true });
    expect(dry.names[0]?.plan.sweep.delete).toMatchObject([{ objects: 1 }]);
    const outcome = await pruneIn(test);
    expect(outcome).toMatchObject({ result: 'success', names: [{ deleted: [] }] });
    expect(outcome.names[0]?.swept).toEqual(dry.names[0]?.plan.sweep.delete.map(({ stem }) => stem));
    expect(orphansIn(test.store)).toEqual([]);
    expect(ids(test)).toHaveLength(9);
  });

  it('stays while no good backup is newer, however old', async () => {
    const test = commandWorld();
    await nights(test, 3, { policy: null });
    await crashedNight(test, 2);
    test.clock.now += 40 * DAY;
    const outcome = await pruneIn(test);
    expect(outcome.names[0]?.plan.sweep.keep[0]?.reasons).toEqual(['no good backup is newer']);
    expect(orphansIn(test.store)).toHaveLength(1);
  });

  it.each(['once', 'unknown'] as const)('stays where its manifest was there %s', async history => {
    const test = commandWorld();
    await crashedNight(test, 2);
    await nights(test, 9, { policy: null });
    test.store.versions = () => history;
    expect((await pruneIn(test)).names[0]?.swept).toEqual([]);
    expect(orphansIn(test.store)).toHaveLength(1);
  });

  it('a backup whose manifest somebody took away is none, where policy would have kept it', async () => {
    const test = commandWorld();
    await nights(test, 12, { policy: null });
    const victim = backupsIn(test.store)[1];
    test.store.objects.delete(victim?.key ?? '');
    const outcome = await pruneIn(test);
    expect(outcome.names[0]?.plan.sweep.keep[0]?.reasons).toEqual([
      'a later backup names it, and `retention` would have kept it',
    ]);
    expect(outcome.warnings.map(({ code }) => code)).toContain('PGB525');
    expect(outcome.result).toBe('degraded');
  });

  it('nor are those before it, which nothing names any more', async () => {
    const test = commandWorld();
    await nights(test, 12, { policy: null });
    for (const victim of backupsIn(test.store).slice(1, 4)) test.store.objects.delete(victim.key);
    const left = orphansIn(test.store);
    const outcome = await pruneIn(test);
    expect(outcome.names[0]?.swept).toEqual([]);
    expect(orphansIn(test.store)).toEqual(left);
    expect(outcome.names[0]?.plan.sweep.keep.map(({ reasons }) => reasons)).toEqual([
      ['a backup after it was taken away, and `retention` would have kept that'],
      ['a backup after it was taken away, and `retention` would have kept that'],
      ['a later backup names it, and `retention` would have kept it'],
    ]);
  });

  it('counts for `max-delete` together with backups', async () => {
    const test = commandWorld();
    await crashedNight(test, 2);
    await nights(test, 17, { policy: null });
    const outcome = await pruneIn(test, { maxDelete: 2 });
    expect(codes(outcome)).toEqual(['PGB545']);
    expect(outcome.problems[0]?.summary).toContain('2 backups and 1 leftover');
    expect(ids(test)).toHaveLength(17);
  });

  it.each<[string, (test: CommandWorld, left: string) => string]>([
    ['is written again', (_, left) => left],
    ['is joined by another file', (_, left) => left.replace('.dump', '.globals.sql')],
    ['gets a manifest', (_, left) => left.replace('.dump', '.manifest.json')],
    ['is held', (_, left) => left.replace('.dump', '.hold.json')],
  ])('one that %s between plan and deletion stays', async (_, keyOf) => {
    const test = commandWorld();
    await crashedNight(test, 2);
    await nights(test, 9, { policy: null });
    const [left = ''] = orphansIn(test.store);
    const { history } = test.store;
    // Asked last before the deletion.
    test.store.history = async (key, signal) => {
      const answer = await history(key, signal);
      test.store.objects.set(keyOf(test, left), { ...stray(test), modifiedAt: test.clock.now });
      return answer;
    };
    const outcome = await pruneIn(test);
    expect(codes(outcome)).toEqual(['PGB547']);
    expect(keys(test)).toContain(left);
  });

  it('unfinished uploads are dropped after the grace period, those of others never', async () => {
    const test = commandWorld();
    await crashedNight(test, 1);
    await nights(test, 2, { policy: null });
    const options = { expectedBytes: 1, contentType: 'x', signal: never };
    await test.store.startUpload('somebody/elses.bin', options);
    expect((await pruneIn(test)).uploads).toMatchObject({ plan: { keep: [{}], drop: [] }, dropped: [] });
    test.clock.now += 7 * DAY;
    const outcome = await pruneIn(test);
    expect(outcome.uploads).toMatchObject({ plan: { drop: [{}] }, dropped: [expect.anything()] });
    expect([...test.store.unfinished.values()]).toEqual(['somebody/elses.bin']);
  });

  it('a store that does not list uploads costs a warning and nothing else', async () => {
    const test = await twoTooOld();
    const list = test.store.unfinishedUploads;
    test.store.unfinishedUploads = (prefix, signal) => {
      test.store.refuse = call => (call === 'list' ? keyExists('somewhere') : undefined);
      return list(prefix, signal);
    };
    const outcome = await pruneIn(test);
    expect(outcome.names[0]?.deleted).toHaveLength(2);
    expect(outcome.warnings.map(({ code }) => code)).toEqual(['PGB549']);
  });
});

describe('cut short', () => {
  it('after any effect, another run comes to the same end', async () => {
    const reference = await twoTooOld();
    await pruneIn(reference);
    const survivors = ids(reference).length;
    for (let effects = 0; effects < 9; effects++) {
      const test = await twoTooOld();
      test.store.crashAfter(effects);
      await pruneIn(test).catch(() => undefined);
      test.store.revive();
      const wholeBefore = backupsIn(test.store).filter(({ wrong }) => wrong.length > 0);
      expect(wholeBefore, `after ${effects} effects`).toEqual([]);
      await pruneIn(test);
      expect(ids(test).length, `after ${effects} effects`).toBe(survivors);
      // What the crash left has to be old before it is swept.
      test.clock.now += DAY;
      await nights(test, 1, { policy: null });
      await pruneIn(test, { policy: policy('daily: forever') });
      expect(orphansIn(test.store), `after ${effects} effects`).toEqual([]);
    }
  });

  it('cancelled, it tells what has gone', async () => {
    const test = await twoTooOld();
    const controller = new AbortController();
    test.store.refuse = (call, key) => {
      const second = ids(test)[0] ?? '';
      if (call === 'delete' && ids(test).length === 16 && key.includes(second))
        controller.abort(cancelled('SIGTERM'));
      return undefined;
    };
    const outcome = await pruneIn(test, {}, controller.signal);
    expect(outcome.result).toBe('cancelled');
    expect(outcome.names[0]?.deleted).toHaveLength(1);
    expect(codes(outcome)).toEqual(['PGB550']);
  });

  it('cancelled before the first one, it says so, and nothing of a backup that was never asked for', async () => {
    const test = await twoTooOld();
    const outcome = await pruneIn(test, {}, AbortSignal.abort(cancelled('SIGTERM')));
    expect(outcome.problems.map(({ summary }) => summary)).toEqual([
      'The run was cancelled (SIGTERM): nothing was pruned.',
    ]);
  });
});

function stray(test: CommandWorld) {
  return { bytes: Buffer.from('{}'), modifiedAt: test.clock.now - 90 * DAY, contentType: 'x', tags: {} };
}
