// What a restore came to, as plain data, and the sentence that says so: everything that summary, Slack, outputs and
// `--json` are made from.
import { formatInstant } from '../backups/instant.ts';
import { marked, oneLine, plural } from './plain-text.ts';
import { formatDuration } from './quantities.ts';
import { planToJson, type RestorePlan } from './restore-plan.ts';
import type { RunOutcome } from './run-outcome.ts';

export interface RestoreOutcome extends RunOutcome {
  readonly command: 'restore';
  /** null where the run ended before there was one. */
  readonly plan: RestorePlan | null;
  /** null until the restored database is in place. */
  readonly restored: {
    readonly database: string;
    /** The old database's new name; null where nothing was replaced. */
    readonly kept: string | null;
    /** Puts the old database back; '' where nothing was replaced. */
    readonly undo: string;
    /** Drops the old database, once nobody wants it any more. */
    readonly drop: string;
    /** Compared with the archive. */
    readonly tables: number;
    readonly rows: number;
  } | null;
}

export function restoreVerdict(
  outcome: RestoreOutcome,
  detail: RestoreOutcome['detail'] = outcome.detail,
): string {
  const [first] = outcome.problems;
  const why = detail === 'full' ? oneLine(first?.summary ?? '', 600).replace(/\.$/, '') : (first?.code ?? '');
  return restoreSentence(outcome, detail, why === '' ? '' : `: ${why}`);
}

/** `why`: '' where the cause stands right below with its hint. */
export function restoreSentence(
  outcome: RestoreOutcome,
  detail: RestoreOutcome['detail'],
  why: string,
): string {
  const { plan, restored } = outcome;
  const database = detail === 'full' && plan ? marked(plan.database) : 'the database';
  const backup = from(plan, detail);
  const took = formatDuration(outcome.durationSeconds);
  switch (outcome.result) {
    case 'success':
    case 'degraded': {
      const compared = detail === 'full' && restored ? `, ${plural(restored.rows, 'row')} compared` : '';
      const kept =
        detail === 'full' && restored?.kept ? `; the old one is kept as ${marked(restored.kept)}` : '';
      const look = outcome.result === 'degraded' ? ', with something to look at' : '';
      return `Restored ${database}${backup} in ${took}${compared}${kept}${look}.`;
    }
    case 'failed':
      return `Restore of ${database} failed after ${took}${why}.`;
    case 'cancelled':
      return `Restore of ${database} was cancelled after ${took}${why}.`;
    case 'planned':
      return `Planned the restore of ${database}${backup}: plan ${marked(plan?.hash ?? '')}. Nothing was changed.`;
  }
}

function from(plan: RestorePlan | null, detail: RestoreOutcome['detail']): string {
  if (plan?.backup) return ` from backup ${marked(plan.backup.id)}`;
  return plan?.file ? ` from ${detail === 'full' ? `the file ${marked(plan.file.path)}` : 'a file'}` : '';
}

export function restoreToJson(outcome: RestoreOutcome): Readonly<Record<string, unknown>> {
  const { plan, problems, warnings } = outcome;
  return {
    ...(plan && { hash: plan.hash }),
    ...outcome,
    startedAt: formatInstant(outcome.startedAt),
    plan: plan && planToJson(plan),
    problems: problems.map(({ code, kind, summary, hint, detail }) => ({
      code,
      kind,
      summary,
      hint,
      detail: detail ?? null,
    })),
    warnings: warnings.map(({ code, summary, hint, loud }) => ({ code, summary, hint, loud: loud === true })),
  };
}

/** Name → what it is, as action.yml and the docs say it. */
export const RESTORE_OUTPUT_DESCRIPTIONS = {
  'plan-hash': 'Hash of the plan: what `confirm` must say to carry it out.',
  'backup-id': 'Id of the backup that the plan resolved to.',
  database: 'Name of the restored database; empty when nothing was restored.',
  undo: 'Shell command that puts the old database back; empty when nothing was replaced.',
  level: 'How far the backup is proven: `decoded`, `counted`, `stored` or `restored`.',
  'duration-seconds': 'Whole seconds that the run took.',
  result: '`success`, `degraded` (restored, with something to look at), `failed`, `cancelled` or `planned`.',
} as const;

export type RestoreOutputs = Readonly<Record<keyof typeof RESTORE_OUTPUT_DESCRIPTIONS, string>>;

/** Set from the first line on: a run that was killed reads as failed. */
export function initialRestoreOutputs(): RestoreOutputs {
  return {
    'plan-hash': '',
    'backup-id': '',
    database: '',
    undo: '',
    level: '',
    'duration-seconds': '',
    result: 'failed',
  };
}

export function restoreOutputsOf({
  plan,
  restored,
  result,
  durationSeconds,
}: RestoreOutcome): RestoreOutputs {
  return {
    'plan-hash': plan?.hash ?? '',
    'backup-id': plan?.backup?.id ?? plan?.file?.backupId ?? '',
    database: restored?.database ?? '',
    undo: restored?.undo ?? '',
    level: plan?.backup?.level ?? plan?.file?.level ?? '',
    'duration-seconds': String(Math.round(durationSeconds)),
    result,
  };
}
