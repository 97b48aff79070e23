// Calendar periods: which hour, day, week, month or year an instant lies in, where the user lives. Weeks are ISO weeks.
// When clocks go back, the hour that comes twice is two periods, because two hours' worth of changes lie in it.
import { Temporal } from 'temporal-polyfill';
import type { Instant } from '../backups/instant.ts';
import type { CalendarTier } from '../backups/tier.ts';

/** The period's own word, as in "week 2026-W47". */
export const PERIOD_NAME = {
  hourly: 'hour',
  daily: 'day',
  weekly: 'week',
  monthly: 'month',
  yearly: 'year',
} as const satisfies Record<CalendarTier, string>;

/** Whether `timezone` is one that this runtime knows (`UTC`, `Europe/Vienna`; offsets such as `+02:00` too). */
export function isTimezone(timezone: string): boolean {
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(timezone);
    return true;
  } catch {
    return false;
  }
}

/**
 * Two instants lie in the same period exactly if their keys are equal: `2026-11-21T03+01:00`, `2026-11-21`,
 * `2026-W47`, `2026-11`, `2026`. Throws RangeError for an unknown time zone.
 */
export function periodKey(instant: Instant, tier: CalendarTier, timezone: string): string {
  const local = toLocal(instant, timezone);
  const date = local.toPlainDate().toString();
  switch (tier) {
    case 'hourly':
      return `${date}T${twoDigits(local.hour)}${local.offset}`;
    case 'daily':
      return date;
    case 'weekly':
      return `${local.yearOfWeek}-W${twoDigits(local.weekOfYear ?? 0)}`;
    case 'monthly':
      return date.slice(0, 7);
    case 'yearly':
      return date.slice(0, 4);
  }
}

/** The first instant of the period after the one that `instant` lies in: when the tier is next due. */
export function startOfNextPeriod(instant: Instant, tier: CalendarTier, timezone: string): Instant {
  const local = toLocal(instant, timezone);
  if (tier === 'hourly') return nextHour(local);
  const today = local.toPlainDate();
  const next = {
    daily: () => today.add({ days: 1 }),
    weekly: () => today.add({ days: 8 - today.dayOfWeek }),
    monthly: () => today.with({ day: 1 }).add({ months: 1 }),
    yearly: () => today.with({ month: 1, day: 1 }).add({ years: 1 }),
  }[tier]();
  return next.toZonedDateTime(timezone).epochMilliseconds;
}

/** The clock's next full hour. Every clock change of our time falls on one, so none begins within an hour. */
function nextHour(local: Temporal.ZonedDateTime): Instant {
  const intoHour = (local.minute * 60 + local.second) * 1000 + local.millisecond;
  return local.epochMilliseconds - intoHour + 3_600_000;
}

function toLocal(instant: Instant, timezone: string): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(timezone);
}

function twoDigits(number: number): string {
  return number.toString().padStart(2, '0');
}
