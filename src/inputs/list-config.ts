// What `list` needs to know.
import type { Problem } from '../problems/problem.ts';
import { readBackupName } from './backup-name.ts';
import { type Destination, readDestination } from './destination.ts';
import type { KeyTexts } from './key-texts.ts';
import { InputReader, type RawInputs } from './raw-inputs.ts';
import { LIST_INPUTS } from './specs/reading.ts';

export interface ListInputs {
  readonly destination: Destination | undefined;
  /** undefined: all names. */
  readonly name: string | undefined;
  readonly keyTexts: KeyTexts;
  readonly problems: readonly Problem[];
}

export function readListInputs(raw: RawInputs): ListInputs {
  const inputs = new InputReader(raw, LIST_INPUTS);
  return {
    destination: readDestination(inputs),
    name: readBackupName(inputs),
    keyTexts: { verifyKeys: inputs.optional('verify-keys') },
    problems: inputs.problems,
  };
}
