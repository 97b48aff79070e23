// The gate's outcome while it comes about. It fails until something lets it pass.
import { gateCancelled } from '../../problems/gate.ts';
import type { FailReason, GateOutcome, PassReason } from '../../reports/gate-outcome.ts';
import { problemsOf, RunDraft } from '../run-draft.ts';
import type { GateSettings } from './settings.ts';
import type { GateVerdict } from './verdict.ts';
import type { GateWorld } from './world.ts';

export class GateDraft extends RunDraft {
  readonly #settings: GateSettings;
  change: GateOutcome['change'] = null;
  #judged: Pick<GateVerdict, 'backup' | 'tested'> = { backup: null, tested: null };
  #verdict: { readonly is: 'pass' | 'fail'; readonly reason: PassReason | FailReason } = {
    is: 'fail',
    reason: 'error',
  };

  constructor({ now, log, run, bucket }: GateWorld, settings: GateSettings) {
    super({ now, log, run, store: bucket?.store ?? { place: '' } }, settings);
    this.#settings = settings;
  }

  judged({ backup, tested }: GateVerdict): void {
    this.#judged = { backup, tested };
  }

  pass(reason: PassReason): void {
    this.#verdict = { is: 'pass', reason };
  }

  refuse({ reason, problem }: NonNullable<GateVerdict['failed']>): void {
    this.#verdict = { is: 'fail', reason };
    this.found([problem]);
  }

  /** What must be known could not be found out. */
  fail(error: unknown, signal: AbortSignal): void {
    this.#verdict = { is: 'fail', reason: 'error' };
    this.found(problemsOf(error, signal, gateCancelled));
  }

  outcome(): GateOutcome {
    const { name, maxAgeMs, require, restoredWithinMs, event } = this.#settings;
    return {
      command: 'gate',
      result: this.#result(),
      ...this.frame(),
      verdict: this.#verdict.is,
      reason: this.#verdict.reason,
      name,
      rules: {
        maxAgeSeconds: maxAgeMs / 1000,
        require,
        restoredWithinSeconds: restoredWithinMs === undefined ? null : restoredWithinMs / 1000,
      },
      ...this.#judged,
      change: this.change,
      event: event.name,
    };
  }

  #result(): GateOutcome['result'] {
    if (this.cancelled) return 'cancelled';
    if (this.#verdict.is === 'fail') return 'failed';
    return this.loud ? 'degraded' : 'success';
  }
}
