// The gate on backups that really were taken, on a store in memory: what it lets through, what it reads, what it touches.
import { beforeEach, describe, expect, it } from 'vitest';
import { canonicalJson, sha256Hex } from '../../src/backups/canonical-json.ts';
import { formatInstant } from '../../src/backups/instant.ts';
import { parseKey, printKey } from '../../src/backups/key.ts';
import { gate } from '../../src/commands/gate/gate.ts';
import { DEFAULT_MIGRATIONS } from '../../src/commands/gate/migration-files.ts';
import type { GateEvent, GateSettings } from '../../src/commands/gate/settings.ts';
import type { GateWorld } from '../../src/commands/gate/world.ts';
import type { ChangedFile, GitHub } from '../../src/github/port.ts';
import { githubRefused } from '../../src/problems/github.ts';
import { wrongPassword } from '../../src/problems/postgres.ts';
import { noCredentials } from '../../src/problems/storage-access.ts';
import {
  settings as backupSettings,
  backupsIn,
  type CommandWorld,
  commandWorld,
  DAY,
  HOUR,
  never,
  nights,
} from '../parts/command-world.ts';
import type { MemoryObject } from '../parts/memory-store.ts';

const TERMINAL: GateEvent = { name: null, trusted: true, fork: false, change: null, pull: null };
const PULL: GateEvent = {
  name: 'pull_request',
  trusted: false,
  fork: false,
  change: { by: 'pull', number: 12, head: 'a'.repeat(40), files: null },
  pull: 12,
};
const PUSH: GateEvent = {
  ...TERMINAL,
  name: 'push',
  change: { by: 'range', base: 'a'.repeat(40), head: 'b'.repeat(40) },
};

interface Wish {
  readonly settings?: Partial<GateSettings>;
  readonly event?: GateEvent;
  /** What GitHub answers; default: no token. */
  readonly files?: readonly string[] | 'refused' | 'unknown';
  /** The database is given. */
  readonly database?: boolean;
  readonly bucket?: boolean;
  readonly signal?: AbortSignal;
}

let test: CommandWorld;
beforeEach(() => {
  test = commandWorld();
});

async function ask({
  settings = {},
  event = TERMINAL,
  files,
  database = false,
  bucket = true,
  signal = never,
}: Wish = {}) {
  const world: GateWorld = {
    now: test.world.now,
    log: test.world.log,
    run: { url: null },
    github: files === undefined ? null : github(files),
    bucket: bucket ? test.world : null,
    database: database
      ? {
          world: test.world,
          settings: { ...backupSettings(), policy: null, tier: 'pre-migration', name: 'app' },
        }
      : null,
  };
  const all: GateSettings = {
    name: 'app',
    event,
    maxAgeMs: 26 * HOUR,
    require: 'stored',
    restoredWithinMs: undefined,
    onStale: 'fail',
    onFork: 'fail',
    acceptIdentity: undefined,
    migrations: DEFAULT_MIGRATIONS,
    detail: 'full',
    warnings: [],
    ...settings,
  };
  const outcome = await gate(world, all, signal);
  const { result, verdict, reason, problems, warnings } = outcome;
  const codes = [...problems, ...warnings].map(({ code }) => code);
  return { outcome, result, verdict, reason, codes };
}

function github(files: NonNullable<Wish['files']>): GitHub {
  return {
    async changedFiles() {
      if (files === 'refused') throw githubRefused('list files', 403, 'no');
      if (files === 'unknown') return undefined;
      return files.map((path): ChangedFile => ({ path, previous: null }));
    },
    async comment() {},
  };
}

function addTest(result: 'passed' | 'failed', at: number, of = -1): MemoryObject {
  const found = backupsIn(test.store).at(of);
  const place = parseKey(found?.key ?? '');
  if (!found || !place) throw new Error('no such backup');
  const bytes = test.store.objects.get(found.key)?.bytes ?? Buffer.alloc(0);
  const key = printKey({ ...place, kind: 'evidence', testStamp: at, testId: 'aaaaaaaa' });
  const evidence = {
    format: 1,
    result,
    backup: found.manifest.id,
    manifestSha256: sha256Hex(bytes),
    at: formatInstant(at),
    signature: null,
  };
  const object = {
    bytes: canonicalJson(evidence),
    modifiedAt: at,
    contentType: 'application/json',
    tags: {},
  };
  test.store.objects.set(key, object);
  return object;
}

