import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseSelector, printSelector } from '../../../src/backups/selector.ts';

const moment = (text: string) => {
  const selector = parseSelector(`before:${text}`);
  return selector?.by === 'before' ? new Date(selector.instant).toISOString() : undefined;
};

describe('parseSelector', () => {
  it('knows latest, ids and keys', () => {
    expect(parseSelector('latest')).toEqual({ by: 'latest' });
    expect(parseSelector('3f9k2m7q')).toEqual({ by: 'id', id: '3f9k2m7q' });
    const ref = { name: 'my/app', tier: 'daily', stamp: Date.UTC(2026, 10, 21, 3, 17), id: '3f9k2m7q' };
    for (const suffix of ['.dump.age', '.dump', '.manifest.json', '.hold.json'])
      expect(parseSelector(`my%2Fapp/daily/20261121T031700Z-3f9k2m7q${suffix}`)).toEqual({ by: 'key', ref });
  });

  it.each([
    ['2026-11-21', '2026-11-21T00:00:00.000Z'],
    ['2026-11-21T03:17', '2026-11-21T03:17:00.000Z'],
    ['2026-11-21 03:17', '2026-11-21T03:17:00.000Z'],
    ['2026-11-21T03:17:05Z', '2026-11-21T03:17:05.000Z'],
    ['2026-11-21T03:17+01:00', '2026-11-21T02:17:00.000Z'],
    ['20261121T031705Z', '2026-11-21T03:17:05.000Z'],
    ['2024-02-29', '2024-02-29T00:00:00.000Z'],
  ])('takes the time %s', (text, iso) => expect(moment(text)).toBe(iso));

  it.each([
    '',
    'newest',
    '3f9k2m7',
    '3F9K2M7Q',
    'before:',
    'before:yesterday',
    'before:2026-02-30',
    'before:2026-11-21T25:00',
    'before:21.11.2026',
    'a/b.dump',
    's3://bucket/app/daily/20261121T031700Z-3f9k2m7q.dump',
  ])('refuses %j', text => expect(parseSelector(text)).toBeUndefined());

  it('gives back what it prints', () => {
    const ids = fc.stringMatching(/^[0-9a-hjkmnp-tv-z]{8}$/).map(id => ({ by: 'id', id }) as const);
    const moments = fc
      .integer({ min: 0, max: 4_000_000_000 })
      .map(seconds => ({ by: 'before', instant: seconds * 1000 }) as const);
    fc.assert(
      fc.property(fc.oneof(ids, moments), selector => {
        expect(parseSelector(printSelector(selector))).toEqual(selector);
      }),
    );
  });
});
