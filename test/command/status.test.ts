// What `status` tells of backups that really were taken, on a store in memory.
import { describe, expect, it } from 'vitest';
import type { StatusSettings } from '../../src/commands/status/settings.ts';
import { type StatusWorld, status } from '../../src/commands/status/status.ts';
import { forbidden } from '../../src/problems/storage-access.ts';
import type { StatusOutcome } from '../../src/reports/status-outcome.ts';
import type { Shelf } from '../../src/storage/shelf-port.ts';
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
import { table } from '../parts/fake-postgres.ts';

const SETTINGS: StatusSettings = {
  name: undefined,
  policy: null,
  timezone: 'UTC',
  minKeep: 3,
  maxDelete: 10,
  shrinkGuardPercent: 50,
  thresholds: {
    minBackups: 2,
    minBytes: null,
    maxBytes: null,
    maxAgeMs: 26 * HOUR,
    maxIdleMs: 2 * DAY,
    restoredWithinMs: null,
    minFree: { share: 0.1 },
  },
  failOn: 'critical',
  storagePrice: { amount: 0.023, currency: 'USD' },
  detail: 'full',
  warnings: [],
};

const NOBODY: StatusWorld['readers'] = { shelf: null, metricsFile: null, page: null, push: null };

function look(
  { world }: CommandWorld,
  change: Partial<StatusSettings> = {},
  readers = NOBODY,
): Promise<StatusOutcome> {
  return status({ ...world, readers }, { ...SETTINGS, ...change }, never);
}

async function ask(test: CommandWorld, change: Partial<StatusSettings> = {}) {
  return (await look(test, change)).names;
}

const failing = ({ checks }: StatusOutcome) =>
  checks.filter(({ failed }) => failed).map(({ check, severity }) => `${severity} ${check}`);

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

describe('the checks', () => {
  it('are fine where backups come every night', async () => {
    const test = commandWorld();
    await nights(test, 3);
    const outcome = await look(test);
    expect(failing(outcome)).toEqual([]);
    expect(outcome).toMatchObject({ result: 'success', verdict: 'ok', problems: [], warnings: [] });
  });

  const only = (change: Partial<StatusSettings['thresholds']>): Partial<StatusSettings> => ({
    thresholds: { ...SETTINGS.thresholds, ...change },
  });

  it.each<[string, (test: CommandWorld) => unknown, Partial<StatusSettings>, string[]]>([
    [
      'too old',
      test => {
        test.clock.now += 3 * HOUR;
      },
      {},
      ['warning age'],
    ],
    [
      'at the threshold is not too old',
      test => {
        test.clock.now += 2 * HOUR;
      },
      {},
      [],
    ],
    [
      'of a standby that was behind',
      async test => {
        test.postgres.facts = { standby: true, replayedAt: test.clock.now - 27 * HOUR };
        await test.run();
      },
      {},
      ['warning age'],
    ],
    [
      'of a standby that did not tell',
      async test => {
        test.postgres.facts = { standby: true, replayedAt: null };
        await test.run();
      },
      {},
      ['warning age'],
    ],
    [
      'nothing written',
      test => {
        test.clock.now += 2 * DAY;
      },
      only({ maxAgeMs: null }),
      ['warning activity'],
    ],
    ['too few', () => {}, only({ minBackups: 4 }), ['warning count']],
    ['as many as wanted', () => {}, only({ minBackups: 3 }), []],
    ['too small', () => {}, only({ minBytes: 1024 ** 3 }), ['warning size']],
    ['too large', () => {}, only({ maxBytes: 1 }), ['warning size']],
    ['not restore-tested', () => {}, only({ restoredWithinMs: DAY }), ['warning proof']],
    [
      'shrunk',
      async test => {
        test.postgres.database.tables = [table(16385, 'public.authors', 4)];
        await test.run();
        test.clock.now += DAY;
      },
      {},
      ['warning size-change'],
    ],
    [
      'an alarm',
      async test => {
        test.postgres.facts = { systemIdentifier: '99' };
        await test.run();
      },
      {},
      ['warning alarms'],
    ],
    [
      'little room on the disk',
      test => {
        test.store.disk = { free: 9_000_000, total: 100_000_000 };
      },
      {},
      ['warning space'],
    ],
    [
      'enough room',
      test => {
        test.store.disk = { free: 10_000_000, total: 100_000_000 };
      },
      {},
      [],
    ],
    [
      'no room on the disk',
      test => {
        test.store.disk = { free: 5, total: 100_000_000 };
      },
      only({ minFree: null }),
      ['critical store'],
    ],
    [
      'no good backup',
      test => test.store.objects.delete(backupsIn(test.store).at(-1)?.manifest.archive.key ?? ''),
      {},
      ['critical backup', 'warning alarms'],
    ],
    ['nothing at all', test => test.store.objects.clear(), {}, ['critical backup']],
  ])('%s', async (_, spoil, change, expected) => {
    const test = commandWorld();
    await nights(test, 3);
    await spoil(test);
    expect(failing(await look(test, change))).toEqual(expected);
  });

  it('a store that refuses is critical, with its own cause', async () => {
    const test = commandWorld();
    await nights(test, 2);
    const refused = forbidden({ doing: 'list objects', action: 's3:ListBucket', place: 's3://b/p' }, {});
    test.store.refuse = call => (call === 'list' ? refused : undefined);
    const outcome = await look(test);
    expect(failing(outcome)).toEqual(['critical store']);
    expect(outcome).toMatchObject({ result: 'failed', verdict: 'critical', problems: [{ code: 'PGB301' }] });
    expect(await look(test, { failOn: 'never' })).toMatchObject({
      result: 'degraded',
      verdict: 'critical',
      problems: [],
      warnings: [{ code: 'PGB562' }],
    });
  });

  it.each<[StatusSettings['failOn'], string, string, string]>([
    ['critical', 'too old', 'degraded', 'warning'],
    ['warning', 'too old', 'failed', 'warning'],
    ['never', 'too old', 'degraded', 'warning'],
    ['critical', 'nothing', 'failed', 'critical'],
    ['warning', 'nothing', 'failed', 'critical'],
    ['never', 'nothing', 'degraded', 'critical'],
  ])('fail-on %s, %s: %s', async (failOn, what, result, verdict) => {
    const test = commandWorld();
    await nights(test, 3);
    if (what === 'nothing') test.store.objects.clear();
    else test.clock.now += 3 * HOUR;
    const outcome = await look(test, { failOn });
    expect(outcome).toMatchObject({ result, verdict });
    expect(outcome.problems.every(({ kind }) => kind === 'stale')).toBe(true);
  });
});

