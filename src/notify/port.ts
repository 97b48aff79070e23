// What the entry needs of a notifier: hand over a notice, hear whether it arrived. A notifier never changes a result: it
// resolves with a warning instead of throwing, within its own deadline (15 s). What it can't be sure of it sends again.
import type { Warning } from '../problems/problem.ts';
import type { Notice } from '../reports/notice.ts';

export interface Notifier {
  /** As people call it: "The e-mail". */
  readonly name: string;
  /** A message is for people and only sent when it is worth one; a ping is counted by a service that misses it. */
  readonly kind: 'message' | 'ping';
  notify(notice: Notice): Promise<Warning | undefined>;
}
