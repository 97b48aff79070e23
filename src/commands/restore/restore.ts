// The story of a restore: find, plan, confirm; bring the archive here and verify all of it; and only then make a database
// beside the live one, fill it, compare it, and swap the two. The order is chosen so that the live database is as it was
// until the one transaction that renames it.
import { type ChosenBackup, chooseBackup } from '../../backups/choose-backup.ts';
import { makeId } from '../../backups/id.ts';
import type { TargetFacts } from '../../postgres/target-port.ts';
import { identityMissing } from '../../problems/keys.ts';
import { throwAll } from '../../problems/problem.ts';
import { confirmDiffers, confirmMissing, targetNotNamed } from '../../problems/restore.ts';
import type { RestoreOutcome } from '../../reports/restore-outcome.ts';
import { changesLive, planLines, type RestorePlan } from '../../reports/restore-plan.ts';
import { CatalogReader } from '../read-catalog.ts';
import { change } from './change.ts';
import { RestoreDraft } from './draft.ts';
import { fill } from './fill.ts';
import { judgeTarget, majorOf } from './judge.ts';
import { archivePath, obtain } from './obtain.ts';
import { makePlan, plannedBackup } from './plan.ts';
import { planChange } from './plan-change.ts';
import type { RestoreSettings } from './settings.ts';
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
  const client = await world.target.clientFor(facts.serverMajor, majorOf(plan.backup.clientVersion), signal);
  draft.warn(...client.warnings);
  try {
    const archive = await draft.stage('Download and verify', () =>
      obtain(world, chosen, client, settings.thaw, signal),
    );
    const id = makeId(world.random);
    const carryOut = changesLive(settings.mode) ? change : fill;
    await carryOut(world, settings, draft, { plan, facts, chosen, client, archive, id }, signal);
  } finally {
    // It lies there decrypted.
    await world.disk.remove(archivePath(world));
  }
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
  const wanted = settings.mode === 'new-database' ? settings.newDatabase : world.target.database;
  if (wanted === undefined) throw targetNotNamed();
  const facts = await world.target.facts(wanted, signal);
  const backup = plannedBackup(chosen);
  const judged = judgeTarget(backup, facts, settings, wanted);
  const locked = backup.encrypted && world.opener === null ? [identityMissing(backup.key)] : [];
  const changed = changesLive(settings.mode)
    ? await planChange(world, settings, chosen, facts, signal)
    : undefined;
  const plan = makePlan(
    backup,
    facts,
    settings,
    {
      notes: [...judged.notes, ...(changed?.judged.notes ?? [])],
      problems: [...judged.problems, ...locked, ...(changed?.judged.problems ?? [])],
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
  world.log.info(`To carry it out: ${world.again({ backup: plan.backup.id, confirm: plan.hash })}`);
  if (!world.ask) throw confirmMissing(plan.hash);
  const typed = await world.ask(`Type the name of the database (${plan.database}) to carry it out: `);
  if (typed !== plan.database) throw confirmMissing(plan.hash);
}