describe('those who read it', () => {
  function memoryShelf(refuse = false): Shelf & { files: Map<string, string> } {
    const files = new Map<string, string>();
    return {
      place: 'memory://shelf',
      files,
      async put(file, text) {
        if (refuse) throw forbidden({ doing: 'write', action: 's3:PutObject', place: 's3://b' }, {});
        files.set(file, text);
      },
      close() {},
    };
  }

  it('get files and metrics, each time anew, and nothing is written among the backups', async () => {
    const test = commandWorld();
    await nights(test, 2);
    const [shelf, textfile, pages] = [memoryShelf(), memoryShelf(), memoryShelf()];
    const pushed: (string | undefined)[] = [];
    const readers: StatusWorld['readers'] = {
      shelf,
      metricsFile: { shelf: textfile, file: 'pg.prom' },
      page: { shelf: pages, file: 'backups.html' },
      push: async (_, name) => void pushed.push(name),
    };
    const effects = test.store.effects.length;
    await look(test, { name: 'app' }, readers);
    expect([...shelf.files.keys()]).toEqual(['index.html', 'status.json', 'badge.json', 'metrics.prom']);
    expect(pages.files.get('backups.html')).toBe(shelf.files.get('index.html'));
    expect(textfile.files.get('pg.prom')).toBe(shelf.files.get('metrics.prom'));
    expect(pushed).toEqual(['app']);
    expect(JSON.parse(shelf.files.get('badge.json') ?? '')).toEqual({
      schemaVersion: 1,
      label: 'backup',
      message: '24 h ago',
      color: 'brightgreen',
      isError: false,
    });
    expect(JSON.parse(shelf.files.get('status.json') ?? '')).toMatchObject({ verdict: 'ok', names: [{}] });
    test.store.objects.clear();
    await look(test, {}, readers);
    expect(JSON.parse(shelf.files.get('badge.json') ?? '')).toMatchObject({ message: 'none', color: 'red' });
    expect(test.store.effects.length).toBe(effects);
  });

  it('that can not be reached cost a warning', async () => {
    const test = commandWorld();
    await nights(test, 2);
    const outcome = await look(
      test,
      {},
      { shelf: memoryShelf(true), metricsFile: null, page: null, push: null },
    );
    expect(outcome.verdict).toBe('ok');
    expect(outcome.warnings.map(({ code }) => code)).toEqual(Array(4).fill('PGB563'));
    expect(outcome.result).toBe('success');
  });

  it('hear of a store that is lost as well', async () => {
    const test = commandWorld();
    const shelf = memoryShelf();
    test.store.refuse = () => forbidden({ doing: 'list', action: 's3:ListBucket', place: 's3://b' }, {});
    await look(test, {}, { shelf, metricsFile: null, page: null, push: null });
    expect(shelf.files.get('metrics.prom')).toContain('backup_store_up 0\n');
  });
});
