import { describe, expect, it } from 'vitest';
import { isOpen } from '../../../src/postgres/fence.ts';

describe('a fence', () => {
  it.each([
    ['own', 'none', 'hidden', false],
    ['own', 'shared', 'visible', false],
    ['same', 'none', 'hidden', false],
    ['same', 'none', 'visible', true],
    ['same', 'shared', 'visible', true],
  ] as const)('of user %s, network %s, processes %s: open is %s', (user, network, processes, open) => {
    expect(isOpen({ user, network, processes })).toBe(open);
  });
});
