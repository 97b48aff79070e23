// Known holes by version: a client below the mended minor has them, the mended one has not.
import { expect, it } from 'vitest';
import { knownHoles, newestFirst } from '../../../../src/postgres/client/holes.ts';

it.each([
  ['18.6', undefined],
  ['17.11', undefined],
  ['16.15', undefined],
  ['15.19', undefined],
  ['14.24', undefined],
  ['15.20', undefined],
  ['19.0', undefined],
  ['19beta1', undefined],
])('%s has none', version => expect(knownHoles(version)).toBeUndefined());

it.each([
  ['18.5', ['CVE-2026-15741', 'CVE-2026-18408'], '18.6'],
  ['16.14', ['CVE-2026-15741', 'CVE-2026-18408'], '16.15'],
  ['17.9', ['CVE-2026-6477', 'CVE-2026-15741', 'CVE-2026-18408'], '17.11'],
  ['18.0', ['CVE-2025-12818', 'CVE-2026-6477', 'CVE-2026-15741', 'CVE-2026-18408'], '18.6'],
  // 13 was out of support before the last ones were mended.
  [
    '13.23',
    ['CVE-2026-6477', 'CVE-2026-15741', 'CVE-2026-18408'],
    'a client of a major that is still supported',
  ],
])('%s has %j, mended in %s', (version, cves, fixedIn) => {
  expect(knownHoles(version)).toEqual({ cves, fixedIn });
});

it('knows the oldest for its age', () => {
  expect(knownHoles('16.3')?.cves).toEqual([
    'CVE-2024-7348',
    'CVE-2025-8714',
    'CVE-2025-8715',
    'CVE-2025-12818',
    'CVE-2026-6477',
    'CVE-2026-15741',
    'CVE-2026-18408',
  ]);
  expect(knownHoles('11.22')?.cves.length).toBe(7);
});

it('sorts by number, not by letter', () => {
  const versions = ['16.9', '16.15', '9.6', '18beta1', '17.11'].map(version => ({ version }));
  expect(versions.sort(newestFirst).map(({ version }) => version)).toEqual([
    '18beta1',
    '17.11',
    '16.15',
    '16.9',
    '9.6',
  ]);
});
