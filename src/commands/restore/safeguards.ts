// What is put between a restore and a loss: a fence, behind which nobody writes any more, and a safety backup of what is
// about to go. In this order, so that the backup holds the last write.
import { formatInstant } from '../../backups/instant.ts';
import type { Fence } from '../../postgres/live-port.ts';
import { Problem } from '../../problems/problem.ts';
import { fenceNotLifted, safetyFailed } from '../../problems/restore-modes.ts';
import type { RestorePlan } from '../../reports/restore-plan.ts';
import type { RestoreDraft } from './draft.ts';
import type { Filling } from './filling.ts';
import { statementCommand } from './undo.ts';
import type { RestoreWorld } from './world.ts';

/** Takes the fence down again whatever becomes of the work; afterwards the database may be called otherwise (`now`). */
export async function withFence(
  world: RestoreWorld,
  draft: RestoreDraft,
  { plan, facts }: Pick<Filling, 'plan' | 'facts'>,
  signal: AbortSignal,
  work: (fence: Fence | null) => Promise<void>,
  now: () => string = () => plan.database,
): Promise<void> {
  if (!plan.fence) return work(null);
  const place = { ...plan.target, maintenanceDatabase: facts.maintenanceDatabase };
  const fence = await draft.stage('Fence', async () => {
    const since = formatInstant(world.now());
    const raised = await world.target.live.fence(plan.database, { since }, signal);
    world.log.info(`To take the fence down by hand:\n  ${statementCommand(place, raised.undo)}`);
    return raised;
  });
  try {
    await work(fence);
  } finally {
    await fence.lift(now()).catch((error: unknown) => {
      if (!(error instanceof Problem)) throw error;
      draft.warn(fenceNotLifted(now(), statementCommand(place, fence.undo), error.detail ?? error.summary));
    });
    await fence.close();
  }
}

/** The id of the backup; null where the plan wants none. */
export async function backUpFirst(
  world: RestoreWorld,
  draft: RestoreDraft,
  { safety, database }: RestorePlan,
  signal: AbortSignal,
): Promise<string | null> {
  if (!safety) return null;
  return draft.stage('Safety backup', async () => {
    const { backup, problems } = await world.safety.take(safety.name, signal);
    signal.throwIfAborted();
    const [first] = problems;
    if (!backup)
      throw safetyFailed(database, first ? `${first.code}, ${first.summary}` : 'it left no backup.');
    world.log.info(`Safety backup ${backup.id}, under the name ${safety.name}`);
    return backup.id;
  });
}
