import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchesGlob } from '../../../../src/commands/gate/glob.ts';

describe('a glob', () => {
  it.each([
    ['db/migrate/**', 'db/migrate/001_a.rb', true],
    ['db/migrate/**', 'db/migrate/deep/er.rb', true],
    ['db/migrate/**', 'db/migrated.rb', false],
    ['db/migrate/**', 'app/db/migrate/x.rb', false],
    ['**/migrations/**', 'migrations/x', true],
    ['**/migrations/**', 'a/b/migrations/c/d.sql', true],
    ['**/migrations/**', 'a/migrations-old/c.sql', false],
    ['**/*.sql', 'x.sql', true],
    ['**/*.sql', 'a/b/x.SQL', true],
    ['**/*.sql', 'a/b/x.sql.md', false],
    ['*.sql', 'a/x.sql', false],
    ['**/{v,u}*__*.{sql,java}', 'src/V1__init.sql', true],
    ['**/{v,u}*__*.{sql,java}', 'src/U2__undo.java', true],
    ['**/{v,u}*__*.{sql,java}', 'src/W1__x.sql', false],
    ['a?c', 'abc', true],
    ['a?c', 'ac', false],
    ['**', 'anything/at/all', true],
    ['a{b', 'a{b', true],
    ['*', '', true],
    ['a*b*c', 'a-b-b-c', true],
    ['a*b*c', 'a-c-b', false],
  ])('%s and %s: %s', (glob, path, expected) => expect(matchesGlob(path, glob)).toBe(expected));

  it('means what the regular expression of it would mean', () => {
    const name = fc.stringMatching(/^[ab.]{1,4}$/);
    const path = fc.array(name, { minLength: 1, maxLength: 5 }).map(names => names.join('/'));
    const piece = fc.oneof(
      fc.constant('**'),
      fc.stringMatching(/^[ab.*?]{1,4}$/).filter(text => !text.includes('**')),
    );
    const glob = fc.array(piece, { minLength: 1, maxLength: 4 }).map(pieces => pieces.join('/'));
    fc.assert(
      fc.property(path, glob, (one, two) => {
        expect(matchesGlob(one, two)).toBe(asExpression(two).test(one));
      }),
      { numRuns: 2_000 },
    );
  });

  // A regular expression would go on for hours here, and the test would run out of its time.
  it('comes to an end whatever a stranger names a file', () => {
    const evil = `${'a'.repeat(4_000)}b`;
    const folders = `${'a/'.repeat(2_000)}b`;
    for (const path of [evil, folders]) {
      expect(matchesGlob(path, '**/*a*a*a*a*a*c')).toBe(false);
      expect(matchesGlob(path, '**/a/**/a/**/a/**/c')).toBe(false);
    }
  });
});

/** Segment by segment; `**` takes any number of them. */
function asExpression(glob: string): RegExp {
  const parts = glob
    .split('/')
    .map(piece =>
      piece === '**'
        ? '(?:/[^/]*)*'
        : `/${piece.replaceAll('.', '\\.').replaceAll('*', '[^/]*').replaceAll('?', '[^/]')}`,
    );
  const expression = new RegExp(`^${parts.join('')}$`);
  return { test: (text: string) => expression.test(`/${text}`) } as RegExp;
}
