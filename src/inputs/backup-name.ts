// The name that backups are filed under, wherever it is an input.
import { encodeName } from '../backups/name.ts';
import { Problem } from '../problems/problem.ts';
import type { InputReader } from './raw-inputs.ts';

/** undefined: not given. */
export function readBackupName(inputs: InputReader): string | undefined {
  const name = inputs.optional('name');
  if (name === undefined) return undefined;
  try {
    encodeName(name);
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    inputs.problems.push(problem);
  }
  return name;
}
