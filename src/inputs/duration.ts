// Durations carry their unit: `90s`, `5m`, `26h`, `5h45m`, `30d`, `12w`. A bare number is refused: 26 of what?

const UNITS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;

/** Milliseconds; undefined where the text is no duration. Units go from large to small, each once. */
export function parseDuration(text: string): number | undefined {
  const match = /^(?:(\d{1,6})w)?(?:(\d{1,6})d)?(?:(\d{1,6})h)?(?:(\d{1,6})m)?(?:(\d{1,6})s)?$/.exec(text);
  if (!match || text === '') return undefined;
  const [, weeks = '0', days = '0', hours = '0', minutes = '0', seconds = '0'] = match;
  return (
    Number(weeks) * UNITS.w +
    Number(days) * UNITS.d +
    Number(hours) * UNITS.h +
    Number(minutes) * UNITS.m +
    Number(seconds) * UNITS.s
  );
}
