// What the entry needs of a notifier: hand over a message, hear whether it arrived. A notifier never changes a result:
// it resolves with a warning instead of throwing, within its own deadline (15 s).
import type { Warning } from '../problems/problem.ts';
import type { Message } from '../reports/message.ts';

export interface Notifier {
  readonly name: string;
  notify(message: Message): Promise<Warning | undefined>;
}
