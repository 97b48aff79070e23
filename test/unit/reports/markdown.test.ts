import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { block, code, prose, row } from '../../../src/reports/markdown.ts';
import { anyText } from './outcome-arbitrary.ts';

/** What is left when plain code spans, escapes and our own elements are taken away must hold no markup. */
function bare(markdown: string): string {
  return markdown
    .replace(/\\[!-/:-@[-`{-~]/g, '')
    .replace(/`[^`|\\]+`/g, '')
    .replace(/<(code|span)>|<\/(code|span)>/g, '')
    .replace(/&(#\d+|amp|lt|gt);/g, '');
}

describe.each([
  ['code', code],
  ['prose', prose],
] as const)('%s', (_, write) => {
  it('leaves no markup, no line break and no table border of foreign origin', () => {
    fc.assert(
      fc.property(anyText, text => {
        const written = write(text);
        expect(bare(written)).not.toMatch(/[<>|`*_[\]~#!\\\n\r]|&/);
        expect(written).not.toMatch(/[\n\r|]/);
      }),
    );
  });

  it('mentions nobody and starts no mathematics outside of code', () => {
    fc.assert(
      fc.property(anyText, text => {
        const outside = write(text)
          .replace(/`[^`|\\]+`/g, '')
          .replaceAll(/<span>[@$]<\/span>/g, '');
        expect(outside).not.toMatch(/[@$]|https?:\/\/|www\./i);
      }),
    );
  });
});

it('writes ordinary values the ordinary way', () => {
  expect(code('app/daily/x.dump')).toBe('`app/daily/x.dump`');
  expect(code('a`b|c')).toBe('<code>a&#96;b&#124;c</code>');
  expect(code('\u0000')).toBe('<code> </code>');
  expect(prose('Set `max-age` to 26h, as in a_b <x> | @me for $5.')).toBe(
    'Set `max-age` to 26h, as in a\\_b &lt;x&gt; &#124; <span>@</span>me for <span>$</span>5.',
  );
  expect(prose('see https://evil.example and www.evil.example')).toBe(
    'see https&#58;//evil.example and www&#46;evil.example',
  );
});

it('a row has the cells it was given', () => {
  fc.assert(
    fc.property(fc.array(anyText, { minLength: 1, maxLength: 4 }), texts => {
      const line = row(texts.flatMap(text => [code(text), prose(text)]));
      expect(line.split('|')).toHaveLength(2 * texts.length + 2);
    }),
  );
});

it('a block can not be ended by what it shows', () => {
  fc.assert(
    fc.property(anyText, text => {
      const lines = block(text, 20).split('\n');
      const fence = lines.at(-1) ?? '';
      expect(fence).toMatch(/^`{3,}$/);
      expect(lines[0]).toBe(`${fence}text`);
      expect(lines.slice(1, -1).filter(line => line.includes(fence))).toEqual([]);
    }),
  );
});
