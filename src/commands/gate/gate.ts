// The story of the gate: is there a migration, is there a backup fresh and proven enough for it, is nobody dumping the
// database right now. Whatever can't be found out fails it; nothing but a look at all of it lets a migration through.
import type { Catalog } from '../../backups/catalog.ts';
import * as problems from '../../problems/gate.ts';
import { Problem } from '../../problems/problem.ts';
import type { FailReason, GateOutcome } from '../../reports/gate-outcome.ts';
import type { BackupOutcome } from '../../reports/outcome.ts';
import { backup } from '../backup/backup.ts';
import { connectPatiently } from '../connect.ts';
import { CatalogReader } from '../read-catalog.ts';
import type { ReadingWorld } from '../world.ts';
import { GateDraft } from './draft.ts';
import { findMigrations } from './migration-files.ts';
import { readNewest } from './newest.ts';
import type { GateSettings } from './settings.ts';
import { type Clocks, type GateVerdict, judgeBackups, judgeDumps } from './verdict.ts';
import type { GateWorld } from './world.ts';

/** A new backup mends these, and nothing else. */
const MENDED_BY_BACKUP: ReadonlySet<FailReason> = new Set(['stale', 'none']);
/** Older backups don't change these. */
const SETTLED: ReadonlySet<FailReason> = new Set(['clock', 'in-doubt', 'identity-changed']);
/** A dump that is just ending is waited for. */
const PAUSES_MS = [500, 2_000];

/** Never throws: whatever happens is in the outcome. */
export async function gate(
  world: GateWorld,
  settings: GateSettings,
  signal: AbortSignal,
): Promise<GateOutcome> {
  const draft = new GateDraft(world, settings);
  try {
    await run(world, settings, draft, signal);
  } catch (error) {
    draft.fail(error, signal);
  }
  return draft.outcome();
}

async function run(
  world: GateWorld,
  settings: GateSettings,
  draft: GateDraft,
  signal: AbortSignal,
): Promise<void> {
  const { event, onFork } = settings;
  const migrates = await draft.stage('Look at the change', () => isMigration(world, settings, draft, signal));
  if (!migrates) return draft.pass('no-migration');
  if (event.fork) {
    if (onFork === 'fail') return draft.refuse({ reason: 'fork', problem: problems.forkNotChecked() });
    draft.warn(problems.forkLetThrough());
    return draft.pass('fork');
  }
  const { bucket } = world;
  if (!bucket) throw new Error('the gate has no store to look at');
  const look = () => lookAtBackups(bucket, settings, draft, signal);
  let verdict = await draft.stage('Look at the backups', look);
  let taken: string | undefined;
  if (verdict.failed && settings.onStale === 'backup' && MENDED_BY_BACKUP.has(verdict.failed.reason)) {
    if (!event.trusted) draft.warn(problems.noBackupOnEvent(event.name ?? ''));
    const made = await takeBackup(world, draft, signal);
    if (made && !made.backup) {
      draft.refuse(verdict.failed);
      return draft.found(made.problems);
    }
    taken = made?.backup?.id;
    if (made) verdict = await draft.stage('Look at the new backup', look);
  }
  if (verdict.failed) return draft.refuse(verdict.failed);
  const busy = await draft.stage('Look for running dumps', () => lookForDumps(world, signal));
  if (busy) return draft.refuse(busy);
  draft.pass(verdict.backup !== null && verdict.backup.id === taken ? 'backed-up' : 'fresh');
}

/** What can't be known is one. */
async function isMigration(
  { github }: GateWorld,
  { event, migrations }: GateSettings,
  draft: GateDraft,
  signal: AbortSignal,
): Promise<boolean> {
  if (event.change === null || migrations.includes('**')) return true;
  draft.change = { files: null, migrations: [] };
  if (!github) {
    draft.warn(problems.filesNotKnown('no `github-token` is given'));
    return true;
  }
  try {
    const files = await github.changedFiles(event.change, signal);
    if (files === undefined) {
      draft.warn(problems.filesNotKnown('GitHub does not tell all of them'));
      return true;
    }
    const found = findMigrations(files, migrations);
    draft.change = { files: files.length, migrations: found };
    return found.length > 0;
  } catch (error) {
    if (signal.aborted || !(error instanceof Problem)) throw error;
    draft.warn(problems.filesNotKnown(error.summary));
    return true;
  }
}

async function lookAtBackups(
  bucket: ReadingWorld,
  settings: GateSettings,
  draft: GateDraft,
  signal: AbortSignal,
): Promise<GateVerdict> {
  const { store } = bucket;
  const clocks: Clocks = { machine: bucket.now(), store: await store.time(signal) };
  const now = Math.max(clocks.machine, clocks.store);
  const accepted = settings.acceptIdentity === undefined ? [] : [settings.acceptIdentity];
  const judge = (catalog: Catalog) => judgeBackups(catalog, settings, clocks);
  const since = now - settings.maxAgeMs;
  const catalog = await readNewest(
    { store, reader: new CatalogReader(bucket) },
    { name: settings.name, accepted, now },
    {
      since,
      tests: settings.restoredWithinMs !== undefined,
      settled: (found, next) => {
        const { failed, backup } = judge(found);
        const isLast = backup !== null && next !== undefined && next < since;
        return failed === undefined || SETTLED.has(failed.reason) || isLast;
      },
    },
    signal,
  );
  draft.warn(...catalog.alarms);
  const verdict = judge(catalog);
  draft.judged(verdict);
  return verdict;
}

/** undefined where no database may be touched. */
async function takeBackup(
  { database }: GateWorld,
  draft: GateDraft,
  signal: AbortSignal,
): Promise<BackupOutcome | undefined> {
  if (!database) return undefined;
  const { outcome } = await backup(database.world, database.settings, signal);
  draft.warn(...outcome.warnings);
  return outcome;
}

async function lookForDumps({ database }: GateWorld, signal: AbortSignal): Promise<GateVerdict['failed']> {
  if (!database) return undefined;
  const source = await connectPatiently(database.world, signal);
  try {
    for (const pause of PAUSES_MS) {
      if ((await source.dumps()).length === 0) return undefined;
      await database.world.pause(pause, signal);
    }
    return judgeDumps(await source.dumps());
  } finally {
    await source.close();
  }
}
