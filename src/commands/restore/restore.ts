// The story of a restore: find, plan, confirm; bring the archive here and verify all of it; and only then make a database
// beside the live one, fill it, compare it, and swap the two. The order is chosen so that the live database is as it was
// until the one transaction that renames it.
import { type ChosenBackup, chooseBackup } from '../../backups/choose-backup.ts';
import { makeId } from '../../backups/id.ts';
import type { ClientFacts, ToolOutput } from '../../postgres/port.ts';
import type { Scratch, TargetFacts } from '../../postgres/target-port.ts';
import { identityMissing } from '../../problems/keys.ts';
import { Problem, throwAll } from '../../problems/problem.ts';
import {
  confirmDiffers,
  confirmMissing,
  leftoverNotDropped,
  rolesMissing,
  targetChanged,
  targetNotNamed,
} from '../../problems/restore.ts';
import type { RestoreOutcome } from '../../reports/restore-outcome.ts';
import { planLines, type RestorePlan } from '../../reports/restore-plan.ts';
import { CatalogReader } from '../read-catalog.ts';
import { compareWithArchive, differenceProblems } from './compare.ts';
import { RestoreDraft } from './draft.ts';
import { judgeLive, judgeTarget, majorOf } from './judge.ts';
import { archivePath, type Obtained, obtain, readThrough } from './obtain.ts';
import { besideName, makePlan, plannedBackup } from './plan.ts';
import type { RestoreSettings } from './settings.ts';
import { dropCommand, undoCommand } from './undo.ts';
import type { RestoreWorld } from './world.ts';

/** Never throws: whatever happens is in the outcome. */
export async function restore(
  world: RestoreWorld,
  settings: RestoreSettings,
  signal: AbortSignal,
): Promise<RestoreOutcome> {
  const draft = new RestoreDraft(world, settings);
  try {
    await run(world, settings, draft, signal);
  } catch (error) {
    draft.fail(error, signal);
  }
  return draft.outcome();
}

async function run(
  world: RestoreWorld,
  settings: RestoreSettings,
  draft: RestoreDraft,
  signal: AbortSignal,
): Promise<void> {
  const chosen = await draft.stage('Find the backup', () => find(world, settings, draft, signal));
  const { plan, facts } = await draft.stage('Plan', async () => {
    const planned = await planFor(world, settings, chosen, signal);
    draft.planned(planned.plan);
    for (const line of planLines(planned.plan, settings.detail)) world.log.info(line);
    return planned;
  });
  throwAll(plan.problems);
  if (settings.dryRun) return;
  await confirm(world, settings, plan);
  const client = await world.target.clientFor(facts.serverMajor, majorOf(plan.backup.clientVersion));
  try {
    const archive = await draft.stage('Download and verify', () =>
      obtain(world, chosen, client, settings.thaw, signal),
    );
    const job: Job = { plan, facts, chosen, client, archive, id: makeId(world.random) };
    await fill(world, settings, draft, job, signal);
  } finally {
    // It lies there decrypted.
    await world.disk.remove(archivePath(world));
  }
}

interface Job {
  readonly plan: RestorePlan;
  readonly facts: TargetFacts;
  readonly chosen: ChosenBackup;
  readonly client: ClientFacts;
  readonly archive: Obtained;
  /** Of this run: in the names beside the live one's. */
  readonly id: string;
}

async function find(
  world: RestoreWorld,
  settings: RestoreSettings,
  draft: RestoreDraft,
  signal: AbortSignal,
): Promise<ChosenBackup> {
  const name = settings.name ?? world.target.database;
  if (name === undefined) throw targetNotNamed();
  const accepted = settings.acceptIdentity === undefined ? [] : [settings.acceptIdentity];
  const now = Math.max(world.now(), await world.store.time(signal));
  const catalog = await new CatalogReader(world).read({ name, accepted, now }, signal);
  draft.warn(...catalog.alarms);
  const choice = chooseBackup(catalog, settings.wish);
  if ('not' in choice) throw choice.not;
  return choice.ok;
}

async function planFor(
  world: RestoreWorld,
  settings: RestoreSettings,
  chosen: ChosenBackup,
  signal: AbortSignal,
): Promise<{ plan: RestorePlan; facts: TargetFacts }> {
  const wanted = settings.mode === 'swap' ? world.target.database : settings.newDatabase;
  if (wanted === undefined) throw targetNotNamed();
  const facts = await world.target.facts(wanted, signal);
  const backup = plannedBackup(chosen);
  const judged = judgeTarget(backup, facts, settings, wanted);
  const locked = backup.encrypted && world.opener === null ? [identityMissing(backup.key)] : [];
  const plan = makePlan(
    backup,
    facts,
    settings,
    { notes: judged.notes, problems: [...judged.problems, ...locked] },
    world.now(),
  );
  return { plan, facts };
}

async function confirm(world: RestoreWorld, settings: RestoreSettings, plan: RestorePlan): Promise<void> {
  const { confirm: given } = settings;
  if (given !== undefined) {
    if (given !== plan.hash) throw confirmDiffers(given, plan.hash);
    return;
  }
  world.log.info(`To carry it out: ${world.again(plan.backup.id, plan.hash)}`);
  if (!world.ask) throw confirmMissing(plan.hash);
  const typed = await world.ask(`Type the name of the database (${plan.database}) to carry it out: `);
  if (typed !== plan.database) throw confirmMissing(plan.hash);
}

/** Everything from here on happens beside the live database, and is taken away again where it fails. */
async function fill(
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
        { ...job, scratch, text: textOf(job), connections: settings.jobs },
        signal,
      );
      throwAll(differenceProblems(compared.differences));
      draft.compared = compared;
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
  { plan, facts, archive, client, chosen, id }: Job,
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
    const lcMonetary = chosen.manifest.server.textSettings.lc_monetary;
    const options = { ...settings, lcMonetary: lcMonetary === facts.lcMonetary ? undefined : lcMonetary };
    await toEnd(scratch.restore(client, archive.file, options), signal);
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

function textOf({ chosen, archive }: Job) {
  const { encoding, textSettings } = chosen.manifest.server;
  return { encoding: archive.locale.get('ENCODING') ?? encoding, settings: textSettings };
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
