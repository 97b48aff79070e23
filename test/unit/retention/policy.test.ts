import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TIERS } from '../../../src/backups/tier.ts';
import { outgrows } from '../../../src/retention/age.ts';
import { parsePolicy, printRule, type Rule } from '../../../src/retention/policy.ts';

const age = (amount: number, unit: 'h' | 'd' | 'w' | 'mo' | 'y') =>
  ({ keep: 'age', age: { amount, unit } }) as const;
const count = (number: number) => ({ keep: 'count', count: number }) as const;
const forever = { keep: 'forever' } as const;

describe('a policy', () => {
  it.each<[string, object]>([
    ['daily: 30d', { daily: [age(30, 'd')] }],
    [
      'hourly: 36h\nweekly: 12w\nmonthly: 12mo\nyearly: 1y',
      {
        hourly: [age(36, 'h')],
        weekly: [age(12, 'w')],
        monthly: [age(12, 'mo')],
        yearly: [age(1, 'y')],
      },
    ],
    ['daily: 7, 30d', { daily: [count(7), age(30, 'd')] }],
    ['yearly: forever\npre-migration: all', { yearly: [forever], 'pre-migration': [forever] }],
    ['daily: 7; weekly: 4', { daily: [count(7)], weekly: [count(4)] }],
    ['\ufeffdaily: 7\r\n\r\n  weekly :4  \t\r\n', { daily: [count(7)], weekly: [count(4)] }],
    ['# ours\ndaily: 7 # a week\n#weekly: 4', { daily: [count(7)] }],
  ])('%j is read', (text, policy) => expect(parsePolicy(text)).toEqual({ ok: policy }));

  it.each([
    ['', 'PGB504'],
    [' \n# nothing\n;', 'PGB504'],
    ['daily', 'PGB500'],
    ['7', 'PGB500'],
    ['- daily: 7', 'PGB500'],
    ['"daily": 7', 'PGB500'],
    ['{daily: 7}', 'PGB500'],
    [': 7', 'PGB500'],
    ['nightly: 7', 'PGB501'],
    ['Daily: 7', 'PGB501'],
    ['daily: 7\ndaily: 30d', 'PGB502'],
    ['daily:', 'PGB503'],
    ['daily: 0', 'PGB503'],
    ['daily: 0d', 'PGB503'],
    ['daily: -7', 'PGB503'],
    ['daily: +7', 'PGB503'],
    ['daily: 7.5', 'PGB503'],
    ['daily: 1e3', 'PGB503'],
    ['daily: 0x7', 'PGB503'],
    ['daily: 007', 'PGB503'],
    ['daily: 100000', 'PGB503'],
    ['daily: NaN', 'PGB503'],
    ['daily: Infinity', 'PGB503'],
    ['daily: null', 'PGB503'],
    ['daily: 12m', 'PGB503'],
    ['daily: 30 d', 'PGB503'],
    ['daily: 30D', 'PGB503'],
    ['daily: 30days', 'PGB503'],
    ['daily: [7]', 'PGB503'],
    ["daily: '7'", 'PGB503'],
    ['daily: 7,', 'PGB503'],
    ['daily: 7,,30d', 'PGB503'],
    ['daily: 7 30d', 'PGB503'],
    ['daily: weekly: 7', 'PGB503'],
    ['daily: ٧', 'PGB503'],
  ])('%j is refused with %s', (text, code) => {
    expect(parsePolicy(text)).toMatchObject({ not: [{ code, kind: 'configuration' }] });
  });

  it('tells everything that is wrong with it at once', () => {
    const parsed = parsePolicy('daily: 0\nnightly: 7\nweekly: 4\nweekly: 5, x\nmonthly: 12m, -1\njunk');
    const codes = 'not' in parsed ? parsed.not.map(({ code }) => code) : [];
    expect(codes).toEqual(['PGB503', 'PGB501', 'PGB502', 'PGB503', 'PGB503', 'PGB500']);
  });

  it('hints at what a bare m could mean', () => {
    const parsed = parsePolicy('monthly: 12m');
    expect('not' in parsed && parsed.not[0].hint).toContain('`12mo`');
  });

  it('reads back what it prints', () => {
    const rule: fc.Arbitrary<Rule> = fc.oneof(
      fc.constant(forever),
      fc.integer({ min: 1, max: 99_999 }).map(count),
      fc
        .tuple(fc.integer({ min: 1, max: 99_999 }), fc.constantFrom('h', 'd', 'w', 'mo', 'y'))
        .map(([n, unit]) => age(n, unit)),
    );
    fc.assert(
      fc.property(fc.constantFrom(...TIERS), fc.array(rule, { minLength: 1 }), (tier, rules) => {
        expect(parsePolicy(`${tier}: ${rules.map(printRule).join(', ')}`)).toEqual({ ok: { [tier]: rules } });
      }),
    );
  });

  it('never reads anything but tiers and rules, and never throws', () => {
    const text = fc.stringMatching(/^[a-z0-9:;,\n #-]{0,40}$/);
    fc.assert(
      fc.property(fc.oneof(text, fc.string()), junk => {
        const parsed = parsePolicy(junk);
        if ('ok' in parsed) expect(Object.keys(parsed.ok).length).toBeGreaterThan(0);
      }),
    );
  });
});

describe('ages', () => {
  const at = (text: string) => Date.parse(`${text}Z`);
  it.each([
    ['2026-03-28T12:00', '36h', '2026-03-30T00:00'],
    ['2026-03-28T12:00', '30d', '2026-04-27T12:00'],
    ['2026-03-28T12:00', '2w', '2026-04-11T12:00'],
    ['2026-01-31T12:00', '1mo', '2026-02-28T12:00'],
    ['2028-01-31T12:00', '1mo', '2028-02-29T12:00'],
    ['2026-12-31T23:59', '2mo', '2027-02-28T23:59'],
    ['2028-02-29T00:00', '1y', '2029-02-28T00:00'],
    ['2028-02-29T00:00', '4y', '2032-02-29T00:00'],
  ])('%s is outgrown by %s after %s', (stamp, text, end) => {
    const parsed = parsePolicy(`daily: ${text}`);
    const rule = 'ok' in parsed ? parsed.ok.daily?.[0] : undefined;
    expect(rule?.keep === 'age' && outgrows(at(stamp), rule.age)).toBe(at(end));
  });

  it('longer than the calendar never end', () => {
    expect(outgrows(at('9999-12-31T00:00'), { amount: 99_999, unit: 'y' })).toBeGreaterThan(
      at('9999-12-31T00:00'),
    );
    expect(outgrows(8.6e15, { amount: 99_999, unit: 'y' })).toBe(Number.POSITIVE_INFINITY);
  });
});