describe('the gate', () => {
  it('lets through what a fresh backup covers', async () => {
    await nights(test, 3);
    const { outcome, ...said } = await ask();
    const newest = backupsIn(test.store).at(-1)?.manifest;
    expect(said).toEqual({ result: 'success', verdict: 'pass', reason: 'fresh', codes: [] });
    expect(outcome).toMatchObject({
      name: 'app',
      backup: { id: newest?.id, ageSeconds: DAY / 1000, level: 'stored', tier: 'daily' },
      tested: null,
      change: null,
      event: null,
    });
  });

  it('closes when the newest is too old, and says how old', async () => {
    await nights(test, 3);
    test.clock.now += 3 * HOUR;
    const { outcome, ...said } = await ask();
    expect(said).toEqual({ result: 'failed', verdict: 'fail', reason: 'stale', codes: ['PGB650'] });
    expect(outcome.backup?.ageSeconds).toBe((DAY + 3 * HOUR) / 1000);
    expect(outcome.problems[0]?.summary).toContain('27 h');
  });

  it('takes exactly this name', async () => {
    await test.run({ name: 'app2' });
    await test.run({ name: 'ap' });
    expect(await ask()).toMatchObject({ reason: 'none', codes: ['PGB651'] });
    await test.run({ name: 'app' });
    expect(await ask()).toMatchObject({ reason: 'fresh' });
  });

  it('takes a pre-migration backup for fresh, and no safety one', async () => {
    await test.run({ tier: 'safety' });
    expect(await ask()).toMatchObject({ reason: 'none' });
    await test.run({ tier: 'pre-migration' });
    expect(await ask()).toMatchObject({ reason: 'fresh' });
  });

  it('closes on what is in doubt at the newest stamp, and on a store that will not answer', async () => {
    await nights(test, 3);
    const newest = backupsIn(test.store).at(-1);
    const manifest = test.store.objects.get(newest?.key ?? '');
    if (manifest)
      manifest.bytes = Buffer.from(manifest.bytes.toString().replace('"format":1,', '"format":9,'));
    expect(await ask()).toMatchObject({ reason: 'in-doubt', codes: ['PGB528', 'PGB528'] });
    test.store.refuse = () => noCredentials({});
    expect(await ask()).toMatchObject({ verdict: 'fail', reason: 'error', result: 'failed' });
  });

  it('closes when the archive was put there anew with the same size', async () => {
    await test.run();
    const archive = test.store.objects.get(backupsIn(test.store)[0]?.manifest.archive.key ?? '');
    if (archive) archive.bytes = Buffer.alloc(archive.bytes.length);
    expect(await ask()).toMatchObject({ reason: 'in-doubt', codes: ['PGB660'] });
  });

  it('finds the identity of the last backup changed, until it is accepted', async () => {
    await test.run();
    test.clock.now += HOUR;
    test.postgres.facts = { systemIdentifier: '1' };
    await test.run();
    const { outcome, reason } = await ask();
    expect(reason).toBe('identity-changed');
    const accept = /accept-identity: ([0-9a-f]{12})/.exec(outcome.problems[0]?.hint ?? '')?.[1];
    expect(await ask({ settings: { acceptIdentity: accept } })).toMatchObject({ reason: 'fresh' });
    test.clock.now += HOUR;
    await test.run({ acceptIdentity: accept });
    expect(await ask()).toMatchObject({ reason: 'fresh' });
  });

  it('counts the age of a standby’s backup from what it had replayed', async () => {
    test.postgres.facts = { standby: true, replayedAt: test.clock.now - 30 * HOUR };
    await test.run();
    expect(await ask()).toMatchObject({
      reason: 'stale',
      outcome: { backup: { ageSeconds: 30 * 3600, standby: true } },
    });
    test.clock.now += HOUR;
    test.postgres.facts = { standby: true, replayedAt: test.clock.now - 1_500 };
    await test.run();
    expect(await ask()).toMatchObject({ reason: 'fresh', outcome: { backup: { ageSeconds: 2 } } });
    test.clock.now += HOUR;
    test.postgres.facts = { standby: true, replayedAt: null };
    await test.run();
    // The one before it still tells what it holds.
    expect(await ask()).toMatchObject({ reason: 'fresh', outcome: { backup: { ageSeconds: 3602 } } });
  });

  it('wants a restore test where that is asked for: of this backup, or a recent one of any', async () => {
    await nights(test, 40, { policy: null });
    test.clock.now -= DAY - HOUR;
    const strict = { settings: { require: 'restored' as const } };
    const lately = { settings: { require: 'restored' as const, restoredWithinMs: 35 * DAY } };
    expect(await ask(strict)).toMatchObject({ reason: 'unproven', codes: ['PGB652'] });
    expect(await ask(lately)).toMatchObject({ reason: 'unproven', codes: ['PGB653'] });
    addTest('passed', test.clock.now - 20 * DAY, 0);
    expect(await ask(strict)).toMatchObject({ reason: 'unproven' });
    expect(await ask(lately)).toMatchObject({
      reason: 'fresh',
      outcome: { tested: { at: test.clock.now - 20 * DAY }, backup: { level: 'stored' } },
    });
    addTest('failed', test.clock.now - DAY, 3);
    expect(await ask(lately)).toMatchObject({ reason: 'unproven', codes: ['PGB654', 'PGB522'] });
    addTest('passed', test.clock.now - HOUR);
    expect(await ask(strict)).toMatchObject({ reason: 'fresh', outcome: { backup: { level: 'restored' } } });
    expect(await ask(lately)).toMatchObject({ reason: 'fresh' });
  });

  it('sees a failed test however many records were put on top of it', async () => {
    await test.run();
    addTest('failed', test.clock.now + HOUR);
    for (let minute = 1; minute <= 20; minute++)
      addTest('passed', test.clock.now + HOUR + minute * 60_000).bytes = Buffer.from('{}');
    test.clock.now += 5 * HOUR;
    expect(await ask()).toMatchObject({ reason: 'none', codes: expect.arrayContaining(['PGB522']) });
  });

  it('is cancelled without a verdict that could be taken for one', async () => {
    await test.run();
    expect(await ask({ signal: AbortSignal.abort() })).toMatchObject({ verdict: 'fail', reason: 'error' });
  });
});

