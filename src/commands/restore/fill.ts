// From a verified archive to the database in its place: made beside the live one, filled, compared, worked on, and at last
// swapped. Whatever fails on the way, what was made is taken away again and the live database has seen nothing of it.
import type { Fence } from '../../postgres/live-port.ts';
import type { ToolOutput } from '../../postgres/port.ts';
import type { Scratch } from '../../postgres/target-port.ts';
import { Problem, throwAll } from '../../problems/problem.ts';
import { leftoverNotDropped, sessionsConnected, swapWaits, targetChanged } from '../../problems/restore.ts';
import { comparedByRows } from '../../problems/restore-files.ts';
import { compareWithArchive, differenceProblems } from './compare.ts';
import { warnOfSchema } from './compare-schema.ts';
import type { RestoreDraft } from './draft.ts';
import { feedSql } from './feed-sql.ts';
import { type Filling, restoreOptionsOf } from './filling.ts';
import { judgeLive } from './judge.ts';
import { readThrough } from './obtain.ts';
import { besideName } from './plan.ts';
import { readyTarget } from './ready.ts';
import { withFence } from './safeguards.ts';
import type { RestoreSettings } from './settings.ts';
import { dropCommand, swapCommand, undoCommand } from './undo.ts';
import type { RestoreWorld } from './world.ts';

export async function fill(
  world: RestoreWorld,
  settings: RestoreSettings,
  draft: RestoreDraft,
  job: Filling,
  signal: AbortSignal,
): Promise<void> {
  // After a swap the fence stands around the database that was put aside.
  const fenced = () => draft.kept ?? job.plan.database;
  const work = (fence: Fence | null) => fillBehind(world, settings, draft, { ...job, fence }, signal);
  await withFence(world, draft, job, signal, work, fenced);
}

async function fillBehind(
  world: RestoreWorld,
  settings: RestoreSettings,
  draft: RestoreDraft,
  job: Filling & { readonly fence: Fence | null },
  signal: AbortSignal,
): Promise<void> {
  const scratch = await draft.stage('Restore', () => load(world, settings, job, signal));
  try {
    await draft.stage('Compare', async () => {
      const compared = await compareWithArchive(
        world,
        { ...job, scratch, text: job.archive.text, connections: settings.jobs },
        signal,
      );
      throwAll(differenceProblems(compared.differences));
      if (compared.unlike.length > 0) draft.warn(comparedByRows(compared.unlike));
      draft.compared = compared;
      const { plan, facts, client, archive } = job;
      // Of a file nobody knows what dumped it, to the minor version.
      if (!plan.backup) return;
      const { noOwner, noAcl } = settings;
      const schema = { source: plan.backup, client, scratch, file: archive.file, noOwner, noAcl };
      draft.warn(...(await warnOfSchema(world, { ...schema, targetMajor: facts.serverMajor }, signal)));
    });
    if (settings.postRestoreSql !== undefined || settings.postRestoreCommand !== undefined)
      await draft.stage('After the restore', () => runUserWork(world, settings, job, scratch, signal));
    await draft.stage('Analyze', () => scratch.analyze(signal));
    await draft.stage(settings.mode === 'swap' ? 'Swap' : 'Hand over', () =>
      handOver(world, settings, draft, job, scratch, signal),
    );
  } finally {
    if (!draft.inPlace && !draft.copyKept) await drop(scratch, draft);
    await scratch.close();
  }
}

async function load(
  world: RestoreWorld,
  settings: RestoreSettings,
  job: Filling,
  signal: AbortSignal,
): Promise<Scratch> {
  const { plan, facts, archive, id } = job;
  await readyTarget(world, settings, job, signal);
  const scratch = await world.target.createScratch(
    {
      name: plan.mode === 'swap' ? besideName(plan.database, 'restore', id) : plan.database,
      locale: archive.locale,
      replaces: plan.replaces?.oid ?? null,
      now: world.now(),
    },
    signal,
  );
  try {
    await archive.foreign?.checkUnchanged();
    await toEnd(pour(scratch, settings, job, signal), signal);
    await archive.foreign?.checkUnchanged();
    // A source that had dropped `public` gets it back with every new database.
    const sourceHadNone = facts.database?.inside?.hasPublic === false && plan.mode === 'swap';
    if (sourceHadNone) await scratch.dropEmptyPublic(signal);
    return scratch;
  } catch (error) {
    await scratch.drop().catch(() => {});
    await scratch.close();
    throw error;
  }
}

