// The backup: the root action and `pg-backup backup`.
import { backup } from '../../commands/backup/backup.ts';
import { type BackupConfig, readBackupInputs } from '../../inputs/backup-config.ts';
import { BACKUP_INPUTS } from '../../inputs/specs/backup.ts';
import { annotationOf } from '../../reports/annotation.ts';
import { backupNotice } from '../../reports/backup-notice.ts';
import type { BackupOutcome } from '../../reports/outcome.ts';
import { outcomeToJson } from '../../reports/outcome-json.ts';
import { initialOutputs, outputsOf } from '../../reports/outputs.ts';
import { renderSummary } from '../../reports/summary.ts';
import { verdict } from '../../reports/verdict.ts';
import type { Job } from '../job.ts';
import { backupWorld } from '../world.ts';

export const backupJob: Job<BackupConfig, BackupOutcome> = {
  specs: BACKUP_INPUTS,
  read: readBackupInputs,
  async run(config, workplace, signal) {
    const world = backupWorld(config, workplace);
    try {
      const { outcome, documents } = await backup(world, { ...config, ...workplace.shown }, signal);
      if (config.reportArtifact) workplace.report(outcome.detail === 'full' ? documents : []);
      return outcome;
    } finally {
      world.store.close();
    }
  },
  unstarted: frame => ({
    command: 'backup',
    ...frame,
    name: '',
    tier: null,
    tierReason: null,
    source: null,
    backup: null,
    history: [],
    held: [],
    prune: null,
  }),
  notice: backupNotice,
  initialOutputs,
  outputs: outputsOf,
  verdict,
  annotation: annotationOf,
  summary: renderSummary,
  json: outcomeToJson,
  afterwards: () => [],
};
