// What programs are called with, and what of their talk is a warning.
import { describe, expect, it } from 'vitest';
import type { ClientFacts } from '../../../src/postgres/port.ts';
import { dumpArguments } from '../../../src/postgres/source.ts';
import { warningsOf } from '../../../src/postgres/tool.ts';

function client(version: string): ClientFacts {
  const major = Number.parseInt(version, 10);
  return { folder: `/pg/${version}`, version, major, zstd: major >= 16, source: 'path', warnings: [] };
}

describe("pg_dump's arguments", () => {
  const options = (compression: string) => ({ compression, lockWaitTimeoutMs: 300_000 });
  it.each([
    ['16.15', 'zstd:3', 'zstd:3'],
    ['18.6', 'gzip:6', 'gzip:6'],
    ['17.12', 'lz4', 'lz4'],
    ['16.15', 'none', 'none'],
    ['15.18', 'gzip:9', '9'],
    ['14.23', 'gzip', '6'],
    ['14.23', 'none', '0'],
  ])('client %s, compression %s', (version, compression, wanted) => {
    expect(dumpArguments(client(version), { id: '0003-1' }, options(compression))).toEqual([
      '--format=custom',
      `--compress=${wanted}`,
      '--snapshot=0003-1',
      '--lock-wait-timeout=10000',
    ]);
  });

  it.each(['zstd:3', 'lz4'])(
    '%s is refused before 16: such a client would write it otherwise, in silence',
    compression => {
      expect(() => dumpArguments(client('15.18'), { id: '1' }, options(compression))).toThrow(
        expect.objectContaining({ code: 'PGB203' }),
      );
    },
  );
});

describe('warnings', () => {
  it('are what the tool says is one, with its details and hints, each once', () => {
    const stderr = [
      'pg_dump: last built-in OID is 16383',
      'pg_dump: warning: there are circular foreign-key constraints on this table:',
      'pg_dump: detail: tree',
      'pg_dump: hint: You might not be able to restore the dump without using --disable-triggers.',
      'pg_dump: warning: subscriptions not dumped because current user is not a superuser',
      'pg_dump: warning: subscriptions not dumped because current user is not a superuser',
      'pg_restore: warning: errors ignored on restore: 3',
      'warning: of somebody else',
    ].join('\n');
    expect(warningsOf(stderr)).toEqual([
      'there are circular foreign-key constraints on this table: (tree) (You might not be able to restore the dump without using --disable-triggers.)',
      'subscriptions not dumped because current user is not a superuser',
      'errors ignored on restore: 3',
    ]);
  });

  it.each(['', 'pg_dump: detail: of nothing', 'pg_dump: error: no warning'])(
    'there are none in %j',
    stderr => {
      expect(warningsOf(stderr)).toEqual([]);
    },
  );
});
