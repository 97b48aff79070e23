// What a test file does about a part that this machine can't have: on a laptop its tests are skipped by name and
// told at the end; in CI a part that could have been installed is a failure, so that nothing goes untested in silence.
import { appendFileSync } from 'node:fs';
import { relative } from 'node:path';
import { expect } from 'vitest';
import { MISSING_PARTS_VARIABLE, SKIP_LOG_VARIABLE, type SkipRecord } from './availability-channel.ts';
import { type MissingParts, PARTS, type PartName } from './catalogue.ts';
import { checkout } from './folder.ts';

export interface Availability {
  /** For `describe.skipIf`. */
  missing: boolean;
  /** Which parts are missing and why, empty when none is. */
  reason: string;
}

/** Whether these parts are installed. Installs nothing: `npm test` has done so before the first test. */
export async function need(...names: PartName[]): Promise<Availability> {
  const absent = names.filter(name => !PARTS[name].isHere());
  if (absent.length === 0) return { missing: false, reason: '' };
  const known: MissingParts = JSON.parse(process.env[MISSING_PARTS_VARIABLE] ?? '{}');
  const reason = absent
    .map(name => `${name}: ${known[name] ?? 'not installed yet, npm test does it'}`)
    .join('; ');
  const wanting = absent.some(name => !('ofTheKernel' in PARTS[name]));
  if (process.env.CI === 'true' && wanting)
    throw new Error(`In CI every part must be there. Missing: ${reason}`);
  record({ file: relative(checkout, expect.getState().testPath ?? 'unknown file'), reason });
  return { missing: true, reason };
}

function record(skip: SkipRecord): void {
  const log = process.env[SKIP_LOG_VARIABLE];
  if (log !== undefined) appendFileSync(log, `${JSON.stringify(skip)}\n`);
}
