import { describe, expect, it } from 'vitest';
import { compareIdentity, fingerprint } from '../../../src/backups/identity.ts';

const here = { system: '7446021113457634321', host: 'db.example.net', database: 'shop' };

describe('identities', () => {
  it.each([
    ['the same', here],
    ['another host name for the same system', { ...here, host: 'db2.example.net' }],
    ['the system not told any more, same host', { ...here, system: null }],
    ['the host in capitals', { ...here, system: null, host: 'DB.example.net' }],
  ])('are the same: %s', (_, now) => {
    expect(compareIdentity(here, now)).toEqual({ is: 'same' });
    expect(compareIdentity(now, here)).toEqual({ is: 'same' });
  });

  it.each([
    ['another system', { ...here, system: '7' }, 'another server'],
    ['another host, system unknown', { ...here, system: null, host: 'x' }, 'another host'],
    ['nothing known', { ...here, system: null, host: null }, 'cannot be compared'],
    ['another database', { ...here, database: 'Shop' }, 'another database'],
    [
      'both',
      { ...here, system: '7', database: 'blog' },
      'another server (system identifier 7446021113457634321, now 7) and another database',
    ],
  ])('are changed: %s', (_, now, words) => {
    expect(compareIdentity(here, now)).toEqual({ is: 'changed', words: expect.stringContaining(words) });
    expect(compareIdentity(now, here)).toMatchObject({ is: 'changed' });
  });

  it('have a fingerprint that is theirs alone, and does not follow the host where the system is known', () => {
    expect(fingerprint(here)).toMatch(/^[0-9a-f]{12}$/);
    expect(fingerprint({ ...here, host: 'other' })).toBe(fingerprint(here));
    const others = [
      { ...here, system: '7' },
      { ...here, database: 'blog' },
      { ...here, system: null },
      { ...here, system: null, host: null },
      { system: null, host: '7446021113457634321', database: 'shop' },
    ];
    expect(new Set([here, ...others].map(fingerprint)).size).toBe(6);
  });
});
