// Exit statuses, as documented: 0 good (with warnings or without), 1 failed, 2 bad configuration, 3 stale or unproven,
// 130 and 143 cancelled by SIGINT and SIGTERM.
import type { Problem } from '../problems/problem.ts';
import type { Result } from '../reports/run-outcome.ts';

export function exitStatus(
  outcome: { readonly result: Result; readonly problems: readonly Problem[] },
  received: 'SIGINT' | 'SIGTERM' | null,
): number {
  if (outcome.result === 'cancelled') return received === 'SIGTERM' ? 143 : 130;
  if (outcome.result !== 'failed') return 0;
  const kind = outcome.problems[0]?.kind;
  if (kind === 'configuration') return 2;
  return kind === 'stale' ? 3 : 1;
}
