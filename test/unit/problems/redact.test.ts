import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeRedactor } from '../../../src/problems/redact.ts';

/** Includes few letters, so that secrets overlap, touch and hold the replacement. */
const secretText = fc.oneof(
  fc.string({ minLength: 4, maxLength: 12, unit: fc.constantFrom('a', 'b', '*', '%') }),
  fc.string({ minLength: 4, maxLength: 40, unit: 'binary' }),
  fc.string({ minLength: 4, maxLength: 40 }),
);
const secretsAndText = fc.array(secretText, { minLength: 1, maxLength: 4 }).chain(secrets =>
  fc.tuple(
    fc.constant(secrets),
    fc
      .array(
        fc.oneof(
          fc.constantFrom(...secrets),
          fc.string({ unit: fc.constantFrom('a', 'b', '*') }),
          fc.string(),
        ),
      )
      .map(parts => parts.join('')),
  ),
);

describe('a redactor', () => {
  it('leaves no secret in any text, and is idempotent', () => {
    fc.assert(
      fc.property(secretsAndText, ([secrets, text]) => {
        const redact = makeRedactor(secrets);
        const shown = redact(text);
        for (const secret of secrets) expect(shown).not.toContain(secret);
        expect(redact(shown)).toBe(shown);
      }),
      { numRuns: 2_000 },
    );
  });

  it('leaves other text alone', () => {
    const redact = makeRedactor(['hunter2hunter2']);
    expect(redact('pg_dump: error: no such table hunter2')).toBe('pg_dump: error: no such table hunter2');
    expect(makeRedactor([])('anything')).toBe('anything');
  });

  const secret = 'p@ss "w\'ö\\rd/+1';
  it.each([
    ['as it is', secret],
    ['in a URL', encodeURIComponent(secret)],
    [
      'in a URL with small hex digits',
      encodeURIComponent(secret).replace(/%../g, code => code.toLowerCase()),
    ],
    ['in a path', encodeURI(secret)],
    ['in a form', encodeURIComponent(secret).replaceAll('%20', '+')],
    ['in JSON', JSON.stringify(secret).slice(1, -1)],
    ['in a connection string', secret.replace(/[\\']/g, '\\$&')],
    ['in an SQL literal', secret.replaceAll("'", "''")],
  ])('finds a secret %s', (_, form) => {
    expect(makeRedactor([secret])(`before ${form} after`)).toBe('before *** after');
  });

  it('finds the decoded form of an encoded secret', () => {
    expect(makeRedactor([encodeURIComponent(secret)])(`failed: ${secret}`)).toBe('failed: ***');
  });

  it('finds a secret in the base64 of a longer text, wherever it stands there', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 8 }),
        fc.string({ minLength: 8 }),
        fc.uint8Array({ maxLength: 8 }),
        fc.constantFrom('base64' as const, 'base64url' as const),
        (before, value, after, encoding) => {
          const text = Buffer.concat([before, Buffer.from(value), after]).toString(encoding);
          const shown = makeRedactor([value])(text);
          expect(shown).toContain('***');
          // At most the characters that the secret shares with its neighbours are left.
          expect(shown.replace('***', '').length).toBeLessThanOrEqual(
            Buffer.from([...before, ...after]).toString('base64').length + 8,
          );
        },
      ),
    );
  });

  it('finds each line of a secret of several lines, but not the short ones', () => {
    const redact = makeRedactor(['first line\r\nab\n  second line\n']);
    expect(redact('x second line, ab, first line')).toBe('x ***, ab, ***');
  });

  it('does not save the tail of a secret that overlaps another', () => {
    expect(makeRedactor(['abcdef', 'defghijkl'])('-abcdefghijkl-')).toBe('-***-');
  });

  it('ignores what is too short to be told from ordinary text', () => {
    expect(makeRedactor(['', 'abc'])('abc')).toBe('abc');
  });
});
