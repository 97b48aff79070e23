// What `list` needs to know.
import type { Problem } from '../problems/problem.ts';
import type { KeyTexts } from './backup-config.ts';
import { type Destination, readDestination } from './destination.ts';
import { InputReader, type RawInputs } from './raw-inputs.ts';
import { LIST_INPUTS } from './spec.ts';

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
    name: inputs.optional('name'),
    keyTexts: {
      ageRecipients: undefined,
      signingKey: undefined,
      verifyKeys: inputs.optional('verify-keys'),
      slackWebhookUrl: undefined,
    },
    problems: inputs.problems,
  };
}
