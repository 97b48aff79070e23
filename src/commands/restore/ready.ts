// What every restore does to the server before it makes or changes a database: clears up after those that were killed, and
// sees to the roles.
import type { TargetFacts } from '../../postgres/target-port.ts';
import { rolesMissing } from '../../problems/restore.ts';
import type { Obtained } from './obtain.ts';
import type { RestoreSettings } from './settings.ts';
import type { RestoreWorld } from './world.ts';

export async function readyTarget(
  world: RestoreWorld,
  settings: RestoreSettings,
  { facts, archive }: { facts: TargetFacts; archive: Obtained },
  signal: AbortSignal,
): Promise<void> {
  const { dropped, unfenced } = await world.target.clearUp(signal);
  for (const name of unfenced)
    world.log.info(`Took the fence around ${name} down, which an earlier restore left`);
  for (const name of dropped) world.log.info(`Dropped ${name}, which an earlier restore left`);
  // Rows belong to nobody, and what goes into a schema beside belongs to who restores.
  if (settings.mode === 'data-only' || (settings.mode === 'tables' && !settings.replaceTables)) return;
  const { owners, grants, others } = archive.roles;
  const named = [...(settings.noOwner ? [] : owners), ...(settings.noAcl ? [] : grants), ...others];
  const needed = [...new Set(named)].filter(role => !facts.roles.includes(role)).sort();
  if (needed.length > 0 && !settings.stubRoles) throw rolesMissing(needed);
  if (needed.length > 0) await world.target.createStubRoles(needed, signal);
}
