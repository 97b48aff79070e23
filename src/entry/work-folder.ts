// The one folder that a run owns on disk: 0700, for the passfile. Removed at the end, by `post` after a kill, and by
// the next run on a self-hosted machine where even that did not happen.
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { workFolderRefused } from '../problems/host.ts';

const PREFIX = 'pg-backup-run-';
/** Longer than a job may run (hosted 6 h, self-hosted 5 days): older ones belong to nobody. */
const ABANDONED_AFTER_MS = 6 * 86_400_000;

export async function makeWorkFolder(environment: NodeJS.ProcessEnv): Promise<string> {
  const base = environment.RUNNER_TEMP || tmpdir();
  await removeAbandoned(base);
  try {
    return await mkdtemp(join(base, PREFIX));
  } catch (error) {
    throw workFolderRefused(base, error);
  }
}

/** Only a folder that is certainly one of ours is ever removed. */
export async function removeWorkFolder(folder: string): Promise<void> {
  if (folder.includes(`/${PREFIX}`)) await rm(folder, { recursive: true, force: true });
}

async function removeAbandoned(base: string): Promise<void> {
  for (const entry of await readdir(base).catch(() => [])) {
    if (!entry.startsWith(PREFIX)) continue;
    const folder = join(base, entry);
    const age = await stat(folder).then(
      found => Date.now() - found.mtimeMs,
      () => 0,
    );
    if (age > ABANDONED_AFTER_MS) await removeWorkFolder(folder).catch(() => {});
  }
}
