import fc from 'fast-check';
import { expect, it } from 'vitest';
import { lineFeeds, SEARCH_BYTES, searchEnd } from '../../../src/proof/line-search.ts';

/** The same in plain words, a byte at a time. */
function plainly(text: Uint8Array): { end: number; lineFeeds: number } {
  let feeds = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === 0x0a) feeds += 1;
    if (Buffer.from(text.subarray(at, at + 4)).equals(Buffer.from('\n\\.\n')))
      return { end: at, lineFeeds: feeds };
  }
  return { end: text.length, lineFeeds: feeds };
}

const search = (text: Uint8Array) => ({ end: searchEnd(text), lineFeeds: lineFeeds() });

const teasing = fc
  .array(fc.constantFrom('\n', '\\', '.', 'a', '\n\\.\n', 'some longer text', '\u00ff'), { maxLength: 60 })
  .map(parts => Buffer.from(parts.join('')));

it('agrees with a plain loop', () => {
  fc.assert(
    fc.property(fc.oneof(teasing, fc.uint8Array({ maxLength: 100 })), text => {
      expect(search(text)).toEqual(plainly(text));
    }),
    { numRuns: 3000 },
  );
});

it('finds the end at every place in a step, whatever an earlier search left behind', () => {
  for (let before = 0; before < 40; before++) {
    searchEnd(Buffer.alloc(200, '\n\\.\n'));
    const text = Buffer.from(`${'x\n'.repeat(before)}\n\\.\n${'y\n'.repeat(5)}`);
    expect(search(text)).toEqual({ end: before * 2, lineFeeds: before + 1 });
    searchEnd(Buffer.alloc(200, '\n\\.\n'));
    expect(search(text.subarray(0, before * 2 + 3))).toEqual({ end: before * 2 + 3, lineFeeds: before + 1 });
  }
});

it('reads as far as it says', () => {
  const text = Buffer.alloc(SEARCH_BYTES, '\n');
  expect(search(text)).toEqual({ end: SEARCH_BYTES, lineFeeds: SEARCH_BYTES });
});
