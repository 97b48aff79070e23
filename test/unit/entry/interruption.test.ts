// Signals are emitted here, not sent: the handlers are what is tried, and nobody else's.
import { afterEach, expect, it, vi } from 'vitest';
import { type Interruption, watchForInterruption } from '../../../src/entry/interruption.ts';

let watched: Interruption | undefined;
function watch(): Interruption {
  watched = watchForInterruption();
  return watched;
}
afterEach(() => {
  watched?.end();
  vi.useRealTimers();
});

it.each(['SIGINT', 'SIGTERM'] as const)('%s aborts with a problem that names it', signal => {
  const interruption = watch();
  expect(interruption.received()).toBeNull();
  process.emit(signal, signal);
  expect(interruption.signal.aborted).toBe(true);
  expect(interruption.signal.reason).toMatchObject({
    kind: 'cancelled',
    summary: expect.stringContaining(signal),
  });
  expect(interruption.received()).toBe(signal);
});

it('the second signal changes nothing: the clean-up of the first goes on', () => {
  const interruption = watch();
  process.emit('SIGINT', 'SIGINT');
  const { reason } = interruption.signal;
  process.emit('SIGTERM', 'SIGTERM');
  expect(interruption.signal.reason).toBe(reason);
  expect(interruption.received()).toBe('SIGINT');
});

it('the limit aborts with the time that was given, and is no signal', () => {
  vi.useFakeTimers();
  const interruption = watch();
  interruption.limit(5_000);
  vi.advanceTimersByTime(4_999);
  expect(interruption.signal.aborted).toBe(false);
  vi.advanceTimersByTime(1);
  expect(interruption.signal.reason).toMatchObject({
    code: 'PGB901',
    summary: expect.stringContaining('5 s'),
  });
  expect(interruption.received()).toBeNull();
});

it('a limit of years is not over at once', () => {
  vi.useFakeTimers();
  const interruption = watch();
  interruption.limit(10 * 365 * 86_400_000);
  vi.advanceTimersByTime(86_400_000);
  expect(interruption.signal.aborted).toBe(false);
});

it('after the end neither clock nor signals are heard, and no handler is left', () => {
  vi.useFakeTimers();
  const before = process.listenerCount('SIGINT') + process.listenerCount('SIGTERM');
  const interruption = watch();
  interruption.limit(5_000);
  interruption.end();
  vi.advanceTimersByTime(10_000);
  expect(interruption.signal.aborted).toBe(false);
  expect(process.listenerCount('SIGINT') + process.listenerCount('SIGTERM')).toBe(before);
});
