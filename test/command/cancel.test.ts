// A cancel or the run's own time limit at every moment at which the command waits: everything stops at once, nothing of
// it is left, and what was committed by then stays.
import { describe, expect, it } from 'vitest';
import { cancelled, ranOutOfTime } from '../../src/problems/run.ts';
import { backupsIn, commandWorld, DAY, nights } from '../parts/command-world.ts';
import type { Step } from '../parts/fake-postgres.ts';
import type { MemoryStore } from '../parts/memory-store.ts';

async function readyToPrune() {
  const test = commandWorld();
  await nights(test, 15);
  test.clock.now += DAY;
  const controller = new AbortController();
  return { ...test, cancel: () => controller.abort(cancelled('SIGINT')), controller };
}

const STEPS: readonly Step[] = [
  'connect',
  'facts',
  'clientFor',
  'globals',
  'openSnapshot',
  'dump',
  'list',
  'decode',
  'count',
];

describe('while PostgreSQL is asked', () => {
  it.each(STEPS)('%s hangs: the cancel ends it, and all that runs beside it', async step => {
    const { run, postgres, store, journal, cancel, controller } = await readyToPrune();
    const before = [...store.objects.keys()];
    postgres.faults.before = begun => {
      if (begun !== step) return undefined;
      setImmediate(cancel);
      return new Promise(() => {});
    };
    const outcome = await run({}, controller.signal);
    expect(outcome).toMatchObject({ result: 'cancelled', backup: null, prune: null });
    expect(outcome.problems.map(({ code }) => code)).toEqual(['PGB902']);
    expect(outcome.problems[0]?.summary).toBe(
      'The run was cancelled (SIGINT): no backup was made, nothing was pruned.',
    );
    expect(postgres.running).toEqual([]);
    expect([...store.objects.keys()]).toEqual(before);
    expect([...store.unfinished, ...journal]).toEqual([]);
  });

  it('the time limit ends a run the same way, and says which limit', async () => {
    const { run, postgres, store } = await readyToPrune();
    const controller = new AbortController();
    postgres.faults.before = step => {
      if (step !== 'decode') return undefined;
      setImmediate(() => controller.abort(ranOutOfTime(5_000)));
      return new Promise(() => {});
    };
    const outcome = await run({}, controller.signal);
    expect(outcome).toMatchObject({ result: 'failed', backup: null });
    expect(outcome.problems.map(({ summary }) => summary)).toEqual([
      expect.stringContaining('`timeout` of 5 s'),
    ]);
    expect([...postgres.running, ...store.unfinished]).toEqual([]);
  });

  it('a run that is cancelled before it begins asks nobody', async () => {
    const { run, postgres, cancel, controller } = await readyToPrune();
    cancel();
    const from = postgres.steps.length;
    expect((await run({}, controller.signal)).result).toBe('cancelled');
    expect(postgres.steps.slice(from)).toEqual([]);
  });
});

/** Cancels right before the n-th call of the store from now; the number of calls it has seen by then is returned. */
function cancelAtCall(store: MemoryStore, n: number, cancel: () => void): () => number {
  let calls = 0;
  store.refuse = () => {
    calls += 1;
    if (calls === n) cancel();
    return undefined;
  };
  return () => calls;
}

it('while the store is asked, at every call: all or nothing', async () => {
  let calls = 0;
  for (let n = 1; n === 1 || n <= calls + 1; n++) {
    const { run, postgres, store, journal, cancel, controller } = await readyToPrune();
    const before = backupsIn(store).map(({ key }) => key);
    const seen = cancelAtCall(store, n, cancel);
    const outcome = await run({}, controller.signal);
    store.refuse = () => undefined;
    calls = Math.max(calls, seen());
    const found = backupsIn(store);
    expect(found.flatMap(({ wrong }) => wrong)).toEqual([]);
    expect([...postgres.running, ...store.unfinished, ...journal]).toEqual([]);
    const added = found.filter(({ key }) => !before.includes(key));
    expect(added.map(({ manifest }) => manifest.id)).toEqual(outcome.backup ? [outcome.backup.id] : []);
    const pruned = before.filter(key => !found.some(one => one.key === key));
    if (!outcome.backup) expect(pruned).toEqual([]);
    if (n > seen()) expect(outcome.result).toBe('success');
    else expect(outcome.result).toBe('cancelled');
  }
  expect(calls).toBeGreaterThan(15);
});

it('a cancel while the manifest is written: the backup is whole and is told', async () => {
  const { run, store, cancel, controller } = await readyToPrune();
  store.refuse = (call, key) => {
    if (call === 'create' && key.endsWith('manifest.json')) setImmediate(cancel);
    return undefined;
  };
  const create = store.create.bind(store);
  store.create = async (key, bytes, options) => {
    const created = await create(key, bytes, options);
    // The answer comes after the cancel.
    await new Promise(resolve => setTimeout(resolve, 5));
    options.signal.throwIfAborted();
    return created;
  };
  const outcome = await run({}, controller.signal);
  expect(outcome.result).toBe('cancelled');
  expect(outcome.problems.map(({ code }) => code)).toEqual(['PGB903']);
  expect(backupsIn(store).map(({ manifest }) => manifest.id)).toContain(outcome.backup?.id);
});
