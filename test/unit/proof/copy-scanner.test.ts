import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Problem } from '../../../src/problems/problem.ts';
import { CopyScanner, type ScanResult } from '../../../src/proof/copy-scanner.ts';
import { HEADER, printBlock, printedArchive, sha256, TRAILER } from './printed-archive.ts';

/** Through one buffer that is overwritten after each push, as the fast reader does it. */
function scan(text: Buffer, sizes: readonly number[] = [text.length]): ScanResult {
  const scanner = new CopyScanner();
  const reused = Buffer.alloc(Math.max(...sizes, 1));
  for (let at = 0, turn = 0; at < text.length; turn++) {
    const size = sizes[turn % sizes.length] ?? 1;
    const length = text.copy(reused, 0, at, at + size);
    scanner.push(reused.subarray(0, length));
    reused.fill(0x0a);
    at += length;
  }
  return scanner.end();
}

function codeOf(act: () => unknown): string | undefined {
  try {
    act();
  } catch (error) {
    if (error instanceof Problem) return error.code;
    throw error;
  }
  return undefined;
}

const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 8 });

describe('any archive, cut anywhere', () => {
  it('gives what was printed', () => {
    fc.assert(
      fc.property(printedArchive, sizes, ({ text, expected }, cuts) => {
        const { rawBytes, otherStatements, ...found } = scan(text, cuts);
        expect(found).toEqual(expected);
        expect(rawBytes).toBe(text.length);
        expect(otherStatements).toBe(0);
      }),
      { numRuns: 1000 },
    );
  });

  it('is refused when its end is missing', () => {
    fc.assert(
      fc.property(printedArchive, fc.double({ min: 0, max: 1, noNaN: true }), ({ text }, share) => {
        const end = text.lastIndexOf('-- PostgreSQL database dump complete');
        expect(codeOf(() => scan(text.subarray(0, Math.floor(share * end))))).toBe('PGB401');
      }),
    );
  });

  it('is read alike whether it comes in large chunks or small ones', () => {
    const rows = Array.from({ length: 60_000 }, (_, n) => `${n}\ttext ${n * 7}\n`).join('');
    const text = printBlock('COPY public.t (a, b) FROM stdin;', rows);
    const expected = { rows: 60_000, bytes: rows.length, sha256: sha256(Buffer.from(rows)) };
    for (const size of [1, 4096, 65_536, 262_144, 262_145, 10_000_000]) {
      expect(scan(text, [size]).tables[0]).toMatchObject(expected);
    }
  });
});

describe('rows', () => {
  it.each([
    ['no rows', '', 0],
    ['empty lines', '\n\n\n', 3],
    ['a full stop', '.\n', 1],
    ['an escaped backslash and a full stop', '\\\\.\n', 1],
    ['null at a line start', '\\N\n\\N\n', 2],
    ['text that looks like the terminator within a line', 'a\\.\nb\n', 2],
    ['a line that begins like the terminator', '\\.x\n', 1],
    ['a bare escape at a line start', '\\\n\\.\\.\n', 2],
    ['a COPY statement', 'COPY public.fake (a) FROM stdin;\n1\n', 2],
    ['comments and psql commands', '-- load via partition root x\n\\restrict x\n--\n', 3],
    ['quotes left open', `'\n"\n`, 2],
  ])('with %s are counted as lines', (_, data, rows) => {
    const text = printBlock('COPY public.t (a) FROM stdin;', data);
    for (const size of [1, 2, 3, text.length]) {
      expect(scan(text, [size]).tables).toEqual([
        {
          statement: 'COPY public.t (a) FROM stdin;',
          rawStatement: Buffer.from('COPY public.t (a) FROM stdin;'),
          rows,
          bytes: data.length,
          sha256: sha256(Buffer.from(data)),
          viaRoot: false,
        },
      ]);
    }
  });
});

