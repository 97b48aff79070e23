// The action's outputs. All of them are set from the first line on, so that an `if:` in a later step never meets a
// missing one: a run that was killed reads as failed.
import { formatInstant } from '../backups/instant.ts';
import type { BackupOutcome, NewBackup } from './outcome.ts';
import { oneLine } from './plain-text.ts';

/** Name → what it is, as action.yml and the docs say it (whole sentences, Markdown code marks allowed). */
export const OUTPUT_DESCRIPTIONS = {
  'backup-id': 'Id of the new backup; empty when none was stored, as are all outputs about it.',
  key: 'Key of its archive in the destination, relative to the prefix.',
  'manifest-key': 'Key of its manifest: the backup exists from the moment this object does.',
  tier: 'Its tier, the one given or the one that `auto` chose.',
  'size-bytes': 'Stored bytes of the archive.',
  'raw-bytes': 'Bytes of row data in it, before compression.',
  sha256: 'SHA-256 of the stored bytes, in lower-case hex.',
  level: 'How far it is proven: `listed`, `decoded`, `counted`, `stored` or `restored`.',
  rows: 'Rows in the archive.',
  tables: 'Tables in the archive.',
  'duration-seconds': 'Whole seconds that the run took.',
  'expires-at':
    'When the policy would let the backup go, in ISO 8601 UTC; `never` when it is kept for ever, empty when a number decides.',
  pruned: 'How many old backups were deleted.',
  result:
    '`success`, `degraded` (the backup is good, something after it is not), `failed`, `cancelled` or `planned`.',
  warnings: 'JSON array of warnings, each a code and a sentence; `[]` when there is none.',
} as const;

export type BackupOutputs = Readonly<Record<keyof typeof OUTPUT_DESCRIPTIONS, string>>;

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

/** Empty = unknown; `expires-at` is `never` for a backup that is kept for ever, empty where a number decides. */
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
      'expires-at': expiry(backup),
    }),
    tier: backup?.tier ?? outcome.tier ?? '',
    'duration-seconds': String(Math.round(outcome.durationSeconds)),
    pruned: String(outcome.prune?.deleted.length ?? 0),
    result: outcome.result,
    warnings: warningsOf(outcome),
  };
}

function expiry({ expiresAt, keptByCount }: NewBackup): string {
  if (expiresAt !== null) return formatInstant(expiresAt);
  return keptByCount === null ? 'never' : '';
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
