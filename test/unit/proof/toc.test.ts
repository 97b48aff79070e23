import { describe, expect, it } from 'vitest';
import { parseToc } from '../../../src/proof/toc.ts';

const HEADER = `;
; Archive created at 2026-11-21 09:25:12 UTC
;     dbname: shop
;     TOC Entries: 48
;     Compression: zstd
;     Dump Version: 1.16-0
;     Format: CUSTOM
;     Integer: 4 bytes
;     Offset: 8 bytes
;     Dumped from database version: 15.19 (Debian 15.19-1)
;     Dumped by pg_dump version: 18.6
;
;
; Selected TOC Entries:
;
`;
const toc = (...lines: string[]) => parseToc(HEADER + lines.map(line => `${line}\n`).join(''));

it('gives the tables with data by OID, in order', () => {
  const { tableData } = toc(
    '226; 1259 16409 TABLE public evil postgres',
    '2682; 0 16404 TABLE DATA odd "schema FROM stdin; tbl COPY x (y) FROM stdin; \\. postgres',
    '2679; 0 16393 TABLE DATA public empty_table postgres',
    '2531; 0 0 TABLE ATTACH public leaf0 postgres',
    '2690; 0 4294967295 TABLE DATA public largest_oid postgres',
  );
  expect(tableData).toEqual([16404, 16393, 4294967295]);
});

it('takes names that hold a line separator of Unicode', () => {
  const read = parseToc(
    `;     dbname: a\u2028;     Dumped by pg_dump version: 99\n${HEADER}2679; 0 16393 TABLE DATA public a\u2028b\u2029c\r postgres\n`,
  );
  expect(read.tableData).toEqual([16393]);
  expect(read.dumpVersion).toBe('18.6');
});

it('is not deceived by schemas named like the end of a kind', () => {
  expect(
    toc(
      '215; 1259 16404 TABLE DATA t postgres',
      '216; 1259 16405 SEQUENCE SET s postgres',
      '217; 1259 16406 MATERIALIZED VIEW DATA v postgres',
      '2704; 0 0 COMMENT public TABLE DATA postgres',
    ),
  ).toMatchObject({ tableData: [], sequences: 0, materializedViews: [] });
});

it('counts sequences and finds the materialized views that are filled', () => {
  expect(
    toc(
      '217; 1259 16414 SEQUENCE public s postgres',
      '2707; 0 0 SEQUENCE SET public s postgres',
      '224; 1259 16438 MATERIALIZED VIEW public mv postgres',
      '225; 1259 16442 MATERIALIZED VIEW public unfilled postgres',
      '2690; 0 16438 MATERIALIZED VIEW DATA public mv postgres',
    ),
  ).toMatchObject({ sequences: 1, materializedViews: [16438] });
});

describe('large objects', () => {
  it('are listed one by one by pg_dump 14 to 16', () => {
    const { largeObjects } = toc(
      '2692; 2613 16446 BLOB - 16446 postgres',
      '2695; 2613 77777 BLOB - 77777 rr',
      '2706; 0 0 COMMENT - LARGE OBJECT 77777 rr',
      '2696; 0 0 BLOBS - BLOBS ',
    );
    expect(largeObjects).toEqual({ by: 'oid', oids: [16446, 77777] });
  });

  it('are listed in groups by 17 and newer', () => {
    const { largeObjects } = toc(
      '2733; 2613 16451 BLOB METADATA - 16451..16453 postgres',
      '2735; 2613 77777 BLOB METADATA - 77777 rr',
      '2734; 0 0 BLOBS - 16451..16453 postgres',
      '2736; 0 0 BLOBS - 77777 12..13',
    );
    expect(largeObjects).toEqual({
      by: 'group',
      groups: [
        { first: 16451, last: 16453 },
        { first: 77777, last: 77777 },
      ],
    });
  });

  it('need not be there', () => {
    expect(toc().largeObjects).toEqual({ by: 'oid', oids: [] });
  });
});

it('reads the versions out of the header', () => {
  expect(toc()).toMatchObject({ serverVersion: '15.19 (Debian 15.19-1)', dumpVersion: '18.6' });
  expect(parseToc('')).toMatchObject({ serverVersion: undefined, dumpVersion: undefined });
});

it('refuses what pg_restore does not print', () => {
  expect(() => toc('TABLE DATA public t postgres')).toThrow(
    expect.objectContaining({ code: 'PGB402', kind: 'integrity' }),
  );
});
