import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CALENDAR_TIERS, type CalendarTier } from '../../../src/backups/tier.ts';
import { isTimezone, periodKey, startOfNextPeriod } from '../../../src/retention/periods.ts';

const at = (text: string) => Date.parse(text);
const ZONES = [
  'UTC',
  'Europe/Vienna',
  'America/New_York',
  'Australia/Lord_Howe',
  'Asia/Kathmandu',
  'Africa/Cairo',
];

describe('periods', () => {
  it.each<[string, CalendarTier, string, string]>([
    ['2026-11-21T03:17:00Z', 'hourly', 'UTC', '2026-11-21T03+00:00'],
    ['2026-11-21T03:17:00Z', 'daily', 'UTC', '2026-11-21'],
    ['2026-11-21T03:17:00Z', 'weekly', 'UTC', '2026-W47'],
    ['2026-11-21T03:17:00Z', 'monthly', 'UTC', '2026-11'],
    ['2026-11-21T03:17:00Z', 'yearly', 'UTC', '2026'],
    // Days are the user's: 23:30 UTC is tomorrow in Vienna and today in New York.
    ['2026-12-31T23:30:00Z', 'daily', 'Europe/Vienna', '2027-01-01'],
    ['2026-12-31T23:30:00Z', 'yearly', 'Europe/Vienna', '2027'],
    ['2026-12-31T23:30:00Z', 'yearly', 'America/New_York', '2026'],
    // ISO weeks belong to the year that holds their Thursday; 2026 has 53.
    ['2027-01-01T12:00:00Z', 'weekly', 'UTC', '2026-W53'],
    ['2027-01-03T12:00:00Z', 'weekly', 'UTC', '2026-W53'],
    ['2027-01-04T00:00:00Z', 'weekly', 'UTC', '2027-W01'],
    ['2024-12-30T12:00:00Z', 'weekly', 'UTC', '2025-W01'],
    // Leap day.
    ['2028-02-29T12:00:00Z', 'daily', 'UTC', '2028-02-29'],
    ['2028-02-29T12:00:00Z', 'monthly', 'UTC', '2028-02'],
    // The hour that comes twice is two; in Lord Howe clocks go back by half an hour.
    ['2026-10-25T00:30:00Z', 'hourly', 'Europe/Vienna', '2026-10-25T02+02:00'],
    ['2026-10-25T01:30:00Z', 'hourly', 'Europe/Vienna', '2026-10-25T02+01:00'],
    ['2026-04-04T14:45:00Z', 'hourly', 'Australia/Lord_Howe', '2026-04-05T01+11:00'],
    ['2026-04-04T15:05:00Z', 'hourly', 'Australia/Lord_Howe', '2026-04-05T01+10:30'],
    ['2026-11-21T03:50:00Z', 'hourly', 'Asia/Kathmandu', '2026-11-21T09+05:45'],
  ])('%s is, by %s in %s, %s', (instant, tier, zone, key) =>
    expect(periodKey(at(instant), tier, zone)).toBe(key),
  );

  it.each<[string, string, number]>([
    ['Europe/Vienna', '2026-03-29', 23],
    ['Europe/Vienna', '2026-10-25', 25],
    ['America/New_York', '2026-03-08', 23],
    ['America/New_York', '2026-11-01', 25],
    ['Australia/Lord_Howe', '2026-10-04', 23.5],
    ['Australia/Lord_Howe', '2026-04-05', 24.5],
    ['Africa/Cairo', '2026-04-24', 23],
  ])('in %s the day %s has %d hours', (zone, day, hours) => {
    const noon = at(`${day}T12:00:00Z`) - (zone === 'Australia/Lord_Howe' ? 36e5 * 10 : 0);
    const end = startOfNextPeriod(noon, 'daily', zone);
    const minutes = Array.from({ length: 26 * 60 }, (_, minute) => end - (minute + 1) * 60_000);
    expect(minutes.filter(minute => periodKey(minute, 'daily', zone) === day).length / 60).toBe(hours);
  });

  it('end where the next begins, in every zone, by every tier', () => {
    const instant = fc.integer({ min: at('1990-01-01T00:00:00Z'), max: at('2040-01-01T00:00:00Z') });
    fc.assert(
      fc.property(
        instant,
        fc.constantFrom(...CALENDAR_TIERS),
        fc.constantFrom(...ZONES),
        (now, tier, zone) => {
          const key = periodKey(now, tier, zone);
          const next = startOfNextPeriod(now, tier, zone);
          expect(next).toBeGreaterThan(now);
          expect(periodKey(next - 1, tier, zone)).toBe(key);
          expect(periodKey(next, tier, zone)).not.toBe(key);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it.each(ZONES)('of an hour end rightly through every clock change in %s', zone => {
    for (const year of [2020, 2026]) {
      for (
        let now = at(`${year}-01-01T00:13:00Z`);
        now < at(`${year + 1}-01-01T00:00:00Z`);
        now += 3 * 600_000
      ) {
        const next = startOfNextPeriod(now, 'hourly', zone);
        const key = periodKey(now, 'hourly', zone);
        if (periodKey(next - 1, 'hourly', zone) !== key || periodKey(next, 'hourly', zone) === key) {
          expect.fail(`${new Date(now).toISOString()} in ${zone}`);
        }
      }
    }
  });

  it('are those of Intl, which knows nothing of this code', () => {
    const instant = fc.integer({ min: at('1990-01-01T00:00:00Z'), max: at('2040-01-01T00:00:00Z') });
    fc.assert(
      fc.property(instant, fc.constantFrom(...ZONES), (now, zone) => {
        const day = new Intl.DateTimeFormat('en-CA', { timeZone: zone, dateStyle: 'short' }).format(now);
        expect(periodKey(now, 'daily', zone)).toBe(day);
        expect(periodKey(now, 'monthly', zone)).toBe(day.slice(0, 7));
      }),
    );
  });

  it('need a time zone that there is', () => {
    for (const zone of [...ZONES, '+02:00']) expect(isTimezone(zone)).toBe(true);
    for (const zone of ['', 'Vienna', 'Europe/Nowhere', 'local']) expect(isTimezone(zone)).toBe(false);
    expect(() => periodKey(0, 'daily', 'Europe/Nowhere')).toThrow(RangeError);
  });
});
