// What the job of one database in a fleet leaves for the summary of all: a few of the backup's outputs, as JSON in an
// artifact. Written and read by this project alone, yet read as carefully as if by others: a job of the same run could
// write one.
import { readJson, SMALL_DOCUMENT } from '../backups/read-json.ts';

export interface FleetNote {
  readonly name: string;
  /** As the backup's output of that name; anything but `success` and `degraded` is no backup. */
  readonly result: string;
  /** '' where there is none. */
  readonly backupId: string;
  readonly tier: string;
  /** null where there is no backup. */
  readonly bytes: number | null;
  readonly level: string;
  readonly seconds: number | null;
  readonly warnings: number;
}

const FORMAT = 1;
const MOST_TEXT = 500;

/** `outputs` as `toJSON(steps.backup.outputs)` gives them: `{}` where the backup never began. */
export function makeNote(name: string, outputs: Readonly<Record<string, unknown>>): FleetNote {
  const text = (output: string) => (typeof outputs[output] === 'string' ? outputs[output] : '');
  return {
    name,
    result: text('result') || 'failed',
    backupId: text('backup-id'),
    tier: text('tier'),
    bytes: amount(text('size-bytes')),
    level: text('level'),
    seconds: amount(text('duration-seconds')),
    warnings: countOf(text('warnings')),
  };
}

export function printNote(note: FleetNote): string {
  return `${JSON.stringify({ format: FORMAT, ...note }, null, 2)}\n`;
}

/** undefined for what no job of this version would have written. */
export function parseNote(bytes: Uint8Array): FleetNote | undefined {
  const read = readJson(bytes, SMALL_DOCUMENT);
  if (!('ok' in read) || typeof read.ok !== 'object' || read.ok === null) return undefined;
  const {
    format,
    name,
    result,
    backupId,
    tier,
    bytes: size,
    level,
    seconds,
    warnings,
  } = read.ok as Record<string, unknown>;
  if (format !== FORMAT || !isCount(warnings) || !isAmount(size) || !isAmount(seconds)) return undefined;
  if (!isText(name) || !isText(result) || !isText(backupId) || !isText(tier) || !isText(level))
    return undefined;
  return { name, result, backupId, tier, bytes: size, level, seconds, warnings };
}

function amount(text: string): number | null {
  return /^\d{1,15}$/.test(text) ? Number(text) : null;
}

function countOf(warnings: string): number {
  const read = readJson(Buffer.from(warnings), SMALL_DOCUMENT);
  return 'ok' in read && Array.isArray(read.ok) ? read.ok.length : 0;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length <= MOST_TEXT;
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isAmount(value: unknown): value is number | null {
  return value === null || isCount(value);
}
