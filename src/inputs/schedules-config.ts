// What the watch over schedules needs to know.
import { schedulesNotGiven } from '../problems/schedules.ts';
import type { RawInputs } from './raw-inputs.ts';
import { type Outside, type Read, readAll } from './read.ts';
import { SCHEDULES_INPUTS } from './specs/schedules.ts';

export interface SchedulesConfig {
  /** Names of files, at least one. */
  readonly files: readonly string[];
  readonly github: { readonly token: string; readonly apiUrl: string; readonly repository: string };
}

export function readSchedulesInputs(raw: RawInputs, { environment }: Outside): Read<SchedulesConfig> {
  return readAll(raw, SCHEDULES_INPUTS, inputs => {
    const files = inputs
      .text('workflows')
      .split(/\r?\n/)
      .map(line => line.trim())
      .filter(line => line !== '');
    const token = inputs.optional('github-token');
    if (files.length === 0) inputs.problems.push(schedulesNotGiven('workflows'));
    if (token === undefined) inputs.problems.push(schedulesNotGiven('github-token'));
    const apiUrl = environment.GITHUB_API_URL || 'https://api.github.com';
    return { files, github: { token: token ?? '', apiUrl, repository: environment.GITHUB_REPOSITORY ?? '' } };
  });
}
