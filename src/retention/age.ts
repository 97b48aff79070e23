// Ages in a policy, and when a backup outgrows one. An hour, day or week is a fixed length of time, so a clock change
// never costs a backup; months and years are calendar ones in UTC.
import { Temporal } from 'temporal-polyfill';
import type { Instant } from '../backups/instant.ts';

export type AgeUnit = 'h' | 'd' | 'w' | 'mo' | 'y';

export interface Age {
  readonly amount: number;
  readonly unit: AgeUnit;
}

const HOUR_MS = 3_600_000;
const FIXED_MS = { h: HOUR_MS, d: 24 * HOUR_MS, w: 168 * HOUR_MS } as const;

/**
 * The last moment at which something from `stamp` is still within `age`. Where a month is too short it is the month's
 * last day: a month from 31 January is 28 or 29 February. Infinity where the calendar ends before.
 */
export function outgrows(stamp: Instant, { amount, unit }: Age): Instant {
  if (unit !== 'mo' && unit !== 'y') return stamp + amount * FIXED_MS[unit];
  try {
    return Temporal.Instant.fromEpochMilliseconds(stamp)
      .toZonedDateTimeISO('UTC')
      .add(unit === 'mo' ? { months: amount } : { years: amount }).epochMilliseconds;
  } catch (error) {
    if (error instanceof RangeError) return Number.POSITIVE_INFINITY;
    throw error;
  }
}
