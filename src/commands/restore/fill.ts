// From a verified archive to the database in its place: made beside the live one, filled, compared, worked on, and at last
// swapped. Whatever fails on the way, what was made is taken away again and the live database has seen nothing of it.
import type { ClientFacts, ToolOutput } from '../../postgres/port.ts';
import type { Scratch, TargetFacts } from '../../postgres/target-port.ts';
import { Problem, throwAll } from '../../problems/problem.ts';
import { leftoverNotDropped, rolesMissing, targetChanged } from '../../problems/restore.ts';
import { comparedByRows } from '../../problems/restore-files.ts';
import type { RestorePlan } from '../../reports/restore-plan.ts';
import { compareWithArchive, differenceProblems } from './compare.ts';
import { warnOfSchema } from './compare-schema.ts';
import type { RestoreDraft } from './draft.ts';
import { feedSql } from './feed-sql.ts';
import { judgeLive } from './judge.ts';
import { type Obtained, readThrough } from './obtain.ts';
import { besideName } from './plan.ts';
import type { RestoreSettings } from './settings.ts';
import { dropCommand, undoCommand } from './undo.ts';
import type { RestoreWorld } from './world.ts';

export interface Job {
  readonly plan: RestorePlan;
  readonly facts: TargetFacts;
  readonly client: ClientFacts;
  readonly archive: Obtained;
  /** Of this run: in the names beside the live one's. */
  readonly id: string;
}

export async function fill(
  world: RestoreWorld,
  settings: RestoreSettings,
  draft: RestoreDraft,
  job: Job,
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
    if (!draft.inPlace) await drop(scratch, draft);
    await scratch.close();
  }
}

async function load(
  world: RestoreWorld,
  settings: RestoreSettings,
  { plan, facts, archive, client, id }: Job,
  signal: AbortSignal,
): Promise<Scratch> {
  for (const name of await world.target.clearUp(signal))
    world.log.info(`Dropped ${name}, which an earlier restore left`);
  const { owners, grants, others } = archive.roles;
  const named = [...(settings.noOwner ? [] : owners), ...(settings.noAcl ? [] : grants), ...others];
  const needed = [...new Set(named)].filter(role => !facts.roles.includes(role)).sort();
  if (needed.length > 0 && !settings.stubRoles) throw rolesMissing(needed);
  if (needed.length > 0) await world.target.createStubRoles(needed, signal);
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
    await toEnd(pour(scratch, settings, { plan, facts, archive, client }, signal), signal);
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
  { client }: Job,
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

/** The last look at the live database, and then the one step that changes it. */
async function handOver(
  world: RestoreWorld,
  settings: RestoreSettings,
  draft: RestoreDraft,
  { plan, id }: Job,
  scratch: Scratch,
  signal: AbortSignal,
): Promise<void> {
  const { replaces } = plan;
  if (!replaces) {
    await scratch.keep();
    draft.replaced({ database: plan.database, kept: null, undo: '', drop: '' });
    return;
  }
  const now = await world.target.facts(replaces.name, signal);
  if (now.database?.oid !== replaces.oid || now.systemIdentifier !== plan.target.systemIdentifier)
    throw targetChanged(replaces.name);
  throwAll(judgeLive(now.database, now.user, settings).problems);
  draft.warn(...(await scratch.copyProperties(replaces.oid)));
  const before = besideName(replaces.name, 'before', id);
  const names = { live: replaces.name, kept: before, aside: besideName(replaces.name, 'restore', id) };
  const at = { ...plan.target, maintenanceDatabase: now.maintenanceDatabase };
  signal.throwIfAborted();
  await scratch.swap({ live: replaces, before, terminateSessions: settings.terminateSessions });
  draft.replaced({
    database: replaces.name,
    kept: before,
    undo: undoCommand(at, names),
    drop: dropCommand(at, before),
  });
}

/** What the archive holds, into the new database: by pg_restore, or as plain SQL by psql. */
function pour(
  scratch: Scratch,
  settings: RestoreSettings,
  { plan, facts, archive, client }: Omit<Job, 'id'>,
  signal: AbortSignal,
): ToolOutput {
  const { foreign, text, file } = archive;
  if (foreign?.sql) {
    const from = { path: plan.file?.path ?? file, serverMajor: facts.serverMajor };
    return scratch.restoreSql(client, feedSql(foreign.sql, from, signal));
  }
  const lcMonetary = text.settings.lc_monetary;
  const { jobs, noOwner, noAcl } = settings;
  return scratch.restore(client, file, {
    jobs,
    noOwner,
    noAcl,
    serial: foreign?.serial === true,
    lcMonetary: lcMonetary === facts.lcMonetary ? undefined : lcMonetary,
  });
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
