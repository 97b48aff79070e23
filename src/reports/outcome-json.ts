// A backup's outcome as data, for `--json` and the report artifact: keys may be added to it, none are renamed or
// removed. It tells everything whatever `detail` says, so whoever prints it decides who reads it.
import { formatInstant } from '../backups/instant.ts';
import type { Tier } from '../backups/tier.ts';
import type { Problem, ProblemKind, Warning } from '../problems/problem.ts';
import type { Decision } from '../retention/plan.ts';
import { backupToJson, type ListedBackupJson } from './list-json.ts';
import type { BackupOutcome, NewBackup, PruneOutcome } from './outcome.ts';
import type { Result } from './run-outcome.ts';

export interface ProblemJson {
  readonly code: string;
  readonly kind: ProblemKind;
  readonly summary: string;
  readonly hint: string;
  /** Last lines that a tool or server printed. */
  readonly detail: string | null;
}

export interface WarningJson {
  readonly code: string;
  readonly summary: string;
  readonly hint: string;
  readonly loud: boolean;
}

export interface NewBackupJson extends ListedBackupJson {
  readonly manifestKey: string;
  readonly rawBytes: number;
  readonly sha256: string;
  /** ISO instant; null = kept by number, or for ever. */
  readonly expiresAt: string | null;
  /** How many of its tier policy keeps; null = no number decides. */
  readonly keptByCount: number | null;
  readonly compression: string;
  readonly encrypted: boolean;
  readonly signed: boolean;
}

export interface DecisionJson {
  readonly id: string;
  readonly tier: Tier;
  readonly taken: string;
  readonly bytes: number;
  readonly reasons: readonly string[];
}

export interface PruneJson {
  readonly keep: readonly DecisionJson[];
  readonly delete: readonly DecisionJson[];
  readonly anchor: string | null;
  readonly stopped: string | null;
  readonly notices: readonly string[];
  readonly deleted: readonly string[];
  readonly failed: readonly { readonly id: string; readonly why: string }[];
  readonly dryRun: boolean;
}

export interface BackupOutcomeJson {
  readonly command: 'backup';
  readonly result: Result;
  readonly name: string;
  readonly place: string;
  readonly tier: Tier | null;
  readonly tierReason: string | null;
  /** ISO instant in UTC. */
  readonly startedAt: string;
  readonly durationSeconds: number;
  readonly source: BackupOutcome['source'];
  readonly backup: NewBackupJson | null;
  readonly problems: readonly ProblemJson[];
  readonly warnings: readonly WarningJson[];
  readonly held: readonly {
    readonly tier: Tier;
    readonly count: number;
    readonly bytes: number;
    readonly newest: string;
  }[];
  readonly prune: PruneJson | null;
  readonly stages: BackupOutcome['stages'];
  readonly runUrl: string | null;
}

export function outcomeToJson(outcome: BackupOutcome): BackupOutcomeJson {
  return {
    command: outcome.command,
    result: outcome.result,
    name: outcome.name,
    place: outcome.place,
    tier: outcome.tier,
    tierReason: outcome.tierReason,
    startedAt: formatInstant(outcome.startedAt),
    durationSeconds: outcome.durationSeconds,
    source: outcome.source,
    backup: outcome.backup && newBackupToJson(outcome.backup),
    problems: outcome.problems.map(problemToJson),
    warnings: outcome.warnings.map(warningToJson),
    held: outcome.held.map(tier => ({ ...tier, newest: formatInstant(tier.newest) })),
    prune: outcome.prune && pruneToJson(outcome.prune),
    stages: outcome.stages,
    runUrl: outcome.runUrl,
  };
}

export function problemToJson(problem: Problem): ProblemJson {
  const { code, kind, summary, hint, detail } = problem;
  return { code, kind, summary, hint, detail: detail ?? null };
}

export function warningToJson({ code, summary, hint, loud }: Warning): WarningJson {
  return { code, summary, hint, loud: loud === true };
}

function newBackupToJson(backup: NewBackup): NewBackupJson {
  return {
    ...backupToJson(backup),
    manifestKey: backup.manifestKey,
    rawBytes: backup.rawBytes,
    sha256: backup.sha256,
    expiresAt: backup.expiresAt === null ? null : formatInstant(backup.expiresAt),
    keptByCount: backup.keptByCount,
    compression: backup.compression,
    encrypted: backup.encrypted,
    signed: backup.signed,
  };
}

function pruneToJson({ plan, deleted, failed, dryRun }: PruneOutcome): PruneJson {
  return {
    keep: plan.keep.map(decisionToJson),
    delete: plan.delete.map(decisionToJson),
    anchor: plan.anchor,
    stopped: plan.stopped,
    notices: plan.notices,
    deleted,
    failed,
    dryRun,
  };
}

export function decisionToJson({ id, tier, stamp, bytes, reasons }: Decision): DecisionJson {
  return { id, tier, taken: formatInstant(stamp), bytes, reasons };
}
