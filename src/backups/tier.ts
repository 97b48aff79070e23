// Why a backup is kept. Calendar tiers fill the slots of a policy; event tiers mark an occasion and never do.

/** Lowest first: a higher tier's backup also covers the lower one's period. */
export const CALENDAR_TIERS = ['hourly', 'daily', 'weekly', 'monthly', 'yearly'] as const;
export const EVENT_TIERS = ['pre-migration', 'manual', 'safety'] as const;
export const TIERS = [...CALENDAR_TIERS, ...EVENT_TIERS] as const;

export type CalendarTier = (typeof CALENDAR_TIERS)[number];
export type Tier = (typeof TIERS)[number];

export function isTier(text: string): text is Tier {
  return (TIERS as readonly string[]).includes(text);
}

export function isCalendarTier(tier: Tier): tier is CalendarTier {
  return (CALENDAR_TIERS as readonly string[]).includes(tier);
}
