// Errors of the run itself: time, signals, our own faults. Codes PGB900 to PGB999.
import { formatInstant, type Instant } from '../backups/instant.ts';
import { Problem, type Warning } from './problem.ts';

export function clocksApart(now: Instant, storeTime: Instant): Problem {
  return new Problem({
    kind: 'environment',
    code: 'PGB900',
    summary: `This machine's clock says ${formatInstant(now)}, the store's ${formatInstant(storeTime)}.`,
    hint: 'Set the clock (NTP): ages and retention are counted from it.',
  });
}

export function ranOutOfTime(limitMs: number): Problem {
  return new Problem({
    kind: 'environment',
    code: 'PGB901',
    summary: `The run took longer than its \`timeout\` of ${Math.round(limitMs / 1000)} s and was ended.`,
    hint: 'Raise `timeout`, or look at what was slow in the stages above.',
  });
}

/** `signal` is SIGINT or SIGTERM; `undone`: what is known not to have happened, half a sentence. */
export function cancelled(signal: string, undone = ''): Problem {
  return new Problem({
    kind: 'cancelled',
    code: 'PGB902',
    summary: `The run was cancelled (${signal})${undone === '' ? ' before it was through' : `: ${undone}`}.`,
    hint: 'Start it again.',
    cause: signal,
  });
}

/** The same from a command that knows what it has left undone. */
export function cancelledWith(problem: Problem, undone: string): Problem {
  return cancelled(String(problem.cause), undone);
}

/** A backup that is committed stays; only what came after it was cut short. */
export function cancelledAfterCommit(): Problem {
  return new Problem({
    kind: 'cancelled',
    code: 'PGB903',
    summary:
      'The run was cancelled after the backup was committed: the backup is whole, pruning was not finished.',
    hint: 'Nothing; the next run prunes.',
  });
}

export function startedOver(why: Problem): Warning {
  return {
    code: 'PGB905',
    summary: `The first attempt failed and was started over: ${why.summary}`,
    hint: 'Nothing of it is left. If this happens often, look for what ends connections (failover, restart, proxy).',
  };
}

/** A timeout or another problem that came after the commit: the backup is whole, what followed is not. */
export function unfinishedAfterCommit(why: Problem): Warning {
  return {
    code: 'PGB904',
    summary: `The backup is committed and whole, but what follows it was not finished: ${why.summary}`,
    hint: why.hint,
    loud: true,
  };
}

export function internal(error: unknown): Problem {
  const text = error instanceof Error ? error.message : String(error);
  return new Problem({
    kind: 'internal',
    code: 'PGB999',
    summary: `A fault in pg-backup-action itself: ${text}`,
    hint: 'Open an issue with this line and the version.',
    cause: error,
  });
}
