// What a watch over schedules says of each state that GitHub tells.
import { expect, it } from 'vitest';
import { readSchedulesInputs } from '../../../src/inputs/schedules-config.ts';
import { problemsOfSchedules } from '../../../src/reports/schedules.ts';
import { outside } from '../../parts/outside.ts';

it.each([
  ['active', []],
  ['disabled_inactivity', ['PGB697']],
  ['disabled_manually', ['PGB697']],
  ['deleted', ['PGB697']],
  [null, ['PGB698']],
])('of a workflow that is %s', (state, codes) => {
  expect(problemsOfSchedules([{ file: 'backup.yml', state }]).map(({ code }) => code)).toEqual(codes);
});

it('wants to know what to watch, and a token', () => {
  const { problems } = readSchedulesInputs(new Map(), outside());
  expect(problems.map(({ code }) => code)).toEqual(['PGB699', 'PGB699']);
  const given = new Map(
    Object.entries({ workflows: ' backup.yml\n\nrestore-test.yml ', 'github-token': 'ghs_x' }),
  );
  expect(readSchedulesInputs(given, outside()).config?.files).toEqual(['backup.yml', 'restore-test.yml']);
});
