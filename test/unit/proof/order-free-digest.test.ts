import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineBag, OrderFreeDigest } from '../../../src/proof/order-free-digest.ts';

const rows = fc.array(
  fc.string().map(text => text.replaceAll('\n', '')),
  { maxLength: 20 },
);

function digestOf(lines: readonly string[], cut = Number.POSITIVE_INFINITY): OrderFreeDigest {
  const digest = new OrderFreeDigest();
  const bytes = Buffer.from(lines.map(line => `${line}\n`).join(''));
  for (let at = 0; at < bytes.length; at += Math.min(cut, bytes.length))
    digest.take(Buffer.from(bytes.subarray(at, at + cut)));
  return digest;
}

/** The plainest way to say it. */
function reference(lines: readonly string[]): string {
  const sum = lines.reduce(
    (total, line) => total + BigInt(`0x${createHash('sha256').update(line).digest('hex')}`),
    0n,
  );
  return (sum % 2n ** 256n).toString(16).padStart(64, '0');
}

describe('OrderFreeDigest', () => {
  it('is the number of rows and the sum of their SHA-256, wherever chunks are cut', () => {
    fc.assert(
      fc.property(rows, fc.integer({ min: 1, max: 9 }), (lines, cut) => {
        const digest = digestOf(lines, cut);
        expect([digest.rows, digest.digest()]).toEqual([lines.length, reference(lines)]);
      }),
    );
  });

  it('does not depend on order, and does on every row', () => {
    const sorted = digestOf(['a', 'b', 'b']).digest();
    expect(digestOf(['b', 'a', 'b']).digest()).toBe(sorted);
    expect(digestOf(['b', 'a', 'a']).digest()).not.toBe(sorted);
  });
});

describe('LineBag', () => {
  const bag = (...lines: string[]) => {
    const made = new LineBag();
    made.take(Buffer.from(lines.map(line => `${line}\n`).join('')));
    return made;
  };

  it('contains what is in it as often as it is', () => {
    expect(bag('a', 'b', 'b').contains(bag('b', 'a'))).toBe(true);
    expect(bag('a', 'b').contains(bag('b', 'b'))).toBe(false);
    expect(bag('a').contains(bag())).toBe(true);
    expect(bag('a').contains(bag('c'))).toBe(false);
  });
});
