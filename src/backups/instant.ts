// Time inside the program: one number, compared and stored without surprises. Text forms live here and nowhere else.

/** Milliseconds since 1970-01-01T00:00:00Z. */
export type Instant = number;

/** ISO 8601 in UTC with seconds, `2026-11-21T03:17:00Z`: the form of every instant in JSON that we write. */
export function formatInstant(instant: Instant): string {
  return `${new Date(instant).toISOString().slice(0, 19)}Z`;
}

/** The exact inverse of `formatInstant`; undefined for any other text. */
export function parseInstant(text: string): Instant | undefined {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/.test(text)) return undefined;
  const instant = Date.parse(text);
  return Number.isNaN(instant) || formatInstant(instant) !== text ? undefined : instant;
}
