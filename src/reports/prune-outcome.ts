// What a prune of its own came to, as plain data: everything that summary, notices, outputs and `--json` are made from.
import { formatInstant } from '../backups/instant.ts';
import type { UploadPlan } from '../retention/left-uploads.ts';
import type { NamePlan } from '../retention/name-plan.ts';
import type { SweepDecision } from '../retention/sweep.ts';
import { decisionToJson, problemToJson, warningToJson } from './outcome-json.ts';
import type { RunOutcome } from './run-outcome.ts';

interface Failure {
  /** A backup's id, a leftover's stem, or an upload's reference. */
  readonly id: string;
  readonly why: string;
}

export interface PrunedName {
  readonly plan: NamePlan;
  /** Ids of backups that are gone. */
  readonly deleted: readonly string[];
  /** Stems of leftovers that are gone. */
  readonly swept: readonly string[];
  readonly failed: readonly Failure[];
}

export interface PruneRunOutcome extends RunOutcome {
  readonly command: 'prune';
  readonly dryRun: boolean;
  /** In alphabetical order; those that the run came to. */
  readonly names: readonly PrunedName[];
  readonly uploads: {
    readonly plan: UploadPlan;
    /** References. */
    readonly dropped: readonly string[];
    readonly failed: readonly Failure[];
  };
}

export interface PruneTotals {
  readonly names: number;
  readonly keep: number;
  /** Backups and leftovers that the plans name. */
  readonly planned: number;
  readonly plannedLeftovers: number;
  /** Backups that are gone. */
  readonly deleted: number;
  readonly swept: number;
  readonly failed: number;
  /** Of the backups and leftovers that are gone; in a dry run, that would be. */
  readonly freedBytes: number;
  readonly uploads: number;
  readonly stopped: number;
}

export function totalsOf({ names, uploads, dryRun }: PruneRunOutcome): PruneTotals {
  const sum = (of: (name: PrunedName) => number) => names.reduce((all, name) => all + of(name), 0);
  const isGone = ({ deleted, swept }: PrunedName, one: { id: string; stem?: string }) =>
    dryRun || (one.stem === undefined ? deleted.includes(one.id) : swept.includes(one.stem));
  return {
    names: names.length,
    keep: sum(({ plan }) => plan.prune.keep.length),
    planned: sum(({ plan }) => plan.prune.delete.length),
    plannedLeftovers: sum(({ plan }) => plan.sweep.delete.length),
    deleted: sum(({ deleted }) => deleted.length),
    swept: sum(({ swept }) => swept.length),
    failed: sum(({ failed }) => failed.length) + uploads.failed.length,
    freedBytes: sum(name =>
      [...name.plan.prune.delete, ...name.plan.sweep.delete]
        .filter(one => isGone(name, one))
        .reduce((bytes, one) => bytes + one.bytes, 0),
    ),
    uploads: dryRun ? uploads.plan.drop.length : uploads.dropped.length,
    stopped: names.filter(({ plan }) => plan.stopped !== null).length,
  };
}

/** For `--json`: keys may be added, none are renamed or removed. */
export function pruneRunToJson(outcome: PruneRunOutcome): Readonly<Record<string, unknown>> {
  const { names, uploads, problems, warnings, startedAt, ...rest } = outcome;
  return {
    ...rest,
    startedAt: formatInstant(startedAt),
    names: names.map(nameToJson),
    uploads: {
      keep: uploads.plan.keep.map(uploadToJson),
      drop: uploads.plan.drop.map(uploadToJson),
      dropped: uploads.dropped,
      failed: uploads.failed,
    },
    problems: problems.map(problemToJson),
    warnings: warnings.map(warningToJson),
  };
}

function nameToJson({ plan, deleted, swept, failed }: PrunedName) {
  const { name, prune, sweep, stopped, confirmable, hash } = plan;
  return {
    name,
    hash,
    stopped,
    confirmable,
    anchor: prune.anchor,
    keep: prune.keep.map(decisionToJson),
    delete: prune.delete.map(decisionToJson),
    leftovers: { keep: sweep.keep.map(leftoverToJson), delete: sweep.delete.map(leftoverToJson) },
    notices: prune.notices,
    deleted,
    swept,
    failed,
  };
}

function leftoverToJson({ stamp, ...rest }: SweepDecision) {
  return { ...rest, taken: formatInstant(stamp) };
}

function uploadToJson({ touchedAt, ...rest }: UploadPlan['keep'][number]) {
  return { ...rest, touchedAt: formatInstant(touchedAt) };
}

/** Name → what it is, as action.yml and the docs say it. */
export const PRUNE_OUTPUT_DESCRIPTIONS = {
  deleted: 'How many backups were deleted.',
  'would-delete': 'How many backups the plans name, in a dry run as well.',
  kept: 'How many backups stay.',
  swept: 'How many leftovers of crashed runs were deleted, unfinished uploads among them.',
  'freed-bytes':
    'Stored bytes of what was deleted. In a versioned bucket they are freed once the versions expire.',
  hashes:
    'Hash of each plan that needs `confirm` before it is carried out, parted by blanks; empty when none does.',
  'duration-seconds': 'Whole seconds that the run took.',
  result: '`planned` (a dry run), `success`, `degraded`, `failed` or `cancelled`.',
} as const;

export type PruneOutputs = Readonly<Record<keyof typeof PRUNE_OUTPUT_DESCRIPTIONS, string>>;

/** Set from the first line on: a run that was killed reads as failed. */
export function initialPruneOutputs(): PruneOutputs {
  return {
    deleted: '0',
    'would-delete': '',
    kept: '',
    swept: '0',
    'freed-bytes': '0',
    hashes: '',
    'duration-seconds': '',
    result: 'failed',
  };
}

export function pruneOutputsOf(outcome: PruneRunOutcome): PruneOutputs {
  const totals = totalsOf(outcome);
  return {
    deleted: String(totals.deleted),
    'would-delete': String(totals.planned),
    kept: String(totals.keep),
    swept: String(totals.swept + (outcome.dryRun ? 0 : totals.uploads)),
    'freed-bytes': String(outcome.dryRun ? 0 : totals.freedBytes),
    hashes: outcome.names.flatMap(({ plan }) => (plan.confirmable ? [plan.hash] : [])).join(' '),
    'duration-seconds': String(Math.round(outcome.durationSeconds)),
    result: outcome.result,
  };
}
