// The calendar of a name's backups: the last 53 weeks, a square a day, in the colour of the highest tier that was taken.
// One path for each colour keeps a page of many databases small.
import type { Instant } from '../../backups/instant.ts';
import { CALENDAR_TIERS, TIERS, type Tier } from '../../backups/tier.ts';
import { periodKey } from '../../retention/periods.ts';
import type { BackupLine } from '../outcome.ts';
import { plural } from '../plain-text.ts';
import { type Html, html, trusted } from './html.ts';

const WEEKS = 53;
const DAY = 86_400_000;
const CELL = 13;
const SQUARE = 11;
const TOP = 16;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

/** What a day shows: a tier, only backups that don't count, or nothing although there were backups before. */
type Shade = Tier | 'bad' | 'none';

/** `backups` oldest first. */
export function renderCalendar(backups: readonly BackupLine[], now: Instant, timezone: string): Html {
  const days = daysOf(now, timezone);
  const shades = shadesOf(backups, days, timezone);
  const paths = new Map<Shade, string>();
  days.forEach((day, at) => {
    const shade = shades.get(day);
    if (shade === undefined) return;
    const x = Math.floor(at / 7) * CELL;
    const y = TOP + (at % 7) * CELL;
    paths.set(shade, `${paths.get(shade) ?? ''}M${x} ${y}h${SQUARE}v${SQUARE}h-${SQUARE}z`);
  });
  const shown = [...paths.keys()].toSorted((a, b) => rank(a) - rank(b));
  const squares = shown.map(shade => html`<path class="c-${shade}" d="${trusted(paths.get(shade) ?? '')}"/>`);
  const size = `0 0 ${WEEKS * CELL} ${TOP + 7 * CELL}`;
  return html`<figure class="calendar"><svg viewBox="${size}" preserveAspectRatio="xMaxYMid slice" role="img" aria-label="${inWords(shades)}">${monthNames(days)}${squares}</svg>
<figcaption>${shown.map(shade => html`<span><i class="k c-${shade}"></i>${nameOf(shade)}</span>`)}</figcaption></figure>`;
}

/** Whole weeks that end with the one of today, as `2026-11-21`; days ahead are left out. */
function daysOf(now: Instant, timezone: string): readonly string[] {
  const today = Date.parse(periodKey(now, 'daily', timezone));
  const weekday = (new Date(today).getUTCDay() + 6) % 7;
  const first = today - (weekday + (WEEKS - 1) * 7) * DAY;
  return Array.from({ length: (today - first) / DAY + 1 }, (_, at) =>
    new Date(first + at * DAY).toISOString().slice(0, 10),
  );
}

function shadesOf(
  backups: readonly BackupLine[],
  days: readonly string[],
  timezone: string,
): ReadonlyMap<string, Shade> {
  const earliest = Date.parse(days[0] ?? '') - DAY;
  const shades = new Map<string, Shade>();
  for (const { stamp, tier, notCounted } of backups) {
    if (stamp < earliest) continue;
    const day = periodKey(stamp, 'daily', timezone);
    const shade = notCounted === undefined ? tier : 'bad';
    const before = shades.get(day);
    if (before === undefined || rank(shade) > rank(before)) shades.set(day, shade);
  }
  // Before the first backup there was nothing to miss.
  const first = backups[0] && periodKey(backups[0].stamp, 'daily', timezone);
  for (const day of days)
    if (first !== undefined && day >= first && !shades.has(day)) shades.set(day, 'none');
  return shades;
}

/** Event tiers stand below the calendar's: they come besides. */
const RANKS: readonly Shade[] = ['none', 'bad', ...TIERS.slice(CALENDAR_TIERS.length), ...CALENDAR_TIERS];

function rank(shade: Shade): number {
  return RANKS.indexOf(shade);
}

function nameOf(shade: Shade): string {
  if (shade === 'none') return 'no backup';
  return shade === 'bad' ? 'none that counts' : shade;
}

function inWords(shades: ReadonlyMap<string, Shade>): string {
  const all = [...shades.values()];
  const count = (wanted: (shade: Shade) => boolean) => plural(all.filter(wanted).length, 'day');
  const good = count(shade => shade !== 'bad' && shade !== 'none');
  return `The last ${WEEKS} weeks: ${good} with a good backup, ${count(shade => shade === 'bad')} with none that counts, ${count(shade => shade === 'none')} without any.`;
}

/** Where a month's first day lies, its name above the column. */
function monthNames(days: readonly string[]): readonly Html[] {
  return days.flatMap((day, at) => {
    if (!day.endsWith('-01') || at > (WEEKS - 3) * 7) return [];
    return [
      html`<text x="${Math.floor(at / 7) * CELL}" y="11">${MONTHS[Number(day.slice(5, 7)) - 1]}</text>`,
    ];
  });
}
