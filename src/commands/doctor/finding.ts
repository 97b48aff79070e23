// How findings are made: from a Problem or Warning that exists already, or in words of the doctor's own.
import type { Problem, Warning } from '../../problems/problem.ts';
import type { Area, DoctorCheck } from '../../reports/doctor-outcome.ts';

/** A check, and the problem behind it where it is wrong: the problem decides how the run ends. */
export interface Finding extends DoctorCheck {
  readonly problem?: Problem;
}

export interface Findings {
  good(check: string, words: string): Finding;
  advice(check: string, words: string, remedy: string | null): Finding;
  warned(check: string, warning: Warning): Finding;
  wrong(check: string, problem: Problem): Finding;
}

export function findingsOf(area: Area): Findings {
  const told = ({ code, summary, hint }: Problem | Warning) => ({ code, words: summary, remedy: hint });
  return {
    good: (check, words) => ({ area, check, state: 'good', words, remedy: null, code: null }),
    advice: (check, words, remedy) => ({ area, check, state: 'advice', words, remedy, code: null }),
    warned: (check, warning) => ({ area, check, state: 'advice', ...told(warning) }),
    wrong: (check, problem) => ({ area, check, state: 'wrong', ...told(problem), problem }),
  };
}
