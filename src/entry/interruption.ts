// Turns signals and the run's own time limit into one AbortSignal. The runner gives node 7.5 s after SIGINT and then
// 2.5 s after SIGTERM, so the second signal must not cut the clean-up of the first short.
import { cancelled, ranOutOfTime } from '../problems/run.ts';

export interface Interruption {
  /** Aborted with a Problem as its reason. */
  readonly signal: AbortSignal;
  /** The signal that came, or null; decides the exit status. */
  received(): 'SIGINT' | 'SIGTERM' | null;
  /** Starts the clock of `timeout`. */
  limit(milliseconds: number): void;
  /** Takes the handlers away again. */
  end(): void;
}

export function watchForInterruption(): Interruption {
  const controller = new AbortController();
  let received: 'SIGINT' | 'SIGTERM' | null = null;
  let timer: NodeJS.Timeout | undefined;
  const onSignal = (name: NodeJS.Signals) => {
    received ??= name === 'SIGTERM' ? 'SIGTERM' : 'SIGINT';
    controller.abort(cancelled(received));
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return {
    signal: controller.signal,
    received: () => received,
    limit(milliseconds) {
      // A timer holds at most 2^31-1 ms, about 24 days.
      timer = setTimeout(
        () => controller.abort(ranOutOfTime(milliseconds)),
        Math.min(milliseconds, 2_147_483_647),
      );
    },
    end() {
      clearTimeout(timer);
      process.off('SIGINT', onSignal);
      process.off('SIGTERM', onSignal);
    },
  };
}
