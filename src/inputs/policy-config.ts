// How long to keep what, wherever that is an input: to prune by it, or to say what a prune would do.
import { badTimezone } from '../problems/inputs.ts';
import { isTimezone } from '../retention/periods.ts';
import { type Policy, parsePolicy } from '../retention/policy.ts';
import type { InputReader } from './raw-inputs.ts';

export interface PolicySettings {
  /** null: nothing is ever pruned. */
  readonly policy: Policy | null;
  readonly timezone: string;
  readonly minKeep: number;
  readonly maxDelete: number;
}

export function readPolicySettings(inputs: InputReader): PolicySettings {
  return {
    timezone: readTimezone(inputs),
    policy: readPolicy(inputs),
    minKeep: inputs.count('min-keep'),
    maxDelete: inputs.count('max-delete'),
  };
}

function readPolicy(inputs: InputReader): Policy | null {
  const text = inputs.optional('retention');
  if (text === undefined) return null;
  const parsed = parsePolicy(text);
  if ('ok' in parsed) return parsed.ok;
  inputs.problems.push(...parsed.not);
  return null;
}

function readTimezone(inputs: InputReader): string {
  const timezone = inputs.text('timezone');
  if (isTimezone(timezone)) return timezone;
  inputs.problems.push(badTimezone(timezone));
  return 'UTC';
}
