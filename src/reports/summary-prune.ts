// The prune plan in the summary: one line with what happened, and every decision with its reasons in a fold.

import type { Decision } from '../retention/plan.ts';
import { code, fold, prose, table } from './markdown.ts';
import type { BackupOutcome, PruneOutcome } from './outcome.ts';
import { plural } from './plain-text.ts';
import { formatBytes, formatMoment } from './quantities.ts';

/** Deletions and failures are listed first, so a cut only ever hides what stays. */
const MOST_ROWS = 200;

export function renderPrune(outcome: BackupOutcome): string | undefined {
  const { prune, detail } = outcome;
  if (!prune) {
    return outcome.backup
      ? '**Prune:** nothing was pruned; `retention` is not set or pruning is off.'
      : undefined;
  }
  const { plan } = prune;
  const notices = detail === 'full' ? plan.notices.slice(0, 20).map(notice => `- ${prose(notice)}`) : [];
  return [
    `**Prune:** ${headline(prune, detail)}`,
    ...(notices.length > 0 ? [notices.join('\n')] : []),
    ...(plan.keep.length + plan.delete.length > 0 ? [fold(foldTitle(prune), decisions(prune, detail))] : []),
  ].join('\n\n');
}

function headline(prune: PruneOutcome, detail: BackupOutcome['detail']): string {
  const { plan, deleted, failed, dryRun } = prune;
  if (plan.stopped !== null) {
    const why = detail === 'full' ? `: ${prose(plan.stopped.replace(/\.$/, ''))}.` : '.';
    return `**stopped, nothing was deleted**${why}`;
  }
  if (dryRun)
    return `${plural(plan.delete.length, 'backup')} would be deleted, ${plan.keep.length} kept (dry run).`;
  const freed = plan.delete
    .filter(decision => deleted.includes(decision.id))
    .reduce((sum, decision) => sum + decision.bytes, 0);
  const size = deleted.length > 0 ? ` (${formatBytes(freed)})` : '';
  const stuck = failed.length > 0 ? `, **${failed.length} could not be deleted**` : '';
  return `${plural(deleted.length, 'backup')} deleted${size}, ${plan.keep.length} kept${stuck}.`;
}

function foldTitle({ plan }: PruneOutcome): string {
  return `Prune plan: ${plan.delete.length} to delete, ${plan.keep.length} to keep, with reasons`;
}

function decisions(prune: PruneOutcome, detail: BackupOutcome['detail']): string {
  const newestFirst = (list: readonly Decision[]) => [...list].sort((a, b) => b.stamp - a.stamp);
  const failures = new Map(prune.failed.map(failure => [failure.id, failure.why]));
  const rows = [
    ...newestFirst(prune.plan.delete).map(one => decisionRow(one, fate(one, prune, failures, detail))),
    ...newestFirst(prune.plan.keep).map(one => decisionRow(one, 'keep')),
  ];
  const shown = table(['Backup', 'Taken', 'Tier', 'Size', '', 'Why'], rows.slice(0, MOST_ROWS), ['Size']);
  const left = rows.length - MOST_ROWS;
  return left > 0 ? `${shown}\n\nand ${plural(left, 'more backup')}, not shown here.` : shown;
}

function decisionRow(decision: Decision, what: string): readonly string[] {
  return [
    code(decision.id),
    formatMoment(decision.stamp),
    decision.tier,
    formatBytes(decision.bytes),
    what,
    prose(decision.reasons.join('; '), 400),
  ];
}

function fate(
  decision: Decision,
  prune: PruneOutcome,
  failures: ReadonlyMap<string, string>,
  detail: BackupOutcome['detail'],
): string {
  const why = failures.get(decision.id);
  if (why !== undefined) return `**not deleted**${detail === 'full' ? `: ${prose(why, 300)}` : ''}`;
  if (prune.deleted.includes(decision.id)) return '**deleted**';
  return prune.dryRun || prune.plan.stopped !== null ? 'would be deleted' : 'to be deleted';
}