describe('the change', () => {
  it('needs no backup without a migration, and the store is not even asked', async () => {
    test.store.refuse = () => noCredentials({});
    for (const event of [PULL, PUSH]) {
      const { outcome, ...said } = await ask({ event, files: ['src/app.ts', 'README.md'] });
      expect(said).toEqual({ result: 'success', verdict: 'pass', reason: 'no-migration', codes: [] });
      expect(outcome.change).toEqual({ files: 2, migrations: [] });
    }
  });

  it('needs one with a migration', async () => {
    const files = ['src/app.ts', 'db/migrate/001_orders.rb'];
    expect(await ask({ event: PULL, files })).toMatchObject({
      reason: 'none',
      outcome: { change: { files: 2, migrations: ['db/migrate/001_orders.rb'] } },
    });
    await test.run();
    expect(await ask({ event: PULL, files })).toMatchObject({ reason: 'fresh' });
  });

  it('is taken for a migration where its files are not known', async () => {
    for (const files of ['refused', 'unknown', undefined] as const)
      expect(await ask({ event: PULL, ...(files && { files }) })).toMatchObject({
        reason: 'none',
        codes: ['PGB651', 'PGB661'],
        outcome: { change: { files: null } },
      });
    expect(await ask({ event: { ...PUSH, change: null }, files: ['README.md'] })).toMatchObject({
      reason: 'none',
    });
  });

  it('is judged by the globs that are given', async () => {
    const files = ['schema/next.txt'];
    expect(await ask({ event: PULL, files })).toMatchObject({ reason: 'no-migration' });
    expect(await ask({ event: PULL, files, settings: { migrations: ['schema/**'] } })).toMatchObject({
      reason: 'none',
    });
    expect(await ask({ event: PULL, files, settings: { migrations: ['**'] } })).toMatchObject({
      reason: 'none',
      outcome: { change: null },
    });
  });

  it('of a fork is not looked up in the bucket', async () => {
    const fork = { event: { ...PULL, fork: true }, bucket: false };
    expect(await ask({ ...fork, files: ['README.md'] })).toMatchObject({ reason: 'no-migration' });
    expect(await ask({ ...fork, files: ['a.sql'] })).toMatchObject({
      verdict: 'fail',
      reason: 'fork',
      codes: ['PGB657'],
    });
    expect(await ask({ ...fork, files: ['a.sql'], settings: { onFork: 'pass' } })).toMatchObject({
      verdict: 'pass',
      result: 'degraded',
      reason: 'fork',
      codes: ['PGB658'],
    });
  });
});

