// What became of a fleet: one line a database, in the order of the list; and what is wrong with it.
import { notAllBackedUp } from '../problems/fleet.ts';
import type { Problem } from '../problems/problem.ts';
import type { FleetNote } from './fleet-note.ts';
import { problemToJson, warningToJson } from './outcome-json.ts';
import type { Result, RunOutcome } from './run-outcome.ts';

export interface FleetLine {
  readonly name: string;
  /** null: its job left none. */
  readonly note: FleetNote | null;
}

export interface FleetOutcome extends RunOutcome {
  readonly command: 'fleet-summary';
  readonly lines: readonly FleetLine[];
}

export interface FleetJudgement {
  readonly result: Result;
  readonly lines: readonly FleetLine[];
  readonly problems: readonly Problem[];
}

/** `notes` in the order of the attempts: a later one takes the place of an earlier. Those of other names are left out. */
export function judgeFleet(names: readonly string[], notes: readonly FleetNote[]): FleetJudgement {
  const latest = new Map(notes.map(note => [note.name, note]));
  const lines = names.map(name => ({ name, note: latest.get(name) ?? null }));
  const missing = lines.filter(line => !isBackedUp(line)).map(({ name }) => name);
  if (missing.length > 0)
    return { result: 'failed', lines, problems: [notAllBackedUp(missing, names.length)] };
  const degraded = lines.some(({ note }) => note?.result === 'degraded');
  return { result: degraded ? 'degraded' : 'success', lines, problems: [] };
}

export function isBackedUp({ note }: FleetLine): boolean {
  return note !== null && (note.result === 'success' || note.result === 'degraded');
}

/** Name → what it is, as action.yml says it. */
export const FLEET_OUTPUT_DESCRIPTIONS = {
  'backed-up': 'How many databases have a backup from this run.',
  failed: 'How many have none.',
  result: '`success`, `degraded` (a backup of each, and something to look at) or `failed`.',
} as const;

export type FleetOutputs = Readonly<Record<keyof typeof FLEET_OUTPUT_DESCRIPTIONS, string>>;

export function initialFleetOutputs(): FleetOutputs {
  return { 'backed-up': '', failed: '', result: 'failed' };
}

export function fleetOutputsOf({ lines, result }: FleetOutcome): FleetOutputs {
  const backedUp = lines.filter(isBackedUp).length;
  return { 'backed-up': String(backedUp), failed: String(lines.length - backedUp), result };
}

export function fleetToJson({ problems, warnings, ...outcome }: FleetOutcome): object {
  return { ...outcome, problems: problems.map(problemToJson), warnings: warnings.map(warningToJson) };
}
