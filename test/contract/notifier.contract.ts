// What holds for every notifier, whatever stands at the other end: it never throws, is over in time, and what it says
// has a code, a next step, and nothing of the address it was given.
import { describe, expect, it } from 'vitest';
import type { Patience } from '../../src/notify/persist.ts';
import type { Notifier } from '../../src/notify/port.ts';
import { backupNotice } from '../../src/reports/backup-notice.ts';
import { outcome, WRONG_PASSWORD, without } from '../unit/reports/outcome-fixture.ts';

export const NOTICE = backupNotice(outcome(), 'full');
export const FAILURE = backupNotice(without({ problems: [WRONG_PASSWORD] }), 'full');

/** Tries follow each other at once; each has the time that it has in a run, for a machine under load. */
export const QUICK: Partial<Patience> = { firstPauseMs: 5 };

/** One real receiver. */
export interface Receiver {
  /** A notifier that sends there. */
  open(patience: Partial<Patience>): Notifier;
  /** How many notices arrived whole. */
  arrived(): number;
  /** Parts of its address that nobody may be told. */
  readonly secrets: readonly string[];
  stop(): Promise<void>;
}

/** Each starts a receiver with that trouble. */
export interface Troubles {
  /** None at all. */
  well(): Promise<Receiver>;
  /** Fails once in a way that passes, then works. */
  flaky(): Promise<Receiver>;
  /** Nobody listens any more. */
  dead(): Promise<Receiver>;
  /** Takes the connection and never answers. */
  silent(): Promise<Receiver>;
  /** Has trouble of its own, again and again. */
  ill(): Promise<Receiver>;
  /** Refuses for good. */
  refusing(): Promise<Receiver>;
  /** Shows a certificate that nobody vouches for. */
  untrusted?(): Promise<Receiver>;
  /** Points elsewhere, to where `elsewhere` counts the visits. */
  redirecting?(): Promise<Receiver & { elsewhere(): number }>;
}

export function notifierContract(name: string, troubles: Troubles): void {
  async function tell(receiver: Receiver, patience: Partial<Patience> = QUICK) {
    const notifier = receiver.open(patience);
    const warning = await notifier.notify(NOTICE);
    const shown = JSON.stringify(warning ?? '');
    for (const secret of receiver.secrets) expect(shown).not.toContain(secret);
    if (warning) {
      expect(warning.code).toMatch(/^PGB(?:71\d|91\d)$/);
      expect(warning.hint).not.toBe('');
      expect(warning.summary.length).toBeLessThan(500);
    }
    return warning;
  }

  describe(name, () => {
    it('delivers once, and says nothing of it', async () => {
      const receiver = await troubles.well();
      try {
        expect(await tell(receiver)).toBeUndefined();
        expect(receiver.arrived()).toBe(1);
      } finally {
        await receiver.stop();
      }
    });

    it('tries again after a fault that passes', async () => {
      const receiver = await troubles.flaky();
      try {
        expect(await tell(receiver)).toBeUndefined();
        expect(receiver.arrived()).toBe(1);
      } finally {
        await receiver.stop();
      }
    });

    it.each(['dead', 'ill', 'refusing', 'untrusted'] as const)(
      'warns, and no more, where the other end is %s',
      async trouble => {
        const start = troubles[trouble];
        if (!start) return;
        const receiver = await start();
        try {
          expect(await tell(receiver)).toBeDefined();
          expect(receiver.arrived()).toBe(0);
        } finally {
          await receiver.stop();
        }
      },
    );

    it('is over at its deadline where the other end is silent', async () => {
      const receiver = await troubles.silent();
      try {
        const startedAt = performance.now();
        expect(await tell(receiver, { deadlineMs: 400, tryTimeoutMs: 300, firstPauseMs: 5 })).toBeDefined();
        // Far from the fifteen seconds of a run, and far enough above for a machine under load.
        expect(performance.now() - startedAt).toBeLessThan(10_000);
        expect(receiver.arrived()).toBe(0);
      } finally {
        await receiver.stop();
      }
    });

    it.skipIf(!troubles.redirecting)('follows no redirect', async () => {
      const receiver = await (troubles.redirecting ?? expect.fail)();
      try {
        expect(await tell(receiver)).toBeDefined();
        expect(receiver.elsewhere()).toBe(0);
      } finally {
        await receiver.stop();
      }
    });
  });
}
