// The watch over schedules, a step of watchdog.yml: asks GitHub whether the workflows that should run by themselves still
// may. A schedule that was switched off reports nothing by itself.
import { openWorkflows } from '../../github/rest.ts';
import { readSchedulesInputs, type SchedulesConfig } from '../../inputs/schedules-config.ts';
import { SCHEDULES_INPUTS } from '../../inputs/specs/schedules.ts';
import {
  problemsOfSchedules,
  renderSchedulesSummary,
  type SchedulesOutcome,
  schedulesAnnotation,
  schedulesNotice,
  schedulesToJson,
  schedulesVerdict,
  type WatchedWorkflow,
} from '../../reports/schedules.ts';
import type { Job } from '../job.ts';

export const schedulesJob: Job<SchedulesConfig, SchedulesOutcome> = {
  specs: SCHEDULES_INPUTS,
  read: readSchedulesInputs,
  async run({ files, github }, { run, shown }, signal) {
    const startedAt = Date.now();
    const ask = await openWorkflows(github);
    const workflows: WatchedWorkflow[] = [];
    for (const file of files) workflows.push({ file, state: (await ask.stateOf(file, signal)) ?? null });
    const problems = problemsOfSchedules(workflows);
    return {
      command: 'schedules',
      result: problems.length > 0 ? 'failed' : 'success',
      workflows,
      problems,
      ...shown,
      place: '',
      startedAt,
      durationSeconds: (Date.now() - startedAt) / 1000,
      stages: [],
      runUrl: run.url,
    };
  },
  unstarted: frame => ({ command: 'schedules', ...frame, workflows: [] }),
  notice: schedulesNotice,
  initialOutputs: () => ({}),
  outputs: () => ({}),
  verdict: schedulesVerdict,
  annotation: schedulesAnnotation,
  summary: renderSchedulesSummary,
  json: schedulesToJson,
  afterwards: () => [],
};
