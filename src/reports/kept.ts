// How long a new backup will be kept, in words: by date where an age decides, by number where one does.
import type { NewBackup } from './outcome.ts';
import { formatCount, formatDay } from './quantities.ts';

/** `kept until 2026-12-21`, `kept among the newest 7`, `kept for ever`. */
export function keptWords({ expiresAt, keptByCount }: NewBackup): string {
  if (expiresAt !== null) return `kept until ${formatDay(expiresAt)}`;
  if (keptByCount !== null) return `kept among the newest ${formatCount(keptByCount)}`;
  return 'kept for ever';
}
