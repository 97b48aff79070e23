// Every action, by the name under which its stub in dist/ asks for it.
import { runAction } from './action.ts';
import { backupJob } from './jobs/backup.ts';
import { doctorJob } from './jobs/doctor.ts';
import { fleetSummaryJob } from './jobs/fleet-summary.ts';
import { gateJob } from './jobs/gate.ts';
import { pruneJob } from './jobs/prune.ts';
import { restoreJob } from './jobs/restore.ts';
import { restoreTestJob } from './jobs/restore-test.ts';
import { schedulesJob } from './jobs/schedules.ts';
import { statusJob } from './jobs/status.ts';

export function runBackupAction(): Promise<number> {
  return runAction(backupJob);
}

export function runRestoreAction(): Promise<number> {
  return runAction(
    restoreJob({
      ask: undefined,
      again: settled => {
        const [last, ...others] = Object.entries(settled)
          .map(([name, value]) => (value === '' ? `no \`${name}\`` : `\`${name}: ${value}\``))
          .reverse();
        const inputs = others.length === 0 ? last : `${others.reverse().join(', ')} and ${last}`;
        return `run this step again with ${inputs}`;
      },
    }),
  );
}

export function runRestoreTestAction(): Promise<number> {
  return runAction(restoreTestJob);
}

export function runFleetSummaryAction(): Promise<number> {
  return runAction(fleetSummaryJob);
}

export function runStatusAction(): Promise<number> {
  return runAction(statusJob);
}

export function runPruneAction(): Promise<number> {
  return runAction(pruneJob);
}

export function runSchedulesAction(): Promise<number> {
  return runAction(schedulesJob);
}

export function runGateAction(): Promise<number> {
  return runAction(gateJob);
}

export function runDoctorAction(): Promise<number> {
  return runAction(doctorJob);
}
