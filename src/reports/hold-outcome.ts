// A hold that was put or lifted, as plain data, and the line that tells it.
import type { Hold } from '../backups/hold.ts';
import { formatInstant } from '../backups/instant.ts';
import type { BackupRef } from '../backups/key.ts';
import { marked, oneLine } from './plain-text.ts';

export interface HoldOutcome {
  readonly command: 'hold' | 'release';
  readonly place: string;
  readonly ref: BackupRef;
  /** false: it was so already. */
  readonly changed: boolean;
  /** The hold that lies there, or that was lifted; null where there was none, or none that can be read. */
  readonly hold: Hold | null;
}

export function heldLine({ command, ref, changed, hold }: HoldOutcome): string {
  const backup = `Backup ${ref.id} of ${marked(ref.name)}`;
  if (command === 'release') return changed ? `${backup} is released${was(hold)}` : `${backup} was not held`;
  if (changed) return `${backup} is held until it is released`;
  return `${backup} was held already${was(hold)}`;
}

function was(hold: Hold | null): string {
  if (hold === null) return '';
  const by = hold.by === null ? '' : ` by ${marked(hold.by)}`;
  const why = hold.why === null ? '' : ` ${marked(oneLine(hold.why, 400))}`;
  return `: held${by} since ${hold.at}${why && `, because of${why}`}`;
}

export function holdToJson({ command, place, ref, changed, hold }: HoldOutcome) {
  return {
    command,
    result: 'good',
    place,
    backup: { id: ref.id, name: ref.name, tier: ref.tier, taken: formatInstant(ref.stamp) },
    held: command === 'hold',
    changed,
    by: hold?.by ?? null,
    at: hold?.at ?? null,
    reason: hold?.why ?? null,
  };
}