async function runUserWork(
  world: RestoreWorld,
  { postRestoreSql, postRestoreCommand }: RestoreSettings,
  { client }: Filling,
  scratch: Scratch,
  signal: AbortSignal,
): Promise<void> {
  if (postRestoreSql !== undefined) await toEnd(await scratch.runSql(client, postRestoreSql), signal);
  if (postRestoreCommand === undefined) return;
  let rest = '';
  await readThrough(scratch.runCommand(postRestoreCommand), signal, piece => {
    const lines = (rest + piece.toString('utf8')).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) world.log.info(`| ${line}`);
  });
  if (rest !== '') world.log.info(`| ${rest}`);
}

/** Hours of restoring are not thrown away for a session that will be gone in a minute. */
const IN_THE_WAY = sessionsConnected('', 0, '').code;

/** The last look at the live database, and then the one step that changes it. */
async function handOver(
  world: RestoreWorld,
  settings: RestoreSettings,
  draft: RestoreDraft,
  { plan, id, fence }: Filling & { readonly fence: Fence | null },
  scratch: Scratch,
  signal: AbortSignal,
): Promise<void> {
  const { replaces } = plan;
  if (!replaces) {
    await scratch.keep();
    draft.replaced({ database: plan.database, kept: null, safety: null, undo: '', drop: '', schemas: [] });
    return;
  }
  const now = await world.target.facts(replaces.name, signal);
  if (now.database?.oid !== replaces.oid || now.systemIdentifier !== plan.target.systemIdentifier)
    throw targetChanged(replaces.name);
  throwAll(judgeLive(now.database, now.user, settings).problems);
  draft.warn(...(await scratch.copyProperties(replaces.oid)));
  // The fence is one of them.
  await fence?.lift(scratch.name);
  const before = besideName(replaces.name, 'before', id);
  const names = { live: replaces.name, kept: before, aside: besideName(replaces.name, 'restore', id) };
  const at = { ...plan.target, maintenanceDatabase: now.maintenanceDatabase };
  signal.throwIfAborted();
  try {
    await scratch.swap({ live: replaces, before, terminateSessions: settings.terminateSessions });
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== IN_THE_WAY) throw error;
    await scratch.putAside();
    draft.copyKept = true;
    throw swapWaits(error, scratch.name, swapCommand(at, { ...names, before, copy: scratch.name }));
  }
  draft.replaced({
    database: replaces.name,
    kept: before,
    safety: null,
    schemas: [],
    undo: undoCommand(at, names),
    drop: dropCommand(at, before),
  });
}

/** What the archive holds, into the new database: by pg_restore, or as plain SQL by psql. */
function pour(scratch: Scratch, settings: RestoreSettings, job: Filling, signal: AbortSignal): ToolOutput {
  const { plan, facts, archive, client } = job;
  const { foreign, file } = archive;
  if (foreign?.sql) {
    const from = { path: plan.file?.path ?? file, serverMajor: facts.serverMajor };
    return scratch.restoreSql(client, feedSql(foreign.sql, from, signal));
  }
  return scratch.restore(client, file, restoreOptionsOf(settings, job));
}

async function drop(scratch: Scratch, draft: RestoreDraft): Promise<void> {
  try {
    await scratch.drop();
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    draft.warn(leftoverNotDropped(scratch.name, error.detail ?? error.summary));
  }
}

function toEnd(tool: ToolOutput, signal: AbortSignal): Promise<void> {
  return readThrough(tool, signal, () => {});
}
