// The job summary and the notice of a fleet: the verdict, and a line for each database, those without a backup
// first.
import type { Annotation } from './annotation.ts';
import { type FleetLine, type FleetOutcome, fleetOutputsOf, isBackedUp } from './fleet-outcome.ts';
import { code, prose, table } from './markdown.ts';
import { type Detail, makeNotice, type Notice } from './notice.ts';
import { plural } from './plain-text.ts';
import { formatBytes, formatDuration } from './quantities.ts';
import { renderProblems } from './summary-problems.ts';

/** In a message; the summary has them all. */
const MOST_TOLD = 10;

export function fleetVerdict({ lines, problems }: FleetOutcome): string {
  const [problem] = problems;
  if (lines.length === 0) return `Fleet backup: ${problem?.summary ?? 'no database was asked for.'}`;
  const backedUp = lines.filter(isBackedUp);
  const bytes = backedUp.reduce((sum, { note }) => sum + (note?.bytes ?? 0), 0);
  const stored = backedUp.length > 0 ? `, ${formatBytes(bytes)} stored` : '';
  if (backedUp.length === lines.length)
    return `Backed up all ${plural(lines.length, 'database')} of the fleet${stored}.`;
  return `Backed up ${backedUp.length} of ${plural(lines.length, 'database')} of the fleet${stored}; ${plural(lines.length - backedUp.length, 'has', 'have')} NO BACKUP from this run.`;
}

export function fleetAnnotation(outcome: FleetOutcome): Annotation | undefined {
  const [problem] = outcome.problems;
  if (!problem) return undefined;
  const message = `${problem.code}: ${problem.summary} ${problem.hint}`;
  return { level: 'error', title: 'PostgreSQL fleet backup failed', message };
}

export function renderFleetSummary(outcome: FleetOutcome): string {
  const rows = worstFirst(outcome.lines).map(line => cellsOf(line));
  const sections = [
    `## ${headingOf(outcome)}`,
    prose(fleetVerdict(outcome), 2_000),
    renderProblems(outcome),
    rows.length > 0
      ? table(['Database', 'Result', 'Backup', 'Tier', 'Level', 'Size', 'Took'], rows, ['Size', 'Took'])
      : undefined,
  ];
  return `${sections.filter(part => part !== undefined).join('\n\n')}\n`;
}

export function fleetNotice(outcome: FleetOutcome, detail: Detail): Notice {
  const failed = outcome.lines.filter(line => !isBackedUp(line));
  const named = failed.slice(0, MOST_TOLD).map(({ name, note }) => [name, resultOf(note)] as const);
  return makeNotice(outcome, detail, {
    title: headingOf(outcome),
    verdict: () => fleetVerdict(outcome),
    sentence: () => fleetVerdict(outcome),
    facts: detail === 'full' ? named : [],
    outputs: fleetOutputsOf(outcome),
  });
}

function headingOf({ result }: FleetOutcome): string {
  return result === 'failed' ? 'PostgreSQL fleet backup FAILED' : 'PostgreSQL fleet backup';
}

function worstFirst(lines: readonly FleetLine[]): FleetLine[] {
  return [...lines.filter(line => !isBackedUp(line)), ...lines.filter(isBackedUp)];
}

function cellsOf({ name, note }: FleetLine): string[] {
  return [
    code(name),
    prose(resultOf(note)),
    note?.backupId ? code(note.backupId) : '',
    note ? prose(note.tier) : '',
    note ? prose(note.level) : '',
    note === null || note.bytes === null ? '' : formatBytes(note.bytes),
    note === null || note.seconds === null ? '' : formatDuration(note.seconds),
  ];
}

function resultOf(note: FleetLine['note']): string {
  if (note === null) return 'NO NOTE: its job did not come that far';
  if (note.result !== 'success' && note.result !== 'degraded') return note.result.toUpperCase();
  return note.warnings === 0 ? note.result : `${note.result}, ${plural(note.warnings, 'warning')}`;
}
