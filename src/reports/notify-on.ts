// Whether a run is worth a message, by how it ended and how the one before it did. Where that isn't known a message is
// sent: one too many is better than a failure that nobody heard of.
import { type Notice, type Standing, standingOf } from './notice.ts';

export const NOTIFY_ON = ['always', 'failure', 'change', 'recovery'] as const;

export type NotifyOn = (typeof NOTIFY_ON)[number];

/** Only then is it worth asking how the run before ended. Once a run was cancelled there is no time for it. */
export function dependsOnBefore(when: NotifyOn, notice: Notice): boolean {
  if (notice.result === 'planned' || notice.result === 'cancelled') return false;
  return when === 'change' || (when === 'recovery' && standingOf(notice) === 'good');
}

/** `before`: null = unknown. A plan that was only printed is never worth a message. */
export function isWorthTelling(when: NotifyOn, notice: Notice, before: Standing | null): boolean {
  if (notice.result === 'planned') return false;
  const now = standingOf(notice);
  switch (when) {
    case 'always':
      return true;
    case 'failure':
      return now === 'bad';
    case 'change':
      return now !== before;
    case 'recovery':
      return now === 'bad' || before !== 'good';
  }
}

/** Says in its headline that all is well again, where that is known. */
export function withRecovery(notice: Notice, before: Standing | null): Notice {
  const recovered = before === 'bad' && standingOf(notice) === 'good';
  return recovered ? { ...notice, title: `Recovered: ${notice.title}` } : notice;
}
