import { describe, expect, it } from 'vitest';
import { compareContents } from '../../../src/proof/compare-contents.ts';

const HEAD = ';\n; Archive created at 2026-11-21 03:17:00 UTC\n;\n';
const PROVEN = `${HEAD}215; 1259 16385 TABLE public parts app
3312; 0 16385 TABLE DATA public parts app
3160; 1259 16390 INDEX public parts_by_label app
`;

describe('two tables of contents', () => {
  it('are of one archive whatever their numbers and order', () => {
    const found = `${HEAD}1; 1259 99 INDEX public parts_by_label app\n2; 1259 98 TABLE public parts app\n3; 0 98 TABLE DATA public parts app\n`;
    expect(compareContents(PROVEN, found)).toEqual({ missing: [], added: [] });
  });

  it('differ by what one of them lacks, once for each time', () => {
    const twice = `${PROVEN}9; 1259 5 INDEX public parts_by_label app\n`;
    expect(compareContents(twice, PROVEN)).toEqual({
      missing: ['INDEX public parts_by_label app'],
      added: [],
    });
    expect(compareContents(PROVEN, twice)).toEqual({
      missing: [],
      added: ['INDEX public parts_by_label app'],
    });
  });

  it('are not told apart by large objects, which have digests of their own', () => {
    expect(compareContents(`${PROVEN}9; 2613 16400 BLOB - 16400 app\n`, PROVEN)).toEqual({
      missing: [],
      added: [],
    });
  });
});