describe('what only looks like COPY', () => {
  it('in a comment on a large object opens no block', () => {
    const comment = `COMMENT ON LARGE OBJECT 7 IS 'it''s\nCOPY public.fake (a) FROM stdin;\n1\n\\.\n';\n`;
    expect(scan(Buffer.from(`${HEADER}${comment}${TRAILER}`)).tables).toEqual([]);
  });

  it('in the line-broken name of a partition root opens no block', () => {
    const root = `-- load via partition root public."r\nCOPY public.fake (a) FROM stdin;\n1\n\\.\n"\n\n`;
    const copy = 'COPY public."r\nCOPY public.fake (a) FROM stdin;\n1\n\\.\n" (a) FROM stdin;\nx\n\\.\n';
    const { tables } = scan(Buffer.from(`${HEADER}${root}${copy}${TRAILER}`), [3]);
    expect(tables.map(({ rows, viaRoot }) => ({ rows, viaRoot }))).toEqual([{ rows: 1, viaRoot: true }]);
  });

  it('in the value of an INSERT opens no block, and the INSERT is told', () => {
    const insert = `INSERT INTO public.t VALUES ('\nCOPY public.fake (a) FROM stdin;\n1\n\\.\n');\n`;
    const { tables, otherStatements } = scan(Buffer.from(`${HEADER}${insert}${TRAILER}`));
    expect({ tables, otherStatements }).toEqual({ tables: [], otherStatements: 1 });
  });

  it('in a statement too long to keep opens no block', () => {
    const insert = `INSERT INTO public.t VALUES ('${'x'.repeat(3_000_000)}');\n`;
    const text = Buffer.from(`${HEADER}${insert}COPY public.t (a) FROM stdin;\n1\n\\.\n${TRAILER}`);
    const { tables, otherStatements } = scan(text, [65_536]);
    expect({ rows: tables.map(table => table.rows), otherStatements }).toEqual({
      rows: [1],
      otherStatements: 1,
    });
  });

  it('the end of a dump within rows does not end the output', () => {
    const text = printBlock('COPY public.t (a) FROM stdin;', '-- PostgreSQL database dump complete\n');
    const cut = text.subarray(0, text.lastIndexOf('-- PostgreSQL'));
    expect(codeOf(() => scan(cut))).toBe('PGB401');
  });
});

describe('where standard_conforming_strings is off', () => {
  it('doubled backslashes are one', () => {
    const head = HEADER.replace('strings = on', 'strings = off');
    const body = `SELECT pg_catalog.setval('public."a\\\\b''c"', 1, false);
SELECT pg_catalog.lo_open('9', 131072);
SELECT pg_catalog.lowrite(0, '\\\\x00ff5c27');
SELECT pg_catalog.lo_close(0);
`;
    const found = scan(Buffer.from(`${head}${body}${TRAILER}`));
    expect(found.sequences).toEqual([{ name: `public."a\\b'c"`, value: '1', called: false }]);
    expect(found.largeObjects).toEqual([
      { oid: 9, bytes: 4, sha256: sha256(Buffer.from('00ff5c27', 'hex')) },
    ]);
  });
});

describe('a malformed statement is refused', () => {
  it.each([
    "COPY public.t (a) FROM '/etc/passwd';",
    "SELECT pg_catalog.setval('public.s', one, true);",
    "SELECT pg_catalog.lo_open('x', 131072);",
    "SELECT pg_catalog.lowrite(0, '\\x00');",
    'SELECT pg_catalog.lo_close(0);',
    "SELECT pg_catalog.lo_open('1', 131072);\nSELECT pg_catalog.lowrite(0, '\\x0');",
    "SELECT pg_catalog.lo_open('1', 131072);\nSELECT pg_catalog.lowrite(0, '\\x0g');",
    "SELECT pg_catalog.lo_open('1', 131072);\nSELECT pg_catalog.lowrite(0, 'plain');",
  ])('%s', statement => {
    expect(codeOf(() => scan(Buffer.from(`${HEADER}${statement}\n${TRAILER}`)))).toBe('PGB412');
  });

  it('a lowrite too long to keep, rather than taken up without its middle', () => {
    const write = `SELECT pg_catalog.lo_open('1', 131072);\nSELECT pg_catalog.lowrite(0, '\\x${'00'.repeat(2_000_000)}');`;
    expect(codeOf(() => scan(Buffer.from(`${HEADER}${write}\n${TRAILER}`), [65_536]))).toBe('PGB412');
  });

  it('a large object that is never closed breaks off', () => {
    const open = "SELECT pg_catalog.lo_open('1', 131072);\n";
    expect(codeOf(() => scan(Buffer.from(`${HEADER}${open}${TRAILER}`)))).toBe('PGB401');
  });
});

it('tells its progress', () => {
  const text = printBlock('COPY public.t (a) FROM stdin;', '1\n');
  const scanner = new CopyScanner();
  const half = text.indexOf('1\n\\.');
  scanner.push(text.subarray(0, half));
  expect([scanner.tablesDone, scanner.bytes]).toEqual([0, half]);
  scanner.push(text.subarray(half));
  expect([scanner.tablesDone, scanner.bytes]).toEqual([1, text.length]);
});
