// The action's outputs. All of them are set from the first line on, so that an `if:` in a later step never meets a
// missing one: a run that was killed reads as failed.
import { formatInstant } from '../backups/instant.ts';
import type { BackupOutcome } from './outcome.ts';
import { oneLine } from './plain-text.ts';

export const BACKUP_OUTPUTS = [
  'backup-id',
  'key',
  'manifest-key',
  'tier',
  'size-bytes',
  'raw-bytes',
  'sha256',
  'level',
  'rows',
  'tables',
  'duration-seconds',
  'expires-at',
  'pruned',
  'result',
  'warnings',
] as const;

export type BackupOutputs = Readonly<Record<(typeof BACKUP_OUTPUTS)[number], string>>;

/** An output may be handed on as an environment variable, and Linux takes no more than 128 KiB for one. */
const MOST_WARNING_BYTES = 32 * 1024;

export function initialOutputs(): BackupOutputs {
  return {
    'backup-id': '',
    key: '',
    'manifest-key': '',
    tier: '',
    'size-bytes': '',
    'raw-bytes': '',
    sha256: '',
    level: '',
    rows: '',
    tables: '',
    'duration-seconds': '',
    'expires-at': '',
    pruned: '0',
    result: 'failed',
    warnings: '[]',
  };
}

/** Empty = unknown; `expires-at` is `never` for a backup that is kept for ever. */
export function outputsOf(outcome: BackupOutcome): BackupOutputs {
  const { backup } = outcome;
  return {
    ...initialOutputs(),
    ...(backup && {
      'backup-id': backup.id,
      key: backup.key,
      'manifest-key': backup.manifestKey,
      'size-bytes': String(backup.bytes),
      'raw-bytes': String(backup.rawBytes),
      sha256: backup.sha256,
      level: backup.level,
      rows: String(backup.rows),
      tables: String(backup.tables),
      'expires-at': backup.expiresAt === null ? 'never' : formatInstant(backup.expiresAt),
    }),
    tier: backup?.tier ?? outcome.tier ?? '',
    'duration-seconds': String(Math.round(outcome.durationSeconds)),
    pruned: String(outcome.prune?.deleted.length ?? 0),
    result: outcome.result,
    warnings: warningsOf(outcome),
  };
}

/** A JSON array of `CODE summary`. Problems after a good backup (a prune that failed) belong to it as well. */
function warningsOf({ warnings, problems, backup }: BackupOutcome): string {
  const texts = [...warnings, ...(backup ? problems : [])].map(
    one => `${one.code} ${oneLine(one.summary, 500)}`,
  );
  const shown: string[] = [];
  let room = MOST_WARNING_BYTES;
  for (const text of texts) {
    room -= Buffer.byteLength(JSON.stringify(text)) + 1;
    if (room < 40) break;
    shown.push(text);
  }
  const left = texts.length - shown.length;
  return JSON.stringify(left > 0 ? [...shown, `and ${left} more`] : shown);
}
