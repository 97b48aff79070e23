// Sizes, times and counts as people read them: English, the same on every machine whatever its locale.
import { formatInstant, type Instant } from '../backups/instant.ts';

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'] as const;

/** Three significant digits without idle zeros: 1.9, 46.1, 712. */
function threeDigits(value: number): string {
  return String(Number(value.toPrecision(3)));
}

/** Index of the unit in which a size has at most three digits before its point. */
function unitOf(bytes: number): number {
  let unit = 0;
  let value = Math.abs(bytes);
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return unit;
}

/** `0 B`, `812 B`, `1.9 GiB`. */
export function formatBytes(bytes: number): string {
  const unit = unitOf(bytes);
  return `${threeDigits(bytes / 1024 ** unit)} ${UNITS[unit]}`;
}

/** The unit that suits a row of sizes together, and what one of it is in bytes. */
export function commonUnit(sizes: readonly number[]): { readonly name: string; readonly bytes: number } {
  const unit = unitOf(Math.max(0, ...sizes));
  return { name: UNITS[unit] ?? 'B', bytes: 1024 ** unit };
}

/** `1,234,567`. */
export function formatCount(count: number): string {
  const [whole = '0', part] = String(count).split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return part === undefined ? grouped : `${grouped}.${part}`;
}

/** `0.4 s`, `42 s`, `3 min 12 s`, `2 h 5 min`, `3 d 4 h`: at most two units, the second left out where it is zero. */
export function formatDuration(seconds: number): string {
  if (!Number.isFinite(seconds) || seconds <= 0) return '0 s';
  if (seconds < 9.95) return `${Math.max(0.1, Number(seconds.toFixed(1)))} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3_600) return inTwo(whole, 60, 'min', 's');
  const minutes = Math.round(seconds / 60);
  if (minutes < 48 * 60) return inTwo(minutes, 60, 'h', 'min');
  return inTwo(Math.round(seconds / 3_600), 24, 'd', 'h');
}

function inTwo(amount: number, size: number, large: string, small: string): string {
  const rest = amount % size;
  const head = `${Math.floor(amount / size)} ${large}`;
  return rest === 0 ? head : `${head} ${rest} ${small}`;
}

/** How long ago, in one unit: `just now`, `5 min ago`, `26 h ago`, `12 d ago`; `in 3 h` for what lies ahead. */
export function formatAge(then: Instant, now: Instant): string {
  const minutes = Math.round(Math.abs(now - then) / 60_000);
  if (minutes === 0) return 'just now';
  const span =
    minutes < 120
      ? `${minutes} min`
      : minutes < 48 * 60
        ? `${Math.round(minutes / 60)} h`
        : `${formatCount(Math.round(minutes / 1_440))} d`;
  return then > now ? `in ${span}` : `${span} ago`;
}

/** Bytes a second; empty where no time has passed. */
export function formatRate(bytes: number, milliseconds: number): string {
  return milliseconds > 0 ? `${formatBytes((bytes / milliseconds) * 1_000)}/s` : '';
}

/** A change against a base, signed: `+3 %`, `-62 %`, `0 %`; one decimal below ten per cent. */
export function formatChange(change: number): string {
  if (change === Number.POSITIVE_INFINITY) return '+∞ %';
  const percent = Math.abs(change) < 0.0995 ? Number((change * 100).toFixed(1)) : Math.round(change * 100);
  return percent === 0 ? '0 %' : `${percent > 0 ? '+' : '-'}${formatCount(Math.abs(percent))} %`;
}

/** A share of a whole, `0 %` to `100 %`; never 100 before all of it is there. */
export function formatPercent(share: number): string {
  const bounded = Math.min(1, Math.max(0, share));
  return `${bounded === 1 ? 100 : Math.min(99, Math.floor(bounded * 100))} %`;
}

/** `2026-11-21 03:17 UTC`. */
export function formatMoment(instant: Instant): string {
  const iso = formatInstant(instant);
  return `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;
}

/** `2026-11-21`, in UTC. */
export function formatDay(instant: Instant): string {
  return formatInstant(instant).slice(0, 10);
}
