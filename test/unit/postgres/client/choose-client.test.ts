// Which client serves which server, as a table.
import { describe, expect, it } from 'vitest';
import {
  type ClientWish,
  chooseClient,
  writesTooMuch,
} from '../../../../src/postgres/client/choose-client.ts';
import type { ClientFacts } from '../../../../src/postgres/port.ts';

function here(...versions: string[]): ClientFacts[] {
  return versions.map(version => {
    const major = Number.parseInt(version, 10);
    return {
      folder: `/${version}`,
      version,
      major,
      zstd: major >= 16 && !version.endsWith('.0'),
      source: 'path',
      warnings: [],
    };
  });
}

type Row = readonly [string[], Partial<ClientWish>, string];
const auto = (serverMajor: number, zstd: ClientWish['zstd'] = 'preferred') => ({ serverMajor, zstd });

const TABLE: readonly Row[] = [
  // The same major, whatever else is there.
  [['18.6', '17.11', '16.15'], auto(16), 'use 16.15'],
  [['18.6', '17.11', '16.15'], auto(17), 'use 17.11'],
  [['18.6', '17.11', '16.15'], auto(18), 'use 18.6'],
  [['18.6', '16.15', '15.19'], auto(15, 'no'), 'use 15.19'],
  [['15.19', '15.3'], auto(15, 'no'), 'use 15.19'],
  // 16 for older servers, where it buys zstd.
  [['17.11', '16.15', '15.19'], auto(15), 'use 16.15'],
  [['17.11', '16.15', '15.19'], auto(15, 'required'), 'use 16.15'],
  [['16.15', '13.23'], auto(13), 'use 16.15'],
  [['17.11', '15.19'], auto(15), 'use 15.19'],
  [['17.11', '16.0', '15.19'], auto(15), 'use 15.19'],
  [['17.11', '15.19'], auto(15, 'required'), 'fetch 16, else 15.19'],
  // Fetched rather than taken from a newer major.
  [['18.6', '17.11'], auto(15), 'fetch 16 15, else 17.11'],
  [['18.6', '17.11'], auto(14, 'no'), 'fetch 14, else 17.11'],
  [['18.6', '16.15'], auto(14, 'no'), 'fetch 14, else 16.15'],
  [['18.6'], auto(16), 'fetch 16, else 18.6'],
  [['16.15'], auto(17), 'fetch 17, else nothing'],
  [[], auto(18), 'fetch 18, else nothing'],
  [['18.6'], auto(19), 'fetch 19, else nothing'],
  // Asked for by number: that one or none.
  [['18.6', '16.15'], { ...auto(15), version: 18 }, 'use 18.6'],
  [['18.6', '16.15'], { ...auto(15), version: 17 }, 'fetch 17, else nothing'],
  [['18.6'], { ...auto(17), version: 16 }, 'PGB282'],
];

describe('the client', () => {
  it.each(TABLE)('%j for %j: %s', (versions, wish, expected) => {
    expect(said(here(...versions), { version: 'auto', ...auto(16), ...wish })).toBe(expected);
  });

  it('of 17 or newer writes what older servers report, up to 16 nothing', () => {
    const pairs: [number, number][] = [
      [17, 16],
      [18, 13],
      [18, 17],
      [16, 13],
      [17, 17],
    ];
    expect(pairs.map(pair => writesTooMuch(...pair))).toEqual([true, true, false, false, false]);
  });
});

function said(found: ClientFacts[], wish: ClientWish): string {
  try {
    const choice = chooseClient(found, wish);
    if ('use' in choice) return `use ${choice.use.version}`;
    return `fetch ${choice.fetch.join(' ')}, else ${choice.otherwise?.version ?? 'nothing'}`;
  } catch (problem) {
    return (problem as { code: string }).code;
  }
}
