// What a restore test came to, as plain data: everything that summary, Slack, outputs and `--json` are made from.
import { formatInstant, type Instant } from '../backups/instant.ts';
import type { Tier } from '../backups/tier.ts';
import { problemToJson } from './outcome-json.ts';
import type { RunOutcome } from './run-outcome.ts';

/** Seconds, each from the beginning of its own work; null where it was not reached. */
export interface TestTimes {
  /** Download, decryption, digests and a full decode. */
  readonly obtain: number | null;
  /** pg_restore alone. */
  readonly restore: number | null;
  /** From the first byte asked of the store to the first answered query. */
  readonly firstQuery: number | null;
  /** The same to the end of ANALYZE: what a real recovery would take at least (RTO). */
  readonly recovery: number | null;
  /** Of row data that pg_restore brought in. */
  readonly bytesPerSecond: number | null;
}

/** An earlier test of this name. */
export interface EarlierTest {
  readonly at: Instant;
  readonly result: 'passed' | 'failed';
  /** Seconds; null where it was not reached or not recorded. */
  readonly recovery: number | null;
}

export interface RestoreTestOutcome extends RunOutcome {
  readonly command: 'restore-test';
  /** What was found out about the backup; null: nothing, for other reasons (see problems). */
  readonly verdict: 'passed' | 'failed' | null;
  readonly name: string;
  readonly backup: {
    readonly id: string;
    readonly tier: Tier;
    readonly stamp: Instant;
    readonly bytes: number;
    readonly key: string;
    readonly serverVersion: string;
  } | null;
  /** Where it was restored; `isolation` is one line of words. */
  readonly server: { readonly version: string; readonly isolation: string } | null;
  readonly times: TestTimes;
  readonly compared: {
    readonly tables: number;
    readonly rows: number;
    readonly assertions: number;
  } | null;
  /** Key of what was recorded; null where nothing was. */
  readonly evidenceKey: string | null;
  /** Oldest first, without this one. */
  readonly earlier: readonly EarlierTest[];
}

/** For `--json`: keys may be added, none are renamed or removed. */
export function restoreTestToJson(outcome: RestoreTestOutcome): Readonly<Record<string, unknown>> {
  const { backup, earlier, problems, warnings } = outcome;
  return {
    ...outcome,
    startedAt: formatInstant(outcome.startedAt),
    backup: backup && { ...backup, stamp: formatInstant(backup.stamp) },
    earlier: earlier.map(test => ({ ...test, at: formatInstant(test.at) })),
    problems: problems.map(problemToJson),
    warnings: warnings.map(({ code, summary, hint, loud }) => ({ code, summary, hint, loud: loud === true })),
  };
}

/** Name → what it is, as action.yml and the docs say it. */
export const RESTORE_TEST_OUTPUT_DESCRIPTIONS = {
  'backup-id': 'Id of the backup that was tested.',
  verdict: '`passed`, `failed`, or empty where the machine or the store kept the test from a verdict.',
  'evidence-key': 'Key of the evidence that was written; empty when none was.',
  'restore-seconds': 'Seconds that pg_restore took.',
  'first-query-seconds': 'Seconds from the start of the download to the first answered query.',
  'recovery-seconds': 'Seconds from the start of the download to a restored and analyzed database (RTO).',
  'bytes-per-second': 'Bytes of row data restored in a second.',
  'duration-seconds': 'Whole seconds that the run took.',
  result: '`success`, `degraded` (passed, with something to look at), `failed` or `cancelled`.',
} as const;

export type RestoreTestOutputs = Readonly<Record<keyof typeof RESTORE_TEST_OUTPUT_DESCRIPTIONS, string>>;

/** Set from the first line on: a run that was killed reads as failed. */
export function initialRestoreTestOutputs(): RestoreTestOutputs {
  return {
    'backup-id': '',
    verdict: '',
    'evidence-key': '',
    'restore-seconds': '',
    'first-query-seconds': '',
    'recovery-seconds': '',
    'bytes-per-second': '',
    'duration-seconds': '',
    result: 'failed',
  };
}

export function restoreTestOutputsOf(outcome: RestoreTestOutcome): RestoreTestOutputs {
  const { times } = outcome;
  const text = (value: number | null) => (value === null ? '' : String(value));
  return {
    'backup-id': outcome.backup?.id ?? '',
    verdict: outcome.verdict ?? '',
    'evidence-key': outcome.evidenceKey ?? '',
    'restore-seconds': text(times.restore),
    'first-query-seconds': text(times.firstQuery),
    'recovery-seconds': text(times.recovery),
    'bytes-per-second': text(times.bytesPerSecond),
    'duration-seconds': String(Math.round(outcome.durationSeconds)),
    result: outcome.result,
  };
}
