import { describe, expect, it } from 'vitest';
import { expiresAt, findVanished, keptByCount } from '../../../src/retention/expiry.ts';
import { planPrune } from '../../../src/retention/plan-prune.ts';
import { backup, deleted, nightly, OPTIONS, policy } from './sample.ts';

describe('how many are kept', () => {
  it.each([
    ['daily: 7', 7],
    ['daily: 7, 30d', 7],
    ['daily: 7, 12', 12],
    ['daily: 30d', null],
    ['daily: 7, forever', null],
    ['weekly: 7', null],
  ])('by %j: %s', (text, count) => {
    expect(keptByCount('daily', policy(text))).toBe(count);
  });
});

describe('when a backup goes', () => {
  const stamp = Date.parse('2026-11-21T03:00:00Z');
  it.each([
    ['daily: 30d', '2026-12-21T03:00:00Z'],
    ['daily: 30d, 2mo', '2027-01-21T03:00:00Z'],
    ['daily: 7', null],
    ['daily: 7, 30d', null],
    ['daily: forever', null],
    ['weekly: 30d', null],
  ])('by %j: %s', (text, end) => {
    expect(expiresAt({ tier: 'daily', stamp }, policy(text))).toBe(end === null ? null : Date.parse(end));
  });

  it('is when a later backup stands beyond it, not a second before', () => {
    const text = policy('daily: 1mo');
    const old = backup('daily', '2026-01-31');
    const end = expiresAt(old, text) ?? 0;
    const goneAt = (newest: number) =>
      deleted(planPrune([old, backup('daily', newest)], text, { ...OPTIONS, now: newest }));
    expect(goneAt(end)).toEqual([]);
    expect(goneAt(end + 1000)).toEqual(['2026-01-31']);
  });
});

describe('what is gone though the policy would have kept it', () => {
  const link = (id: string, stamp: string) => ({ id, tier: 'daily' as const, stamp, manifestSha256: '' });
  const find = (stamp: string, text = 'daily: 30d') =>
    findVanished(nightly(5), [link('gggggggg', stamp)], policy(text), OPTIONS).map(({ code }) => code);

  it('raises an alarm within its age, none beyond', () => {
    expect(find('2026-11-10T03:00:00Z')).toEqual(['PGB525']);
    expect(find('2026-10-10T03:00:00Z')).toEqual([]);
  });

  it('raises one where nothing is ever pruned', () => {
    expect(findVanished(nightly(5), [link('g', '2020-01-01T00:00:00Z')], {}, OPTIONS)).toHaveLength(1);
  });

  it('is told once, however many link to it', () => {
    const missing = [link('gggggggg', '2026-11-10T03:00:00Z'), link('gggggggg', '2026-11-10T03:00:00Z')];
    expect(findVanished(nightly(5), missing, policy('daily: 30d'), OPTIONS)).toHaveLength(1);
    expect(findVanished(nightly(5), [], policy('daily: 30d'), OPTIONS)).toEqual([]);
  });
});
