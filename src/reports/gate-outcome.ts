// What the gate came to, as plain data: everything that its sentence, summary, comment, outputs and `--json` are made from.
import { formatInstant, type Instant } from '../backups/instant.ts';
import type { Level } from '../backups/level.ts';
import type { Tier } from '../backups/tier.ts';
import { problemToJson, warningToJson } from './outcome-json.ts';
import type { RunOutcome } from './run-outcome.ts';

/** Why it passed: fresh enough, taken right here, no migration in the change, a fork that `on-fork` lets through. */
export const PASS_REASONS = ['fresh', 'backed-up', 'no-migration', 'fork'] as const;
/** `error`: what must be known could not be found out. */
export const FAIL_REASONS = [
  'stale',
  'none',
  'unproven',
  'in-doubt',
  'identity-changed',
  'dump-running',
  'fork',
  'clock',
  'error',
] as const;
export type PassReason = (typeof PASS_REASONS)[number];
export type FailReason = (typeof FAIL_REASONS)[number];

/** The backup that was judged: the one that passes, or the newest that counts. */
export interface JudgedBackup {
  readonly id: string;
  readonly tier: Tier;
  readonly stamp: Instant;
  /** The moment it speaks for; its age counts from here. null: not known (a standby). */
  readonly freshFrom: Instant | null;
  readonly ageSeconds: number | null;
  readonly standby: boolean;
  readonly level: Level;
  /** Stored bytes of the archive. */
  readonly bytes: number;
  readonly key: string;
  readonly signed: boolean;
}

/** What the change holds, where it was asked. */
export interface JudgedChange {
  /** null: not known. */
  readonly files: number | null;
  /** Paths; all of them where the files are known. */
  readonly migrations: readonly string[];
}

export interface GateOutcome extends RunOutcome {
  readonly command: 'gate';
  readonly verdict: 'pass' | 'fail';
  readonly reason: PassReason | FailReason;
  readonly name: string;
  /** null where the run never got to them. */
  readonly rules: {
    readonly maxAgeSeconds: number;
    readonly require: Level;
    readonly restoredWithinSeconds: number | null;
  } | null;
  readonly backup: JudgedBackup | null;
  /** When a restore test passed last, and of which backup; null: none was found or looked for. */
  readonly tested: { readonly backup: string; readonly at: Instant } | null;
  /** null where no files were asked for: on a terminal, with `migrations` set to `**`. */
  readonly change: JudgedChange | null;
  /** null on a terminal. */
  readonly event: string | null;
}

/** For `--json`: keys may be added, none are renamed or removed. */
export function gateToJson(outcome: GateOutcome): Readonly<Record<string, unknown>> {
  const { backup, tested, problems, warnings } = outcome;
  return {
    ...outcome,
    startedAt: formatInstant(outcome.startedAt),
    backup: backup && {
      ...backup,
      stamp: formatInstant(backup.stamp),
      freshFrom: backup.freshFrom === null ? null : formatInstant(backup.freshFrom),
    },
    tested: tested && { ...tested, at: formatInstant(tested.at) },
    problems: problems.map(problemToJson),
    warnings: warnings.map(warningToJson),
  };
}

/** Name → what it is, as action.yml and the docs say it. */
export const GATE_OUTPUT_DESCRIPTIONS = {
  verdict: '`pass` or `fail`; `fail` as well where it could not be found out.',
  reason:
    'Why, in a word. Passed: `fresh`, `backed-up`, `no-migration`, `fork`. Failed: `stale`, `none`, `unproven`, `in-doubt`, `identity-changed`, `dump-running`, `fork`, `clock`, `error`.',
  'backup-id': 'Id of the backup that was judged; empty where there is none or none was looked for.',
  'age-seconds': 'Whole seconds since the moment that backup speaks for.',
  level: 'How far it is proven: `stored` or `restored`.',
} as const;

export type GateOutputs = Readonly<Record<keyof typeof GATE_OUTPUT_DESCRIPTIONS, string>>;

/** Set from the first line on: a run that was killed reads as failed. */
export function initialGateOutputs(): GateOutputs {
  return { verdict: 'fail', reason: 'error', 'backup-id': '', 'age-seconds': '', level: '' };
}

export function gateOutputsOf({ verdict, reason, backup }: GateOutcome): GateOutputs {
  const age = backup?.ageSeconds ?? null;
  return {
    verdict,
    reason,
    'backup-id': backup?.id ?? '',
    'age-seconds': age === null ? '' : String(age),
    level: backup?.level ?? '',
  };
}
