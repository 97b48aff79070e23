// The order of version numbers, by Debian's own examples and, where dpkg is here, by dpkg.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareDebianVersions } from '../../../../src/postgres/client/debian-version.ts';

/** Oldest first. */
const ORDER = [
  '15.20-0+deb12u1',
  '16~beta1-1',
  '16~rc1-1',
  '16-1',
  '16.9-1.pgdg110+1',
  '16.9-1.pgdg120+1',
  '16.9-1.pgdg120+2',
  '16.9-2',
  '16.15-1.pgdg120+1',
  '16.15-1.pgdg120+1.1',
  '1:2.0-1',
];

describe('Debian versions', () => {
  it('stand in order', () => {
    expect(ORDER.toReversed().sort(compareDebianVersions)).toEqual(ORDER);
    expect(compareDebianVersions('1.0-1', '1.00-01')).toBe(0);
  });

  it.skipIf(!existsSync('/usr/bin/dpkg'))('are ordered as dpkg orders them', () => {
    const piece = fc.stringMatching(/^[0-9][0-9a-z.+~]{0,6}$/);
    const version = fc.tuple(piece, piece).map(([upstream, revision]) => `${upstream}-${revision}`);
    fc.assert(
      fc.property(version, version, (a, b) => {
        const order = Math.sign(compareDebianVersions(a, b));
        const word = order < 0 ? 'lt' : order > 0 ? 'gt' : 'eq';
        return spawnSync('/usr/bin/dpkg', ['--compare-versions', a, word, b]).status === 0;
      }),
      { numRuns: 150 },
    );
  });
});
