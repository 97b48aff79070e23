// Every action there is: what its action.yml says, and which function of the bundle its stub in dist/ starts. One list
// for the generator and the build.
import { BACKUP_INPUTS } from '../src/inputs/specs/backup.ts';
import { DOCTOR_INPUTS } from '../src/inputs/specs/doctor.ts';
import { FLEET_NOTE_INPUTS, FLEET_SUMMARY_INPUTS } from '../src/inputs/specs/fleet.ts';
import { GATE_INPUTS } from '../src/inputs/specs/gate.ts';
import { PRUNE_INPUTS } from '../src/inputs/specs/prune.ts';
import { RESTORE_INPUTS } from '../src/inputs/specs/restore.ts';
import { RESTORE_TEST_INPUTS } from '../src/inputs/specs/restore-test.ts';
import { SCHEDULES_INPUTS } from '../src/inputs/specs/schedules.ts';
import type { InputSpec } from '../src/inputs/specs/spec.ts';
import { STATUS_INPUTS } from '../src/inputs/specs/status.ts';
import { DOCTOR_OUTPUT_DESCRIPTIONS } from '../src/reports/doctor-outcome.ts';
import { FLEET_OUTPUT_DESCRIPTIONS } from '../src/reports/fleet-outcome.ts';
import { GATE_OUTPUT_DESCRIPTIONS } from '../src/reports/gate-outcome.ts';
import { OUTPUT_DESCRIPTIONS } from '../src/reports/outputs.ts';
import { PRUNE_OUTPUT_DESCRIPTIONS } from '../src/reports/prune-outcome.ts';
import { RESTORE_OUTPUT_DESCRIPTIONS } from '../src/reports/restore-outcome.ts';
import { RESTORE_TEST_OUTPUT_DESCRIPTIONS } from '../src/reports/restore-test-outcome.ts';
import { STATUS_OUTPUT_DESCRIPTIONS } from '../src/reports/status-verdict.ts';

export interface ActionText {
  /** Where action.yml and README.md lie; '' for the root, whose README is the project's own. */
  readonly folder: string;
  /** Of the stub in dist/, without `.js`. */
  readonly stub: string;
  /** What src/index.ts exports for it. */
  readonly start: string;
  readonly name: string;
  readonly description: string;
  readonly icon: string;
  readonly inputs: readonly InputSpec[];
  readonly outputs: Readonly<Record<string, string>>;
}

export const ACTIONS: readonly ActionText[] = [
  {
    folder: '',
    stub: 'backup',
    start: 'runBackupAction',
    name: 'PostgreSQL backup to S3, proven',
    description: 'Back up PostgreSQL to S3, prove that the archive restores, prune by tier, report.',
    icon: 'database',
    inputs: BACKUP_INPUTS,
    outputs: OUTPUT_DESCRIPTIONS,
  },
  {
    folder: 'restore',
    stub: 'restore',
    start: 'runRestoreAction',
    name: 'PostgreSQL restore, planned and compared',
    description:
      'Restore a PostgreSQL backup beside the live database, compare it row by row, swap the two, keep the old one.',
    icon: 'rotate-ccw',
    inputs: RESTORE_INPUTS,
    outputs: RESTORE_OUTPUT_DESCRIPTIONS,
  },
  {
    folder: 'restore-test',
    stub: 'restore-test',
    start: 'runRestoreTestAction',
    name: 'PostgreSQL restore test',
    description:
      'Restore a PostgreSQL backup into a throw-away server, compare it row by row, measure, and record the evidence.',
    icon: 'check-circle',
    inputs: RESTORE_TEST_INPUTS,
    outputs: RESTORE_TEST_OUTPUT_DESCRIPTIONS,
  },
  {
    folder: 'gate',
    stub: 'gate',
    start: 'runGateAction',
    name: 'PostgreSQL migration gate',
    description: 'Let a migration through only if a proven backup of the database is fresh enough.',
    icon: 'shield',
    inputs: GATE_INPUTS,
    outputs: GATE_OUTPUT_DESCRIPTIONS,
  },
  {
    folder: 'prune',
    stub: 'prune',
    start: 'runPruneAction',
    name: 'PostgreSQL backups, pruned by tier',
    description:
      'Delete the PostgreSQL backups that policy lets go, by a plan that gives its reasons, and sweep what crashed runs left.',
    icon: 'scissors',
    inputs: PRUNE_INPUTS,
    outputs: PRUNE_OUTPUT_DESCRIPTIONS,
  },
  {
    folder: '.github/actions/fleet-note',
    stub: 'fleet-note',
    start: 'runFleetNoteAction',
    name: 'Note for the summary of a fleet',
    description:
      'Leaves the outcome of one database for the last job of backup-fleet.yml; used by that workflow alone.',
    icon: 'edit',
    inputs: FLEET_NOTE_INPUTS,
    outputs: {},
  },
  {
    folder: '.github/actions/fleet-summary',
    stub: 'fleet-summary',
    start: 'runFleetSummaryAction',
    name: 'Summary of a fleet',
    description: 'Sums up what the jobs of backup-fleet.yml have left; used by that workflow alone.',
    icon: 'list',
    inputs: FLEET_SUMMARY_INPUTS,
    outputs: FLEET_OUTPUT_DESCRIPTIONS,
  },
  {
    folder: '.github/actions/schedules',
    stub: 'schedules',
    start: 'runSchedulesAction',
    name: 'Watch over schedules',
    description:
      'Fails where a workflow that should run by itself was switched off; used by watchdog.yml alone.',
    icon: 'clock',
    inputs: SCHEDULES_INPUTS,
    outputs: {},
  },
  {
    folder: 'status',
    stub: 'status',
    start: 'runStatusAction',
    name: 'PostgreSQL backup status',
    description:
      'Hold age, size, proof and alarms of PostgreSQL backups against thresholds, fail on what you choose, feed a badge and Prometheus.',
    icon: 'activity',
    inputs: STATUS_INPUTS,
    outputs: STATUS_OUTPUT_DESCRIPTIONS,
  },
  {
    folder: 'doctor',
    stub: 'doctor',
    start: 'runDoctorAction',
    name: 'PostgreSQL backup doctor',
    description:
      'Check database, client, store, keys and job before the first PostgreSQL backup, all at once, and say what to mend.',
    icon: 'heart',
    inputs: DOCTOR_INPUTS,
    outputs: DOCTOR_OUTPUT_DESCRIPTIONS,
  },
];
