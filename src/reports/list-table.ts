// The table that `pg-backup list` prints: one line a backup, newest first, with what each tier holds below.

import type { Instant } from '../backups/instant.ts';
import { CALENDAR_TIERS, EVENT_TIERS } from '../backups/tier.ts';
import type { BackupLine } from './outcome.ts';
import { clip, marked, oneLine, plural } from './plain-text.ts';
import { formatAge, formatBytes, formatCount, formatMoment } from './quantities.ts';

/** All backups of one name. */
export interface NamedBackups {
  readonly name: string;
  readonly backups: readonly BackupLine[];
}

export interface ListView {
  readonly now: Instant;
  /** Width of the terminal; Infinity where the output is not one. */
  readonly columns: number;
}

interface Column {
  readonly head: string;
  readonly right?: boolean;
  /** The lower, the sooner it is left out of a narrow terminal; undefined = always shown. */
  readonly worth?: number;
  readonly cell: (line: BackupLine, now: Instant) => string;
}

const COLUMNS: readonly Column[] = [
  { head: 'ID', cell: line => line.id },
  { head: 'TAKEN', cell: line => formatMoment(line.stamp) },
  { head: 'AGE', right: true, worth: 3, cell: (line, now) => formatAge(line.stamp, now) },
  { head: 'TIER', cell: line => line.tier },
  { head: 'SIZE', right: true, cell: line => formatBytes(line.bytes) },
  { head: 'ROWS', right: true, worth: 2, cell: line => formatCount(line.rows) },
  { head: 'LEVEL', worth: 4, cell: line => line.level },
  { head: 'TESTED', worth: 1, cell: line => (line.restoreTested ? 'yes' : 'no') },
  { head: 'STATE', cell: stateOf },
];

const GAP = '  ';

export function renderList(names: readonly NamedBackups[], view: ListView): string {
  if (names.length === 0) return 'No backups.\n';
  return `${names.map(named => renderName(named, view)).join('\n\n')}\n`;
}

/** `good`, `good, held`, or why the backup is not counted. */
export function stateOf(line: BackupLine): string {
  const state = line.notCounted === undefined ? 'good' : `not counted: ${oneLine(line.notCounted, 200)}`;
  return line.held ? `${state}, held` : state;
}

function renderName({ name, backups }: NamedBackups, view: ListView): string {
  if (backups.length === 0) return `${marked(name)}: no backups.`;
  const newestFirst = [...backups].sort((a, b) => b.stamp - a.stamp);
  return [`${marked(name)}:`, '', ...renderRows(newestFirst, view), '', ...footer(backups)].join('\n');
}

function renderRows(lines: readonly BackupLine[], { now, columns }: ListView): readonly string[] {
  const all = COLUMNS.map(column => {
    const cells = lines.map(line => column.cell(line, now));
    return { ...column, cells, width: Math.max(column.head.length, ...cells.map(cell => cell.length)) };
  });
  // The last column may be cut, so it asks only for the width of its heading and a word.
  const needs = (list: typeof all): number =>
    list.reduce(
      (sum, one) => sum + GAP.length + (one.head === 'STATE' ? Math.min(one.width, 12) : one.width),
      0,
    );
  let shown = all;
  for (const worth of [1, 2, 3, 4]) {
    if (needs(shown) - GAP.length <= columns) break;
    shown = shown.filter(column => column.worth !== worth);
  }
  const draw = (textOf: (column: (typeof all)[number]) => string): string => {
    const cells = shown.map(one =>
      one.right ? textOf(one).padStart(one.width) : textOf(one).padEnd(one.width),
    );
    return clip(cells.join(GAP).trimEnd(), columns);
  };
  return [draw(one => one.head), ...lines.map((_, index) => draw(one => one.cells[index] ?? ''))];
}

/** Counts and sizes by tier, in the order of the tiers, then of all; what isn't counted is told apart. */
function footer(backups: readonly BackupLine[]): readonly string[] {
  const tiers = [...CALENDAR_TIERS, ...EVENT_TIERS].flatMap(tier => {
    const held = backups.filter(line => line.tier === tier);
    return held.length === 0 ? [] : [`${tier} ${held.length} (${formatBytes(sizeOf(held))})`];
  });
  const bad = backups.filter(line => line.notCounted !== undefined).length;
  const notCounted = bad === 0 ? '' : `, ${formatCount(bad)} of them not counted`;
  return [
    tiers.join(', '),
    `${plural(backups.length, 'backup')}, ${formatBytes(sizeOf(backups))}${notCounted}`,
  ];
}

function sizeOf(backups: readonly BackupLine[]): number {
  return backups.reduce((sum, line) => sum + line.bytes, 0);
}
