// The story of a prune of its own, name by name, so that memory holds the manifests of one: read, plan, carry out only
// what may be. Then the uploads that nobody will complete. In a dry run it only plans.
import type { Catalog } from '../../backups/catalog.ts';
import { toBackupLine, toCandidates } from '../../backups/choose.ts';
import { chooseBackup } from '../../backups/choose-backup.ts';
import { noNames } from '../../problems/choose.ts';
import * as problems from '../../problems/prune.ts';
import { SHRUNK_CODE } from '../../problems/reports.ts';
import type { PruneRunOutcome } from '../../reports/prune-outcome.ts';
import { namePrunedLine } from '../../reports/prune-text.ts';
import { shrinkWarnings } from '../../reports/shrink.ts';
import { findVanished } from '../../retention/expiry.ts';
import { makeNamePlan, type NamePlan } from '../../retention/name-plan.ts';
import { askClocks, type Clocks } from '../clocks.ts';
import { findNames } from '../names.ts';
import { CatalogReader } from '../read-catalog.ts';
import type { DraftWorld } from '../run-draft.ts';
import type { ReadingWorld } from '../world.ts';
import { deleteBackups } from './carry-out.ts';
import { type NameDraft, PruneDraft } from './draft.ts';
import { deleteLeftovers, objectsOf, planSweepOf, type SweepSettings } from './leftovers.ts';
import { findBackup, planPruneOf, pruneOptions } from './plan.ts';
import type { PruneJobSettings } from './settings.ts';
import { dropUploads } from './uploads.ts';

export type PruneWorld = ReadingWorld & Pick<DraftWorld, 'run'>;

/** Never throws: whatever happens is in the outcome. */
export async function prune(
  world: PruneWorld,
  settings: PruneJobSettings,
  signal: AbortSignal,
): Promise<PruneRunOutcome> {
  const draft = new PruneDraft(world, settings);
  try {
    await run(world, settings, draft, signal);
  } catch (error) {
    draft.fail(error, signal);
  }
  return draft.outcome();
}

async function run(
  world: PruneWorld,
  settings: PruneJobSettings,
  draft: PruneDraft,
  signal: AbortSignal,
): Promise<void> {
  const { clocks, names } = await draft.stage('Look at the store', async () => ({
    clocks: await askClocks(world, signal),
    names: settings.name === undefined ? await findNames(world, signal) : [settings.name],
  }));
  if (names.length === 0) throw noNames(world.store.place);
  await draft.stage(settings.dryRun ? 'Plan' : 'Plan and prune', async () => {
    for (const name of names) await pruneName(world, name, settings, clocks, draft, signal);
  });
  await draft.stage('Unfinished uploads', () => dropUploads(world, settings, clocks.earliest, draft, signal));
  refuseUnknownHashes(settings, draft);
}

async function pruneName(
  world: PruneWorld,
  name: string,
  settings: PruneJobSettings,
  clocks: Clocks,
  draft: PruneDraft,
  signal: AbortSignal,
): Promise<void> {
  const catalog = await new CatalogReader(world).read({ name, now: clocks.latest }, signal);
  if (settings.name !== undefined && catalog.backups.length + catalog.orphans.length === 0)
    throw problems.nothingOfName(name, world.store.place);
  const rules = rulesFor(catalog, settings, clocks);
  const plan = await planOf(world, catalog, rules, signal);
  const seen = draft.planned(plan);
  const vanished = findVanished(
    toCandidates(catalog),
    catalog.missingLinks,
    rules.policy,
    pruneOptions(catalog, rules),
  );
  draft.warn(...catalog.alarms, ...vanished);
  if (!settings.dryRun) await carryOut(world, catalog, seen, settings, draft, signal);
  world.log.info(namePrunedLine({ ...seen, dryRun: settings.dryRun }, settings.detail));
}

function rulesFor(catalog: Catalog, settings: PruneJobSettings, clocks: Clocks): SweepSettings {
  const { asOf } = settings;
  return {
    ...settings,
    asOf: asOf === 'now' ? clocks.latest : asOf,
    doubt: doubtOf(catalog, settings),
    now: clocks.latest,
    graceNow: clocks.earliest,
  };
}

/** The backup itself suspends its own pruning for the same reason; a job of its own must not go behind that. */
function doubtOf(catalog: Catalog, { shrinkGuardPercent }: PruneJobSettings): string | undefined {
  const choice = chooseBackup(catalog, { selector: { by: 'latest' } });
  if ('not' in choice) return undefined;
  const latest = toBackupLine(choice.ok);
  const before = catalog.backups
    .filter(({ ref, standing }) => standing === 'good' && ref.tier !== 'safety' && ref.stamp < latest.stamp)
    .map(toBackupLine)
    .toReversed();
  const shrunk = shrinkWarnings(latest, before, shrinkGuardPercent).some(({ code }) => code === SHRUNK_CODE);
  return shrunk ? 'it is much smaller than the ones before it' : undefined;
}

async function planOf(
  world: PruneWorld,
  catalog: Catalog,
  rules: SweepSettings,
  signal: AbortSignal,
): Promise<NamePlan> {
  const plan = await planPruneOf(world, catalog, rules, signal);
  const sweep = await planSweepOf(world, catalog, rules, plan, signal);
  return makeNamePlan({
    name: catalog.name,
    place: world.store.place,
    prune: plan,
    sweep,
    objects: [
      ...plan.delete.flatMap(({ id }) => findBackup(catalog, id).objects),
      ...sweep.delete.flatMap(decision => objectsOf(catalog, decision)),
    ],
    maxDelete: rules.maxDelete,
    asOf: rules.asOf !== undefined,
  });
}

async function carryOut(
  world: PruneWorld,
  catalog: Catalog,
  { plan, backups, leftovers }: NameDraft,
  { confirm }: PruneJobSettings,
  draft: PruneDraft,
  signal: AbortSignal,
): Promise<void> {
  const { name, stopped, confirmable, hash } = plan;
  if (plan.prune.delete.length + plan.sweep.delete.length === 0) return;
  if (stopped !== null && !confirmable) return draft.found([problems.pruneHeld(name, stopped)]);
  if (stopped !== null && !confirm.includes(hash))
    return draft.found([problems.pruneNeedsConfirm(name, stopped, hash)]);
  await deleteBackups(world, catalog, plan.prune, backups, signal);
  await deleteLeftovers(world, catalog, plan.sweep, leftovers, signal);
  const [first, ...others] = [...backups.failed, ...leftovers.failed];
  if (first) draft.found([problems.notAllDeleted(name, 1 + others.length, `${first.id}: ${first.why}`)]);
}

/** A hash that fits no plan was given for something that isn't so any more. Where a plan still waits for one, that is told already. */
function refuseUnknownHashes({ confirm, dryRun }: PruneJobSettings, draft: PruneDraft): void {
  const hashes = draft.names.map(({ plan }) => plan.hash);
  const unknown = confirm.filter(hash => !hashes.includes(hash));
  if (dryRun || unknown.length === 0 || draft.problems.length > 0) return;
  draft.found([problems.confirmUnknown(unknown)]);
}
