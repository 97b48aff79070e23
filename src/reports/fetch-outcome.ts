// A file that was brought from the store, as plain data, and the line that tells it.
import type { Warning } from '../problems/problem.ts';
import { backupToJson } from './list-json.ts';
import type { BackupLine } from './outcome.ts';
import { warningToJson } from './outcome-json.ts';
import { marked } from './plain-text.ts';
import { formatBytes, formatDuration, formatMoment, formatRate } from './quantities.ts';

export interface FetchOutcome {
  readonly command: 'fetch';
  readonly name: string;
  readonly place: string;
  readonly backup: BackupLine;
  readonly what: 'archive' | 'globals' | 'proof' | 'manifest';
  /** Of what was written: decrypted where the backup is encrypted and that was wanted. */
  readonly bytes: number;
  readonly sha256: string;
  readonly decrypted: boolean;
  readonly warnings: readonly Warning[];
  readonly durationSeconds: number;
}

export function fetchedLine(outcome: FetchOutcome): string {
  const { backup, what, name, bytes, durationSeconds, sha256, decrypted } = outcome;
  const rate = formatRate(bytes, durationSeconds * 1000);
  const opened = decrypted ? ', decrypted' : '';
  return `Fetched the ${what} of backup ${backup.id} of ${marked(name)}, taken ${formatMoment(backup.stamp)}: ${formatBytes(bytes)} in ${formatDuration(durationSeconds)}${rate && ` (${rate})`}${opened}, sha256 ${sha256}`;
}

/** `output`: the file; null where it went to standard output. */
export function fetchToJson(outcome: FetchOutcome, output: string | null) {
  const { backup, warnings, ...rest } = outcome;
  return {
    ...rest,
    result: 'good',
    output,
    backup: backupToJson(backup),
    warnings: warnings.map(warningToJson),
  };
}
