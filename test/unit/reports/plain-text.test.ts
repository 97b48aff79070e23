import fc from 'fast-check';
import { expect, it } from 'vitest';
import { clip, lastLines, marked, oneLine, piecesOf, plural } from '../../../src/reports/plain-text.ts';
import { anyText } from './outcome-arbitrary.ts';

it('clips within the limit and never through a character', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 40 }), (text, max) => {
      const clipped = clip(text, max);
      expect(clipped.length).toBeLessThanOrEqual(max);
      expect(clipped.isWellFormed()).toBe(true);
      if (text.length <= max) expect(clipped).toBe(text);
    }),
  );
});

it('one line holds no control and no mark that turns text round', () => {
  fc.assert(
    fc.property(anyText, text => {
      expect(oneLine(text)).not.toMatch(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u);
    }),
  );
  expect(oneLine(' a\r\nb\t\u202Ec\u0000 ')).toBe('a b c');
});

it('a marked name is one code piece, whatever it holds', () => {
  fc.assert(
    fc.property(anyText, name => {
      const pieces = piecesOf(`Backed up ${marked(name)} now`);
      expect(pieces.filter(piece => piece.code).length).toBeLessThanOrEqual(1);
      expect(pieces[0]).toEqual({ code: false, text: expect.stringMatching(/^Backed up /) });
    }),
  );
});

it('splits a sentence at its code marks and loses nothing', () => {
  expect(piecesOf('set `a b` and `c`.')).toEqual([
    { code: false, text: 'set ' },
    { code: true, text: 'a b' },
    { code: false, text: ' and ' },
    { code: true, text: 'c' },
    { code: false, text: '.' },
  ]);
  fc.assert(
    fc.property(anyText, text => {
      const joined = piecesOf(text).map(piece => (piece.code ? `\`${piece.text}\`` : piece.text));
      expect(joined.join('')).toBe(text);
    }),
  );
});

it('keeps the last lines, without the empty ones', () => {
  expect(lastLines('one\n\ntwo\r\n\tthree \n', 2)).toBe('two\n    three');
});

it('counts things', () => {
  expect(plural(1, 'row')).toBe('1 row');
  expect(plural(1_234, 'row')).toBe('1,234 rows');
  expect(plural(0, 'entry', 'entries')).toBe('0 entries');
});
