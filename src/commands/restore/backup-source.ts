// A backup of the destination as the source of a restore.

import type { PastTest } from '../../backups/catalog.ts';
import type { ChosenBackup } from '../../backups/choose-backup.ts';
import { identityMissing } from '../../problems/keys.ts';
import { makeReadable } from '../thaw.ts';
import { archivePath, obtain, readProof } from './obtain.ts';
import { expectedTime, plannedBackup } from './plan.ts';
import type { RestoreSettings } from './settings.ts';
import type { Contents, Source } from './source.ts';
import type { RestoreWorld } from './world.ts';

export interface Found {
  readonly chosen: ChosenBackup;
  /** Restore tests of its name, oldest first. */
  readonly tests: readonly PastTest[];
}

export function backupSource(
  world: RestoreWorld,
  settings: RestoreSettings,
  { chosen, tests }: Found,
): Source {
  const backup = plannedBackup(chosen);
  const contents: Contents = {
    encrypted: backup.encrypted,
    identity: chosen.manifest.identity,
    name: backup.name,
    async proof(signal) {
      const objects = chosen.objects.filter(({ key }) => key === chosen.manifest.proof.key);
      await makeReadable(world, objects, settings.thaw, signal);
      return readProof(world, chosen, signal);
    },
  };
  return {
    async describe() {
      const locked = backup.encrypted && world.opener === null;
      return {
        planned: { backup },
        contents: locked ? null : contents,
        expected: expectedTime(tests),
        notes: [],
        problems: locked ? [identityMissing(backup.key)] : [],
      };
    },
    obtain: (client, signal) => obtain(world, chosen, client, settings.thaw, signal),
    // It lies there decrypted.
    close: () => world.disk.remove(archivePath(world)),
  };
}
