// The safety backup of a restore: the backup command itself, on the restore's target and destination, with the settings
// that make it take whatever is there.
import { backup } from '../commands/backup/backup.ts';
import type { SafetyBackup } from '../commands/restore/world.ts';
import type { RestoreConfig } from '../inputs/restore-config.ts';
import type { Log } from '../reports/log.ts';
import type { Workplace } from './job.ts';
import { backupWorld } from './world.ts';

/** What the backup command has defaults for in its own inputs. */
const SETTINGS = {
  tier: 'safety',
  timezone: 'UTC',
  policy: null,
  minKeep: 0,
  maxDelete: 0,
  prune: false,
  compression: 'auto',
  counts: true,
  acceptIdentity: undefined,
  lockWaitTimeoutMs: 60_000,
  // Whatever its size: it may be small because of what it is to save from.
  shrinkGuardPercent: Number.POSITIVE_INFINITY,
  allowEmpty: true,
  dryRun: false,
} as const;

export function safetyBackup(config: RestoreConfig, workplace: Workplace): SafetyBackup {
  // It is one stage of the restore, and has none of its own.
  const log: Log = { ...workplace.log, stage: (_title, work) => work() };
  return {
    encrypted: workplace.keys.encryption !== null,
    async take(name, signal) {
      const world = backupWorld({ ...config, ...SETTINGS }, { ...workplace, log });
      try {
        return (await backup(world, { ...SETTINGS, ...workplace.shown, name, warnings: [] }, signal)).outcome;
      } finally {
        world.store.close();
      }
    },
  };
}
