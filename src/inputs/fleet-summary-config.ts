// What the summary of a fleet needs to know: the names that a backup is expected of.
import { readJson, SMALL_DOCUMENT } from '../backups/read-json.ts';
import { fleetMalformed } from '../problems/fleet.ts';
import type { InputReader, RawInputs } from './raw-inputs.ts';
import { type Read, readAll } from './read.ts';
import { FLEET_SUMMARY_INPUTS } from './specs/fleet.ts';

export interface FleetSummaryConfig {
  /** As they were given, each once, at least one. */
  readonly names: readonly string[];
}

export function readFleetSummaryInputs(raw: RawInputs): Read<FleetSummaryConfig> {
  return readAll(raw, FLEET_SUMMARY_INPUTS, inputs => {
    const names = readNames(inputs);
    return names && { names };
  });
}

function readNames(inputs: InputReader): readonly string[] | undefined {
  const read = readJson(Buffer.from(inputs.text('databases')), SMALL_DOCUMENT);
  const names = 'ok' in read ? namesIn(read.ok) : read.not;
  if (typeof names !== 'string') return names;
  inputs.problems.push(fleetMalformed(names));
  return undefined;
}

/** A text says what is wrong. */
function namesIn(value: unknown): readonly string[] | string {
  if (!Array.isArray(value)) return 'it is not an array';
  if (value.length === 0) return 'it is empty';
  const names: string[] = [];
  for (const [index, entry] of value.entries()) {
    const name: unknown =
      typeof entry === 'object' && entry !== null && 'name' in entry ? entry.name : undefined;
    if (typeof name !== 'string' || name === '') return `entry ${index + 1} has no \`name\``;
    if (names.includes(name)) return `\`${name}\` is in it twice`;
    names.push(name);
  }
  return names;
}
