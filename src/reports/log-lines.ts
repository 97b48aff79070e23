// The lines that stand outside the log's groups: one for each stage, with its numbers. Names appear only where the
// caller's detail allows; the entry makes every line harmless before it prints it.
import type { Level } from '../backups/level.ts';
import type { Tier } from '../backups/tier.ts';
import type { Problem, Warning } from '../problems/problem.ts';
import type { BackupOutcome, PruneOutcome } from './outcome.ts';
import { lastLines, marked, oneLine, plural } from './plain-text.ts';
import { formatBytes, formatCount, formatDuration, formatRate } from './quantities.ts';
import { CODES_ARE_EXPLAINED, shownProblem, shownWarning } from './shown-problem.ts';

type Detail = BackupOutcome['detail'];

export function serverLine(
  server: {
    readonly database: string;
    readonly host: string;
    readonly serverVersion: string;
    readonly clientVersion: string;
    readonly databaseBytes: number;
    readonly tables: number;
  },
  detail: Detail,
): string {
  const database = detail === 'minimal' ? '' : ` ${marked(server.database)} on ${marked(server.host)},`;
  const tables = detail === 'minimal' ? '' : ` in ${plural(server.tables, 'table')}`;
  return `Server:${database} PostgreSQL ${server.serverVersion}, ${formatBytes(server.databaseBytes)}${tables}; client ${server.clientVersion}`;
}

export function uploadedLine(upload: {
  readonly bytes: number;
  readonly milliseconds: number;
  readonly parts?: number;
  readonly sha256: string;
}): string {
  const rate = formatRate(upload.bytes, upload.milliseconds);
  return [
    `Uploaded ${formatBytes(upload.bytes)} in ${formatDuration(upload.milliseconds / 1_000)}${rate && ` (${rate})`}`,
    ...(upload.parts === undefined ? [] : [plural(upload.parts, 'part')]),
    `sha256 ${upload.sha256.slice(0, 12)}…`,
  ].join(', ');
}

export function provenLine(
  proven: {
    readonly level: Level;
    readonly tables: number;
    readonly rows: number;
    readonly rawBytes: number;
  },
  detail: Detail,
): string {
  const figures =
    detail === 'minimal'
      ? ''
      : `: ${plural(proven.rows, 'row')} in ${plural(proven.tables, 'table')}, ${formatBytes(proven.rawBytes)} decoded and hashed`;
  return `Proven to ${marked(proven.level)}${figures}`;
}

export function committedLine(
  backup: { readonly id: string; readonly tier: Tier; readonly manifestKey: string },
  detail: Detail,
): string {
  const where = detail === 'minimal' ? '' : `, manifest ${marked(backup.manifestKey, 1_100)}`;
  return `Committed backup ${marked(backup.id)} as ${marked(backup.tier)}${where}`;
}

/** `null`: see `BackupOutcome.prune`. */
export function prunedLine(prune: PruneOutcome | null, detail: Detail): string {
  if (!prune) return 'Pruned nothing: `retention` is not set or pruning is off';
  const { plan, deleted, failed, dryRun } = prune;
  const kept = `${formatCount(plan.keep.length)} kept`;
  if (plan.stopped !== null) {
    return `Pruned nothing: the plan was stopped${detail === 'minimal' ? '' : ` (${oneLine(plan.stopped, 400)})`}`;
  }
  if (dryRun) return `Would prune ${plural(plan.delete.length, 'backup')}, ${kept}`;
  const stuck = failed.length > 0 ? `, ${formatCount(failed.length)} could not be deleted` : '';
  return `Pruned ${plural(deleted.length, 'backup')}, ${kept}${stuck}`;
}

/** What failed and what to do; then the tool's last lines, indented. */
export function problemLines(problem: Problem, detail: Detail): readonly string[] {
  const { code, summary, hint, detail: printed } = shownProblem(problem, detail);
  return [
    `${code} ${oneLine(summary)}`,
    `  ${hint === null ? CODES_ARE_EXPLAINED : oneLine(hint)}`,
    ...(printed
      ? lastLines(printed, 20)
          .split('\n')
          .map(line => `  | ${line}`)
      : []),
  ];
}

export function warningLine(warning: Warning, detail: Detail): string {
  const { code, summary, hint, loud } = shownWarning(warning, detail);
  return `${loud ? 'WARNING ' : ''}${code} ${oneLine(summary)}${hint === null ? '' : ` ${oneLine(hint)}`}`;
}
