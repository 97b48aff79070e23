// The summary of a fleet: the last job of backup-fleet.yml. Reads what each database's job has left, and fails where one
// has no backup.
import { type FleetSummaryConfig, readFleetSummaryInputs } from '../../inputs/fleet-summary-config.ts';
import { FLEET_SUMMARY_INPUTS } from '../../inputs/specs/fleet.ts';
import {
  type FleetOutcome,
  fleetOutputsOf,
  fleetToJson,
  initialFleetOutputs,
  judgeFleet,
} from '../../reports/fleet-outcome.ts';
import {
  fleetAnnotation,
  fleetNotice,
  fleetVerdict,
  renderFleetSummary,
} from '../../reports/fleet-summary.ts';
import { readNotes } from '../fleet-notes.ts';
import type { Job } from '../job.ts';

export const fleetSummaryJob: Job<FleetSummaryConfig, FleetOutcome> = {
  specs: FLEET_SUMMARY_INPUTS,
  read: readFleetSummaryInputs,
  async run({ names }, { run, shown }) {
    const startedAt = Date.now();
    const judgement = judgeFleet(names, await readNotes());
    return {
      command: 'fleet-summary',
      ...judgement,
      ...shown,
      place: '',
      startedAt,
      durationSeconds: (Date.now() - startedAt) / 1000,
      stages: [],
      runUrl: run.url,
    };
  },
  unstarted: frame => ({ command: 'fleet-summary', ...frame, lines: [] }),
  notice: fleetNotice,
  initialOutputs: initialFleetOutputs,
  outputs: fleetOutputsOf,
  verdict: fleetVerdict,
  annotation: fleetAnnotation,
  summary: renderFleetSummary,
  json: fleetToJson,
  afterwards: () => [],
};
