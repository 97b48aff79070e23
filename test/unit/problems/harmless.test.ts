import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { harmless, singleLine } from '../../../src/problems/harmless.ts';
import { makeRedactor } from '../../../src/problems/redact.ts';

const nasty = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '::',
        ':',
        '##[',
        '#',
        '[',
        '\x1b',
        '\x1b[31m',
        '\x9b2J',
        '\x1b]0;t\x07',
        '\r',
        '\n',
        ' ',
        '\u0085',
        '\u2028',
      ),
      fc.constantFrom('set-output name=x::y', 'error', '\u202e', '\ud800', '\u200b', '\ufeff', '\xa0', '\0'),
      fc.string({ unit: 'binary', maxLength: 6 }),
    ),
    { maxLength: 14 },
  )
  .map(parts => parts.join(''));

/** As the runner's reader ends lines. */
const runnerLines = (text: string) => text.split(/\r\n|\r|\n/);

describe('harmless', () => {
  it('leaves nothing that the runner would obey, and nothing that a terminal would', () => {
    fc.assert(
      fc.property(nasty, text => {
        for (const line of runnerLines(harmless(text))) {
          expect(line.trimStart().startsWith('::')).toBe(false);
          expect(line).not.toContain('##[');
          expect(line).not.toMatch(/[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]/);
          expect(line.isWellFormed()).toBe(true);
        }
      }),
      { numRuns: 3_000 },
    );
  });

  it('changes nothing the second time', () => {
    fc.assert(
      fc.property(fc.oneof(nasty, fc.string({ maxLength: 5_000, minLength: 1_900 })), text => {
        expect(harmless(harmless(text))).toBe(harmless(text));
        expect(singleLine(singleLine(text))).toBe(singleLine(text));
      }),
      { numRuns: 1_000 },
    );
  });

  it('leaves no secret, even one that was cut up by sequences or at the end of a long line', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 6, maxLength: 30, unit: 'binary' }),
        nasty,
        fc.nat({ max: 2_100 }),
        fc.nat({ max: 5 }),
        (secret, text, before, cut) => {
          const redact = makeRedactor([secret]);
          const split = `${secret.slice(0, cut)}\x1b[0m${secret.slice(cut)}`;
          const shown = harmless(`${text}${'x'.repeat(before)}${secret} ${split}`, redact);
          expect(shown).not.toContain(secret);
          expect(harmless(shown, redact)).toBe(shown);
          expect(singleLine(text + split, 300, redact)).not.toContain(secret);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it('leaves no half of a secret where a long line is cut', () => {
    const secret = 'correct-horse-battery';
    const redact = makeRedactor([secret]);
    for (let before = 1_930; before < 2_010; before++) {
      expect(harmless(`${'x'.repeat(before)} ${secret} ${'y'.repeat(200)}`, redact)).not.toContain('correct');
    }
  });

  it.each([
    ['a command', '::add-mask::x', ': :add-mask::x'],
    ['a command after blanks', ' \t\u00a0::error::x', ' \t\u00a0: :error::x'],
    ['three colons', ':::', ': ::'],
    ['a command behind a colour', '\x1b[31m::error::x', ': :error::x'],
    ['a command of the old kind', 'a ##[error]x', 'a ## [error]x'],
    ['one that a sequence hides', '#\x1b[0m#[error]x', '## [error]x'],
    ['colours and cursor moves', '\x1b[1;31mred\x1b[0m\x1b[2J\x9b1A', 'red'],
    ['a window title and a link', '\x1b]0;owned\x07a\x1b]8;;http://x\x1b\\b', 'ab'],
    ['an unfinished sequence', 'a\x1b]0;b', 'a\\x1b]0;b'],
    ['a bell and a null', 'a\x07\0', 'a\\x07\\x00'],
    ['a line end for Unicode', 'a\u2028::b', 'a\\u2028::b'],
    ['text turned around', 'a\u202eb', 'a\\u202eb'],
    ['a carriage return', 'progress 1\rprogress 2\r\ndone', 'progress 1\nprogress 2\ndone'],
    ['tabs and line feeds', 'a\tb\nc', 'a\tb\nc'],
    ['a name with colons inside', 'public::text', 'public::text'],
    ['other scripts', 'таблица 表 🐘', 'таблица 表 🐘'],
  ])('on %s', (_, text, shown) => {
    expect(harmless(text)).toBe(shown);
  });

  it('reads bytes, valid or not', () => {
    expect(harmless(Buffer.from([0x61, 0xff, 0xe2, 0x82, 0x62]))).toBe('a\ufffd\ufffdb');
  });

  it('caps each line, between characters', () => {
    const [long, next] = harmless(`${'🐘'.repeat(2_000)}\nnext`).split('\n');
    expect(long?.length).toBeLessThanOrEqual(2_000);
    expect(long).toMatch(/🐘… \(\d+ more characters\)$/u);
    expect(next).toBe('next');
  });

  it.each(['\r', '\x1b]', '\x9d', '\x1b[', ':', '#', ' ', '\u200b'])(
    'takes a megabyte of %j in its stride',
    unit => {
      const started = performance.now();
      harmless(`${unit.repeat(1_000_000 / unit.length)}x`);
      // Seconds away from what a quadratic search would need.
      expect(performance.now() - started).toBeLessThan(20_000);
    },
  );
});

describe('singleLine', () => {
  it('is one line, whatever comes', () => {
    fc.assert(
      fc.property(nasty, text => {
        expect(runnerLines(singleLine(text))).toHaveLength(1);
        expect(singleLine(text).startsWith('::')).toBe(false);
      }),
    );
  });

  it('joins lines and blanks', () => {
    expect(singleLine('  ERROR:  no\r\n\tsuch   table\n')).toBe('ERROR: no such table');
  });

  it('is at most as long as asked', () => {
    expect(singleLine('x'.repeat(1_000), 80)).toHaveLength(40 + '… (960 more characters)'.length);
  });
});
