// A prune's job summary: the verdict, what to look at, and every decision with its reasons in folds.
import { code, fold, prose, table } from './markdown.ts';
import { oneLine, plural } from './plain-text.ts';
import { type PrunedName, type PruneRunOutcome, totalsOf } from './prune-outcome.ts';
import { pruneHeading, pruneSentence } from './prune-verdict.ts';
import { formatBytes, formatDuration, formatMoment } from './quantities.ts';
import { withinLimit } from './summary.ts';
import { renderProblems } from './summary-problems.ts';

type Detail = PruneRunOutcome['detail'];
type Fact = readonly [label: string, value: string];

/** Deletions come first, so a cut only ever hides what stays. */
const MOST_ROWS = 200;

export function renderPruneSummary(outcome: PruneRunOutcome): string {
  const { detail, stages } = outcome;
  const sections = [
    `## ${pruneHeading(outcome)}`,
    prose(pruneSentence(outcome), 2_000),
    renderProblems(outcome),
    renderNames(outcome),
    ...outcome.names.map((name, index) => renderPlan(name, index, outcome.dryRun, detail)),
    renderUploads(outcome),
    stages.length > 0
      ? `<sub>${stages.map(({ name, seconds }) => `${prose(name, 80)} ${formatDuration(seconds)}`).join(' · ')}</sub>`
      : undefined,
  ];
  return withinLimit(sections.filter(part => part !== undefined));
}

export function pruneFacts(outcome: PruneRunOutcome): readonly Fact[] {
  const totals = totalsOf(outcome);
  return [
    [
      outcome.dryRun ? 'Would be deleted' : 'Deleted',
      plural(outcome.dryRun ? totals.planned : totals.deleted, 'backup'),
    ],
    ['Kept', plural(totals.keep, 'backup')],
    ['Size of what goes', formatBytes(totals.freedBytes)],
    ['Duration', formatDuration(outcome.durationSeconds)],
  ];
}

function nameOf({ plan }: PrunedName, index: number, detail: Detail): string {
  return detail === 'full' ? code(plan.name) : `name ${index + 1}`;
}

function renderNames({ names, detail, dryRun }: PruneRunOutcome): string | undefined {
  if (names.length === 0) return undefined;
  const rows = names.map((name, index) => {
    const { prune, sweep, stopped, confirmable, hash } = name.plan;
    const confirm = confirmable ? ` To carry it out: \`confirm: ${hash}\`.` : '';
    const stop =
      stopped === null ? '' : `**stopped**${detail === 'full' ? `: ${prose(stopped, 400)}` : ''}${confirm}`;
    return [
      nameOf(name, index, detail),
      String(dryRun ? prune.delete.length : name.deleted.length),
      String(dryRun ? sweep.delete.length : name.swept.length),
      String(prune.keep.length),
      stop,
    ];
  });
  const head = ['Name', dryRun ? 'Would go' : 'Deleted', 'Leftovers', 'Kept', ''];
  return table(head, rows, [head[1] ?? '', 'Leftovers', 'Kept']);
}

function renderPlan(name: PrunedName, index: number, dryRun: boolean, detail: Detail): string | undefined {
  const { prune, sweep } = name.plan;
  const failures = new Map(name.failed.map(({ id, why }) => [id, why]));
  const fate = (id: string, gone: readonly string[]) => {
    const why = failures.get(id);
    if (why !== undefined) return `**not deleted**${detail === 'full' ? `: ${prose(why, 300)}` : ''}`;
    if (gone.includes(id)) return '**deleted**';
    return dryRun ? 'would be deleted' : 'not deleted';
  };
  const row = (one: PrunedName['plan']['prune']['keep'][number], what: string) => [
    code(one.id),
    formatMoment(one.stamp),
    one.tier,
    formatBytes(one.bytes),
    what,
    prose(one.reasons.join('; '), 400),
  ];
  const rows = [
    ...prune.delete.map(one => row(one, fate(one.id, name.deleted))),
    ...sweep.delete.map(one => row(one, fate(one.stem, name.swept))),
    ...sweep.keep.map(one => row(one, 'leftover, kept')),
    ...prune.keep.map(one => row(one, 'keep')),
  ];
  if (rows.length === 0) return undefined;
  const head = ['Backup', 'Taken', 'Tier', 'Size', '', 'Why'];
  const shown = table(head, rows.slice(0, MOST_ROWS), ['Size']);
  const left = rows.length - MOST_ROWS;
  const more = left > 0 ? `\n\nand ${plural(left, 'more')}, not shown here.` : '';
  return fold(`Plan of ${nameOf(name, index, detail)}, with reasons`, `${shown}${more}`);
}

function renderUploads({ uploads, dryRun, detail }: PruneRunOutcome): string | undefined {
  const { drop, keep } = uploads.plan;
  if (drop.length + keep.length === 0) return undefined;
  const what = dryRun ? `${drop.length} would be dropped` : `${uploads.dropped.length} dropped`;
  const keys =
    detail === 'full'
      ? drop.slice(0, 20).map(({ key }) => `- ${code(oneLine(key ?? 'in the folder', 1_100))}`)
      : [];
  return [
    `**Unfinished uploads:** ${what}, ${keep.length} left alone.`,
    ...(keys.length > 0 ? [keys.join('\n')] : []),
  ].join('\n\n');
}
