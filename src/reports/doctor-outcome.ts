// What a doctor's round came to, as plain data: everything that its table, summary, outputs and `--json` are made from.
import { formatInstant } from '../backups/instant.ts';
import type { Problem, ProblemCode } from '../problems/problem.ts';
import { problemToJson, warningToJson } from './outcome-json.ts';
import type { RunOutcome } from './run-outcome.ts';

/** In the order in which they are shown, with their titles. */
export const AREAS = {
  inputs: 'Inputs',
  database: 'Database',
  client: 'Client programs',
  store: 'Store',
  backups: 'Backups that are there',
  keys: 'Encryption and signing',
  retention: 'Retention',
  telling: 'Who is told',
  job: 'Job and machine',
} as const;

export type Area = keyof typeof AREAS;

/** `wrong`: a backup would fail, or not be worth much; `advice`: it works, and could be safer. */
export type State = 'good' | 'advice' | 'wrong';

export interface DoctorCheck {
  readonly area: Area;
  /** e.g. `tls`: for programs, and for docs/doctor.md. */
  readonly check: string;
  readonly state: State;
  /** What was found, in one sentence. */
  readonly words: string;
  /** What to do; null where there is nothing. */
  readonly remedy: string | null;
  readonly code: ProblemCode | null;
}

export interface DoctorOutcome extends RunOutcome {
  readonly command: 'doctor';
  /** In the order of the areas. */
  readonly checks: readonly DoctorCheck[];
}

/** In the order of the areas, each in the order in which it was looked at. */
export function inOrder(checks: readonly DoctorCheck[]): DoctorCheck[] {
  const areas = Object.keys(AREAS);
  return checks.toSorted((a, b) => areas.indexOf(a.area) - areas.indexOf(b.area));
}

export function countStates(checks: readonly DoctorCheck[]): Readonly<Record<State, number>> {
  const count = (state: State) => checks.filter(check => check.state === state).length;
  return { good: count('good'), advice: count('advice'), wrong: count('wrong') };
}

/** What ended a run before anything was asked. */
export function checksOfProblems(problems: readonly Problem[]): DoctorCheck[] {
  return problems.map(({ code, summary, hint }) => ({
    area: 'inputs',
    check: 'inputs',
    state: 'wrong',
    words: summary,
    remedy: hint,
    code,
  }));
}

/** Keys may be added to it, none are renamed or removed. */
export function doctorToJson(outcome: DoctorOutcome) {
  const { result, place, startedAt, durationSeconds, checks, problems, warnings } = outcome;
  return {
    command: 'doctor',
    result,
    place,
    at: formatInstant(startedAt),
    ...countStates(checks),
    checks,
    problems: problems.map(problemToJson),
    warnings: warnings.map(warningToJson),
    durationSeconds,
  };
}

/** Name → what it is, as action.yml and the docs say it. */
export const DOCTOR_OUTPUT_DESCRIPTIONS = {
  status: '`good`, `advice` or `wrong`: the worst of the checks.',
  wrong: 'How many checks found something wrong.',
  advice: 'How many checks have a piece of advice.',
  checks: 'JSON array of the checks that are not good, each with area, check, state and code.',
  'duration-seconds': 'Whole seconds that the run took.',
  result: '`success` (nothing is wrong), `failed` or `cancelled`.',
} as const;

export type DoctorOutputs = Readonly<Record<keyof typeof DOCTOR_OUTPUT_DESCRIPTIONS, string>>;

/** Set from the first line on: a run that was killed found nothing good. */
export function initialDoctorOutputs(): DoctorOutputs {
  return { status: 'wrong', wrong: '0', advice: '0', checks: '[]', 'duration-seconds': '', result: 'failed' };
}

export function doctorOutputsOf({ checks, durationSeconds, result }: DoctorOutcome): DoctorOutputs {
  const { wrong, advice } = countStates(checks);
  const told = checks
    .filter(({ state }) => state !== 'good')
    .map(({ area, check, state, code }) => ({ area, check, state, code }));
  return {
    status: wrong > 0 || result !== 'success' ? 'wrong' : advice > 0 ? 'advice' : 'good',
    wrong: String(wrong),
    advice: String(advice),
    checks: JSON.stringify(told),
    'duration-seconds': String(Math.round(durationSeconds)),
    result,
  };
}
