import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseTableName, printTableName } from '../../../src/backups/table-name.ts';

describe('a table’s name', () => {
  it('means the same again when it was printed', () => {
    const part = fc.string({ unit: 'binary', minLength: 1 });
    fc.assert(
      fc.property(part, part, (schema, table) => {
        expect(parseTableName(printTableName({ schema, table }))).toEqual({ schema, table });
      }),
    );
  });

  it('folds what is not quoted', () => {
    expect(parseTableName('Public."Orders"')).toEqual({ schema: 'public', table: 'Orders' });
  });

  it.each(['orders', 'a.b.c', '.b', 'a.', 'a b.c', '"a.b', '"".b', 'a."b"c', 'a."b" '])(
    'is not: %s',
    text => {
      expect(parseTableName(text)).toBeUndefined();
    },
  );
});
