import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { RunAhead } from '../../../../src/commands/backup/run-ahead.ts';

const MEBIBYTE = 1024 * 1024;

/** Takes nothing until it is told to; keeps what it took, as it was when it took it. */
class SlowTaker {
  readonly taken: Buffer[] = [];
  readonly #waiting: (() => void)[] = [];

  readonly handOn = (bytes: Buffer) =>
    new Promise<void>(resolve => {
      this.#waiting.push(() => {
        this.taken.push(Buffer.from(bytes));
        resolve();
      });
    });

  get held(): number {
    return this.#waiting.length;
  }

  takeOne(): void {
    this.#waiting.shift()?.();
  }
}

async function settled(promise: Promise<void>): Promise<boolean> {
  let done = false;
  void promise.then(() => (done = true));
  await new Promise(resolve => setImmediate(resolve));
  return done;
}

test('everything arrives in order, although the buffers that it came in are used again', async () => {
  const taker = new SlowTaker();
  const ahead = new RunAhead(taker.handOn);
  const data = randomBytes(9 * MEBIBYTE + 5);
  const lent = Buffer.alloc(300_000);
  for (let from = 0; from < data.length; from += lent.length) {
    const bytes = data.copy(lent, 0, from, from + lent.length);
    const writing = ahead.write(lent.subarray(0, bytes));
    while (!(await settled(writing))) taker.takeOne();
    lent.fill(0);
  }
  while (taker.held > 0) taker.takeOne();
  expect(Buffer.concat(taker.taken).equals(data)).toBe(true);
});

test('a writer may be four megabytes ahead, and not a byte more', async () => {
  const taker = new SlowTaker();
  const ahead = new RunAhead(taker.handOn);
  await ahead.write(randomBytes(4 * MEBIBYTE));
  const next = ahead.write(Buffer.from('x'));
  expect(await settled(next)).toBe(false);
  taker.takeOne();
  expect(await settled(next)).toBe(true);
});

test('what a piece failed of is told to the next write, and also to one that waits', async () => {
  let fail = (_: Error) => {};
  const ahead = new RunAhead(() => new Promise((_, reject) => (fail = reject)));
  await ahead.write(randomBytes(4 * MEBIBYTE));
  const waiting = ahead.write(Buffer.from('x'));
  fail(new Error('gone'));
  await expect(waiting).rejects.toThrow('gone');
});