describe('the database', () => {
  it('must not be dumped at this moment', async () => {
    await test.run();
    test.postgres.dumps = [{ pid: 7, application: 'pg_dump', seconds: 3 }];
    expect(await ask({ database: true })).toMatchObject({
      verdict: 'fail',
      reason: 'dump-running',
      codes: ['PGB656'],
    });
    expect(test.postgres.running).toEqual([]);
    test.postgres.dumps = [];
    expect(await ask({ database: true })).toMatchObject({ reason: 'fresh' });
  });

  it('is waited for where a dump is just ending', async () => {
    await test.run();
    test.postgres.dumps = [{ pid: 7, application: 'pg-backup-action', seconds: 3 }];
    const { pause } = test.world;
    const patient = {
      ...test.world,
      async pause(milliseconds: number, signal: AbortSignal) {
        test.postgres.dumps = [];
        await pause(milliseconds, signal);
      },
    };
    test = { ...test, world: patient };
    expect(await ask({ database: true })).toMatchObject({ reason: 'fresh' });
  });

  it('that can not be reached closes the gate', async () => {
    await test.run();
    test.postgres.password = 'changed';
    expect(await ask({ database: true })).toMatchObject({
      verdict: 'fail',
      reason: 'error',
      codes: [wrongPassword('a', 'b').code],
    });
  });

  it('is not connected to where the backup is stale, or there is no migration', async () => {
    await ask({ database: true });
    await ask({ database: true, event: PUSH, files: ['README.md'] });
    expect(test.postgres.steps).toEqual([]);
  });
});

describe('on-stale: backup', () => {
  const backup = { settings: { onStale: 'backup' as const }, database: true };

  it('takes a pre-migration backup right there and passes', async () => {
    await nights(test, 2);
    test.clock.now += 3 * DAY;
    const { outcome, ...said } = await ask(backup);
    expect(said).toEqual({ result: 'success', verdict: 'pass', reason: 'backed-up', codes: [] });
    const newest = backupsIn(test.store).at(-1);
    expect(newest).toMatchObject({ manifest: { tier: 'pre-migration' }, wrong: [] });
    expect(outcome.backup).toMatchObject({ id: newest?.manifest.id, ageSeconds: 0 });
    expect(backupsIn(test.store)).toHaveLength(3);
  });

  it('takes none where one is fresh', async () => {
    await test.run();
    expect(await ask(backup)).toMatchObject({ reason: 'fresh' });
    expect(backupsIn(test.store)).toHaveLength(1);
  });

  it('stays closed where the backup fails, with its reason', async () => {
    test.postgres.faults.dumpStatus = 1;
    const { codes, ...said } = await ask(backup);
    expect(said).toMatchObject({ verdict: 'fail', reason: 'none', result: 'failed' });
    expect(codes.slice(0, 1)).toEqual(['PGB651']);
    expect(codes.length).toBeGreaterThan(1);
  });

  it('mends nothing but age: what is in doubt stays closed', async () => {
    await test.run();
    test.store.objects.delete(backupsIn(test.store)[0]?.manifest.archive.key ?? '');
    test.clock.now += HOUR;
    expect(await ask(backup)).toMatchObject({ reason: 'in-doubt' });
    expect(backupsIn(test.store)).toHaveLength(1);
  });

  it('never takes one on a pull request’s event, and says so', async () => {
    const asked = { ...backup, database: false, event: PULL, files: ['a.sql'] };
    expect(await ask(asked)).toMatchObject({ reason: 'none', codes: ['PGB651', 'PGB666'] });
    expect(test.postgres.steps).toEqual([]);
    expect(test.store.effects).toEqual([]);
  });
});

it('only reads: nothing in the store changes without a backup', async () => {
  await nights(test, 2);
  const before = test.store.effects.length;
  await ask();
  test.clock.now += 9 * DAY;
  await ask();
  expect(test.store.effects.length).toBe(before);
});
