import { describe, expect, it } from 'vitest';
import {
  archiveUnreadable,
  blocksDiffer,
  statementMalformed,
  storedListingDiffers,
  tablesMissing,
} from '../../../src/problems/proof.ts';

it('a crash of pg_restore is told apart from a refusal', () => {
  const crash = archiveUnreadable('pg_restore --list', 'was killed (SIGSEGV)', '');
  const refusal = archiveUnreadable('pg_restore --list', 'ended with status 1', 'pg_restore: error: no');
  expect(crash.summary).toBe('The archive could not be read back: pg_restore --list was killed (SIGSEGV).');
  expect(crash.hint).toContain('short of memory');
  expect(refusal.hint).toContain('last lines');
  expect(refusal.detail).toBe('pg_restore: error: no');
});

it('names five tables and counts the rest', () => {
  expect(tablesMissing(['a', 'b', 'c', 'd', 'e', 'f', 'g']).summary).toBe(
    'The archive lacks the data of 7 tables in scope: a, b, c, d, e and 2 more.',
  );
});

it('shows the beginning of a statement, on one line', () => {
  expect(statementMalformed(`COPY x\n${'y'.repeat(1000)}`).summary.length).toBeLessThan(200);
  expect(statementMalformed('COPY x\ny').summary).not.toContain('\n');
});

describe('what the store lists', () => {
  it.each([
    [null, 'the store does not list it'],
    [7, 'the store lists 7'],
    [10, 'was replaced in the store'],
  ])('%s instead of ten bytes', (found, text) => {
    expect(storedListingDiffers('k', 10, found).summary).toContain(text);
  });
});

it('every text is an integrity problem', () => {
  expect(blocksDiffer(3, 0, 5)).toMatchObject({ kind: 'integrity', code: 'PGB406' });
});
