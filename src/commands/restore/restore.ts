// The story of a restore: find, plan, confirm; bring the archive here and verify all of it; and only then make a database
// beside the live one, fill it, compare it, and swap the two. The order is chosen so that the live database is as it was
// until the one transaction that renames it.
import { chooseBackup } from '../../backups/choose-backup.ts';
import { makeId } from '../../backups/id.ts';
import type { TargetFacts } from '../../postgres/target-port.ts';
import { throwAll } from '../../problems/problem.ts';
import { confirmDiffers, confirmMissing, targetNotNamed } from '../../problems/restore.ts';
import type { RestoreOutcome } from '../../reports/restore-outcome.ts';
import { changesLive, planLines, type RestorePlan } from '../../reports/restore-plan.ts';
import { CatalogReader } from '../read-catalog.ts';
import { backupSource, type Found } from './backup-source.ts';
import { change } from './change.ts';
import { RestoreDraft } from './draft.ts';
import { openFileSource } from './file-source.ts';
import { fill } from './fill.ts';
import { judgeTarget, majorOf, restorableOf } from './judge.ts';
import { makePlan } from './plan.ts';
import { planChange } from './plan-change.ts';
import type { RestoreSettings } from './settings.ts';
import type { Source } from './source.ts';
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
  const { file } = settings;
  const source = await draft.stage(file === undefined ? 'Find the backup' : 'Read the file', async () =>
    file === undefined
      ? backupSource(world, settings, await find(world, settings, draft, signal))
      : openFileSource(world, settings, file, signal),
  );
  try {
    const { plan, facts } = await draft.stage('Plan', async () => {
      const planned = await planFor(world, settings, source, signal);
      draft.planned(planned.plan);
      for (const line of planLines(planned.plan, settings.detail)) world.log.info(line);
      return planned;
    });
    throwAll(plan.problems);
    if (settings.dryRun) return;
    await confirm(world, settings, plan);
    const client = await world.target.clientFor(facts.serverMajor, dumpMajorOf(plan, facts), signal);
    draft.warn(...client.warnings);
    const archive = await draft.stage('Download and verify', () => source.obtain(client, signal));
    const id = makeId(world.random);
    const job = { plan, facts, client, archive, id };
    await (changesLive(settings.mode) ? change : fill)(world, settings, draft, job, signal);
  } finally {
    await source.close();
  }
}

/** psql of any major runs plain SQL. */
function dumpMajorOf({ backup, file }: RestorePlan, { serverMajor }: TargetFacts): number {
  if (file?.format === 'sql') return serverMajor;
  return majorOf(backup?.clientVersion ?? file?.clientVersion ?? '') || serverMajor;
}

async function find(
  world: RestoreWorld,
  settings: RestoreSettings,
  draft: RestoreDraft,
  signal: AbortSignal,
): Promise<Found> {
  const name = settings.name ?? world.target.database;
  if (name === undefined) throw targetNotNamed();
  const accepted = settings.acceptIdentity === undefined ? [] : [settings.acceptIdentity];
  const now = Math.max(world.now(), await world.store.time(signal));
  const catalog = await new CatalogReader(world).read({ name, accepted, now }, signal);
  draft.warn(...catalog.alarms);
  const choice = chooseBackup(catalog, settings.wish);
  if ('not' in choice) throw choice.not;
  return { chosen: choice.ok, tests: catalog.tests };
}

async function planFor(
  world: RestoreWorld,
  settings: RestoreSettings,
  source: Source,
  signal: AbortSignal,
): Promise<{ plan: RestorePlan; facts: TargetFacts }> {
  const wanted = settings.mode === 'new-database' ? settings.newDatabase : world.target.database;
  if (wanted === undefined) throw targetNotNamed();
  const facts = await world.target.facts(wanted, signal);
  const described = await source.describe(facts, signal);
  const { planned, expected, notes, problems } = described;
  const judged = judgeTarget(restorableOf(planned), facts, settings, wanted);
  const changed = changesLive(settings.mode)
    ? await planChange(world, settings, described, facts, signal)
    : undefined;
  const plan = makePlan(
    planned,
    facts,
    settings,
    {
      notes: [...notes, ...judged.notes, ...(changed?.judged.notes ?? [])],
      problems: [...judged.problems, ...problems, ...(changed?.judged.problems ?? [])],
      expected,
    },
    world.now(),
    changed?.touched,
  );
  return { plan, facts };
}

async function confirm(world: RestoreWorld, settings: RestoreSettings, plan: RestorePlan): Promise<void> {
  const { confirm: given } = settings;
  if (given !== undefined) {
    if (given !== plan.hash) throw confirmDiffers(given, plan.hash);
    return;
  }
  const { hash, backup } = plan;
  world.log.info(`To carry it out: ${world.again({ ...(backup && { backup: backup.id }), confirm: hash })}`);
  if (!world.ask) throw confirmMissing(plan.hash);
  const typed = await world.ask(`Type the name of the database (${plan.database}) to carry it out: `);
  if (typed !== plan.database) throw confirmMissing(plan.hash);
}
