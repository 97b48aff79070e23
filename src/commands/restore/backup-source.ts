// A backup of the destination as the source of a restore.
import type { ChosenBackup } from '../../backups/choose-backup.ts';
import { identityMissing } from '../../problems/keys.ts';
import { archivePath, obtain } from './obtain.ts';
import { plannedBackup } from './plan.ts';
import type { RestoreSettings } from './settings.ts';
import type { Source } from './source.ts';
import type { RestoreWorld } from './world.ts';

export function backupSource(world: RestoreWorld, settings: RestoreSettings, chosen: ChosenBackup): Source {
  const backup = plannedBackup(chosen);
  return {
    chosen,
    async describe() {
      const locked = backup.encrypted && world.opener === null;
      return {
        planned: { backup },
        notes: [],
        problems: locked ? [identityMissing(backup.key)] : [],
      };
    },
    obtain: (client, signal) => obtain(world, chosen, client, settings.thaw, signal),
    // It lies there decrypted.
    close: () => world.disk.remove(archivePath(world)),
  };
}
