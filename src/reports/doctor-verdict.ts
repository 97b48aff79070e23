// The one sentence that says how a doctor's round ended, its heading and its annotation.
import type { Annotation } from './annotation.ts';
import { countStates, type DoctorOutcome } from './doctor-outcome.ts';
import { clip, oneLine, plural } from './plain-text.ts';
import { shownProblem } from './shown-problem.ts';

/** GitHub cuts a longer message without a word. */
const LIMIT = 4_096;

/** Names nobody. */
export function doctorVerdict({ checks, result }: DoctorOutcome): string {
  if (result === 'cancelled') return 'Doctor was cancelled.';
  const { good, advice, wrong } = countStates(checks);
  const counts = [
    `${wrong} wrong`,
    `${plural(advice, 'piece', 'pieces')} of advice`,
    `${plural(good, 'check')} good`,
  ];
  const end =
    wrong === 0 && result === 'success'
      ? 'Nothing found stands in the way of a backup.'
      : 'A backup would fail, or not count.';
  return `Doctor: ${counts.join(', ')}. ${end}`;
}

export function doctorHeading({ checks, result }: DoctorOutcome): string {
  if (result === 'cancelled') return 'PostgreSQL backup doctor cancelled';
  const { advice, wrong } = countStates(checks);
  if (wrong > 0 || result !== 'success') return 'PostgreSQL backup doctor: something is WRONG';
  return advice > 0 ? 'PostgreSQL backup doctor: fine, with advice' : 'PostgreSQL backup doctor: all good';
}

export function doctorAnnotation(outcome: DoctorOutcome): Annotation | undefined {
  if (outcome.result !== 'failed') return undefined;
  const lines = outcome.problems
    .map(problem => shownProblem(problem, outcome.detail))
    .map(({ code, summary, hint }) => oneLine(`${code}: ${summary} ${hint ?? ''}`, 1_500));
  return {
    level: 'error',
    title: doctorHeading(outcome),
    message: clip([doctorVerdict(outcome), ...lines].join('\n'), LIMIT),
  };
}
