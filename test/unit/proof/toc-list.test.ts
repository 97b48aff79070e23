import { describe, expect, it } from 'vitest';
import { cutList, type EntryKind } from '../../../src/proof/toc-list.ts';

const TOC = `;
; Archive created at 2026-11-21
;     Dumped from database version: 17.11
;
2; 3079 16389 EXTENSION - hstore
3000; 0 0 COMMENT - EXTENSION hstore
219; 1259 16390 TABLE public orders postgres
220; 1259 16391 TABLE public TABLE DATA postgres
3400; 0 16390 TABLE DATA public orders postgres
3401; 0 16391 TABLE DATA public TABLE DATA postgres
3402; 0 0 SEQUENCE SET public orders_id_seq postgres
3403; 0 0 BLOBS - 16529..16531 postgres
3404; 2613 16529 BLOB METADATA - 16529..16531 postgres
3405; 0 0 ACL - LARGE OBJECTS 16529..16531 postgres
3406; 2620 16399 TRIGGER public orders watches postgres
3407; 0 0 COMMENT public TRIGGER watches ON orders postgres
3408; 2606 16393 FK CONSTRAINT public orders of customer postgres
3409; 0 0 COMMENT public CONSTRAINT of customer ON orders postgres
3410; 2606 16394 CONSTRAINT public orders orders_pkey postgres
3411; 0 0 COMMENT public CONSTRAINT orders_pkey ON orders postgres
3412; 0 16400 MATERIALIZED VIEW DATA public sums postgres
3413; 6104 16401 PUBLICATION - all postgres
3414; 6106 16402 PUBLICATION TABLE public all orders postgres
3415; 3466 16403 EVENT TRIGGER - watch postgres
`;

/** Dump ids that are left, without the head. */
function left(kinds: readonly EntryKind[], oids?: readonly number[]): string[] {
  const cut = cutList(TOC, ({ kind, oid }) => kinds.includes(kind) && (!oids || oids.includes(oid)));
  return cut
    .split('\n')
    .filter(line => line !== '' && !line.startsWith(';'))
    .map(line => line.split(';')[0] ?? '');
}

describe('a list that is cut down', () => {
  it('keeps its head, and everything where everything is wanted', () => {
    expect(cutList(TOC, () => true)).toBe(TOC);
    expect(
      cutList(TOC, () => false)
        .split('\n')
        .filter(Boolean),
    ).toHaveLength(4);
  });

  it.each<[EntryKind, string[]]>([
    ['rows', ['3400', '3401']],
    ['sequence value', ['3402']],
    ['large object', ['3403', '3404', '3405']],
    ['trigger', ['3406', '3407']],
    ['foreign key', ['3408', '3409']],
    ['materialized rows', ['3412']],
    ['replication', ['3413', '3414']],
    ['event trigger', ['3415']],
    ['extension', ['2', '3000']],
    ['other', ['219', '220', '3410', '3411']],
  ])('tells %s from the rest, and a comment goes with what it stands on', (kind, ids) => {
    expect(left([kind])).toEqual(ids);
  });

  it('tells rows by the number of their table', () => {
    expect(left(['rows'], [16391])).toEqual(['3401']);
  });
});
