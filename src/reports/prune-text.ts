// What a prune says in plain text: a line a name while it goes on, the sentence at its end, and the plans with every
// reason for whoever asked on a terminal.

import type { NamePlan } from '../retention/name-plan.ts';
import { marked, oneLine, plural } from './plain-text.ts';
import type { PrunedName, PruneRunOutcome } from './prune-outcome.ts';
import type { Detail } from './prune-verdict.ts';
import { pruneVerdict } from './prune-verdict.ts';
import { formatBytes, formatMoment } from './quantities.ts';

interface NameProgress {
  readonly plan: NamePlan;
  readonly backups: { readonly deleted: readonly string[] };
  readonly leftovers: { readonly deleted: readonly string[] };
  readonly dryRun: boolean;
}

export function namePrunedLine({ plan, backups, leftovers, dryRun }: NameProgress, detail: Detail): string {
  const name = detail === 'full' ? `${marked(plan.name)}: ` : '';
  const kept = `${plan.prune.keep.length} kept`;
  const left = dryRun ? plan.sweep.delete.length : leftovers.deleted.length;
  const and = left === 0 ? '' : ` and ${plural(left, 'leftover')}`;
  if (dryRun) return `${name}would delete ${plural(plan.prune.delete.length, 'backup')}${and}, ${kept}`;
  return `${name}deleted ${plural(backups.deleted.length, 'backup')}${and}, ${kept}`;
}

/** Every decision with its reasons, name by name. */
export function renderPruneText(outcome: PruneRunOutcome): string {
  const names = outcome.names.map(name => renderName(name, outcome));
  const { plan, dropped } = outcome.uploads;
  const uploads = [
    ...plan.drop.map(({ key, reference, reasons }) => {
      const fate = outcome.dryRun ? 'would drop' : dropped.includes(reference) ? 'dropped' : 'not dropped';
      return `  ${fate.padEnd(12)} ${marked(key ?? 'an upload into the folder')}  ${reasons.join('; ')}`;
    }),
    ...plan.keep.map(
      ({ key, reasons }) =>
        `  ${'keep'.padEnd(12)} ${marked(key ?? 'an upload into the folder')}  ${reasons.join('; ')}`,
    ),
  ];
  const all = uploads.length === 0 ? names : [...names, `Unfinished uploads:\n\n${uploads.join('\n')}`];
  return `${[...all, pruneVerdict(outcome, 'full')].join('\n\n')}\n`;
}

function renderName(name: PrunedName, { dryRun }: PruneRunOutcome): string {
  const { prune, sweep, stopped, confirmable, hash } = name.plan;
  const failures = new Map(name.failed.map(({ id, why }) => [id, why]));
  const fate = (id: string, gone: readonly string[]) => {
    if (dryRun) return 'would delete';
    return gone.includes(id) ? 'deleted' : 'not deleted';
  };
  const line = (
    what: string,
    one: { id: string; stamp: number; tier: string; bytes: number; reasons: readonly string[] },
    why: string | undefined,
  ) =>
    `  ${what.padEnd(12)} ${one.id}  ${formatMoment(one.stamp)}  ${one.tier.padEnd(13)} ${formatBytes(one.bytes).padStart(9)}  ${oneLine([...(why ? [why] : []), ...one.reasons].join('; '), 400)}`;
  const lines = [
    ...prune.delete.map(one => line(fate(one.id, name.deleted), one, failures.get(one.id))),
    ...sweep.delete.map(one => line(fate(one.stem, name.swept), one, failures.get(one.stem))),
    ...prune.keep.map(one => line('keep', one, undefined)),
    ...sweep.keep.map(one => line('keep', one, 'leftover without a manifest')),
  ];
  const stop = stopped === null ? [] : ['', `  Stopped: ${oneLine(stopped, 600)}`];
  const confirm = confirmable ? [`  To carry it out all the same: \`confirm: ${hash}\``] : [];
  const notices = prune.notices.map(notice => `  ${oneLine(notice, 400)}`);
  return [`${marked(name.plan.name)}:`, '', ...lines, ...notices, ...stop, ...confirm].join('\n');
}
