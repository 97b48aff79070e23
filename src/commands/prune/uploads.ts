// Drops the uploads that a crashed run began and nobody will complete. They hold nothing that could be restored, so no doubt
// about the backups stays them; a store or role that can't list them is told and costs nothing else.
import type { Instant } from '../../backups/instant.ts';
import { namePrefix } from '../../backups/key.ts';
import { Problem } from '../../problems/problem.ts';
import { uploadsNotDropped, uploadsNotListed } from '../../problems/prune.ts';
import { isOurUpload, type LeftUpload, planUploads } from '../../retention/left-uploads.ts';
import type { ReadingWorld } from '../world.ts';
import type { PruneDraft } from './draft.ts';
import type { PruneJobSettings } from './settings.ts';

/** `now`: the earlier of the clocks. */
export async function dropUploads(
  world: ReadingWorld,
  { name, graceMs, dryRun }: PruneJobSettings,
  now: Instant,
  draft: PruneDraft,
  signal: AbortSignal,
): Promise<void> {
  const found = await listUploads(world, name, draft, signal);
  draft.uploads = planUploads(found, { now, graceMs });
  if (dryRun) return;
  const { deleted, failed } = draft.dropped;
  for (const { reference } of draft.uploads.drop) {
    try {
      await world.store.abandon(reference, signal);
      deleted.push(reference);
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof Problem)) throw error;
      failed.push({ id: reference, why: error.summary });
    }
  }
  if (failed[0]) draft.found([uploadsNotDropped(failed.length, failed[0].why)]);
}

async function listUploads(
  world: ReadingWorld,
  name: string | undefined,
  draft: PruneDraft,
  signal: AbortSignal,
): Promise<LeftUpload[]> {
  const ours: LeftUpload[] = [];
  try {
    const prefix = name === undefined ? '' : namePrefix(name);
    for await (const upload of world.store.unfinishedUploads(prefix, signal))
      if (isOurUpload(upload, name)) ours.push(upload);
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof Problem)) throw error;
    draft.warn(uploadsNotListed(error.summary));
  }
  return ours;
}
