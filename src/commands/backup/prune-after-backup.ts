// Pruning as part of a backup: only after the new one was proven and committed, and not while something about it or
// the ones before it is in doubt. In a dry run it only plans.
import { toBackupLines, toCandidates } from '../../backups/choose.ts';
import { pruneStopped } from '../../problems/retention.ts';
import { findVanished } from '../../retention/expiry.ts';
import { carryOut } from '../prune/carry-out.ts';
import { planPruneOf, pruneOptions } from '../prune/plan.ts';
import type { CatalogReader } from '../read-catalog.ts';
import type { World } from '../world.ts';
import type { Draft } from './draft.ts';
import type { BackupSettings } from './settings.ts';
import { acceptedBy, type Survey } from './survey.ts';

export async function pruneAfterBackup(
  world: World,
  reader: CatalogReader,
  settings: BackupSettings,
  { name, identity, now }: Survey,
  draft: Draft,
  signal: AbortSignal,
): Promise<void> {
  const ask = () => reader.read({ name, identity, accepted: acceptedBy(settings), now: now() }, signal);
  const catalog = await ask();
  draft.holds(toBackupLines(catalog));
  const { policy } = settings;
  if (policy === null || !settings.prune) return;
  const prune = { ...settings, policy, doubt: draft.doubt(), taken: draft.backup?.id, now: now() };
  const options = pruneOptions(catalog, prune);
  draft.warn(...findVanished(toCandidates(catalog), catalog.missingLinks, policy, options));
  const plan = await planPruneOf(world, catalog, prune, signal);
  if (settings.dryRun) {
    draft.prune = { plan, deleted: [], failed: [], dryRun: true };
    return;
  }
  if (plan.stopped !== null && plan.delete.length > 0)
    draft.warn(pruneStopped(plan.stopped, plan.confirmable === true));
  draft.prune = await carryOut(world, catalog, plan, signal);
  if (draft.prune.deleted.length > 0) draft.holds(toBackupLines(await ask()));
}
