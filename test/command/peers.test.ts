// Failures that other backup tools had, with real losses: each must stay impossible here.
import { expect, it } from 'vitest';
import { backupsIn, commandWorld, DAY, nights, orphansIn } from '../parts/command-world.ts';
import { table } from '../parts/fake-postgres.ts';

const ids = (test: ReturnType<typeof commandWorld>) =>
  backupsIn(test.store).map(({ manifest }) => manifest.id);

it('pg_dump fails: nothing is uploaded, no success is told, and retention is not touched', async () => {
  const test = commandWorld();
  await nights(test, 20, { policy: null });
  const before = [...test.store.objects.keys()];
  test.postgres.faults.dumpStatus = 1;
  const outcome = await test.run();
  expect(outcome).toMatchObject({ result: 'failed', backup: null, prune: null });
  expect([...test.store.objects.keys()]).toEqual(before);
});

it('the exit status of every program counts, however much it wrote', async () => {
  for (const program of ['dump', 'list', 'decode'] as const) {
    const test = commandWorld();
    test.postgres.faults.dumpStatus = program === 'dump' ? 141 : 0;
    if (program !== 'dump')
      test.postgres.faults.before = step => {
        if (step === program) throw new Error('ended with status 1');
      };
    expect((await test.run()).result).toBe('failed');
    expect(test.store.objects.size).toBe(0);
  }
});

it('a truncated dump never becomes the newest backup', async () => {
  const test = commandWorld();
  await nights(test, 2);
  const newest = ids(test).at(-1);
  test.postgres.faults.written = archive => archive.subarray(0, Math.floor(archive.length * 0.9));
  expect((await test.run()).result).toBe('failed');
  expect(ids(test).at(-1)).toBe(newest);
  test.clock.now += DAY;
  test.postgres.faults.written = archive => archive;
  expect((await test.run()).history.at(-1)?.id).toBe(newest);
});

it('an empty dump every day is a failure every day', async () => {
  const test = commandWorld();
  test.postgres.faults.written = () => Buffer.alloc(0);
  const outcomes = await nights(test, 3);
  expect(outcomes.map(({ result }) => result)).toEqual(['failed', 'failed', 'failed']);
  expect(test.store.objects.size).toBe(0);
});

it('what pg_dump says on standard error is a warning while it ends well, and no failure', async () => {
  const test = commandWorld();
  test.postgres.faults.dumpWarnings = ['there are circular foreign-key constraints on this table'];
  expect(await test.run()).toMatchObject({ result: 'success', warnings: [{ code: 'PGB254' }] });
});

it('fifteen failed nights delete nothing', async () => {
  const test = commandWorld();
  await nights(test, 5);
  const before = ids(test);
  test.postgres.faults.dumpStatus = 1;
  const outcomes = await nights(test, 15);
  expect(outcomes.every(({ result }) => result === 'failed')).toBe(true);
  expect(ids(test)).toEqual(before);
  // Ages count from the newest good backup: the next good night deletes only what is too old then.
  test.postgres.faults.dumpStatus = 0;
  const outcome = await test.run();
  expect(outcome.result).toBe('success');
  expect(ids(test)).toHaveLength(3);
});

it('a pause of a year deletes no more than `min-keep` allows', async () => {
  const test = commandWorld();
  await nights(test, 5);
  const before = ids(test);
  test.clock.now += 365 * DAY;
  const outcome = await test.run();
  expect(ids(test)).toEqual([...before.slice(-2), outcome.backup?.id]);
});

it('the name app never touches app-test, nor app_2, nor App', async () => {
  const test = commandWorld();
  for (const name of ['app-test', 'app_2', 'App', 'ap', 'app/x'])
    await nights(test, 2, { name, policy: null });
  const others = [...test.store.objects.keys()];
  test.clock.now += 60 * DAY;
  await nights(test, 20, { name: 'app' });
  expect(backupsIn(test.store).filter(({ manifest }) => manifest.name === 'app')).toHaveLength(15);
  expect([...test.store.objects.keys()]).toEqual(expect.arrayContaining(others));
});

it('a database that lost its tables is a backup that shouts, and older ones stay', async () => {
  const test = commandWorld();
  await nights(test, 16, { policy: null });
  const before = ids(test);
  test.postgres.database.tables = [table(16385, 'public.authors', 0)];
  const outcome = await test.run();
  expect(outcome.result).toBe('degraded');
  expect(outcome.warnings.map(({ summary }) => summary).join()).toContain('SHRUNK');
  expect(ids(test)).toEqual([...before, outcome.backup?.id]);
});

it('several bad nights in a row never rotate the good ones out', async () => {
  const test = commandWorld();
  await nights(test, 5);
  const good = ids(test);
  test.postgres.database.tables = [table(16385, 'public.authors', 0)];
  const outcomes = await nights(test, 2, { shrinkGuardPercent: 50 });
  expect(outcomes.map(({ result }) => result)).toEqual(['degraded', 'degraded']);
  expect(ids(test)).toEqual(expect.arrayContaining(good));
});

it('a row that was written while the dump ran is in neither dump nor count', async () => {
  const test = commandWorld();
  test.postgres.faults.before = step => {
    if (step === 'dump')
      for (const one of test.postgres.database.tables) one.rows = [...one.rows, '999\tlate'];
  };
  expect(await test.run()).toMatchObject({ result: 'success', backup: { rows: 104 } });
});

it('a run after a success is another backup, and never an overwrite', async () => {
  const test = commandWorld();
  await test.run();
  const first = [...test.store.objects].map(([key, { bytes }]) => [key, bytes] as const);
  await test.run();
  expect(backupsIn(test.store)).toHaveLength(2);
  for (const [key, bytes] of first) expect(test.store.objects.get(key)?.bytes).toEqual(bytes);
  expect(orphansIn(test.store)).toEqual([]);
});
