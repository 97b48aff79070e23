// A chart of the stored size of the last backups, or of the time that they took to come back, as Mermaid text: GitHub
// draws it inside a summary. It holds dates and numbers only, so no foreign text can reach the drawing program.
import type { Instant } from '../backups/instant.ts';
import { formatInstant } from '../backups/instant.ts';
import { commonUnit } from './quantities.ts';

const MOST_BARS = 20;
const DAY = 24 * 3_600_000;

export interface ChartPoint {
  readonly stamp: Instant;
  readonly bytes: number;
}

/** `points` oldest first; undefined for fewer than two, where a chart would say nothing. */
export function renderSizeChart(points: readonly ChartPoint[]): string | undefined {
  const unit = commonUnit(points.slice(-MOST_BARS).map(point => point.bytes));
  return renderBars(
    points.map(({ stamp, bytes }) => ({ stamp, value: bytes / unit.bytes })),
    unit.name,
  );
}

/** The same of durations, in seconds or minutes. */
export function renderDurationChart(
  points: readonly { readonly stamp: Instant; readonly seconds: number }[],
): string | undefined {
  const longest = Math.max(0, ...points.slice(-MOST_BARS).map(({ seconds }) => seconds));
  const unit = longest < 180 ? { name: 'seconds', seconds: 1 } : { name: 'minutes', seconds: 60 };
  return renderBars(
    points.map(({ stamp, seconds }) => ({ stamp, value: seconds / unit.seconds })),
    unit.name,
  );
}

function renderBars(
  points: readonly { readonly stamp: Instant; readonly value: number }[],
  unit: string,
): string | undefined {
  const shown = points.slice(-MOST_BARS);
  if (shown.length < 2) return undefined;
  const values = shown.map(({ value }) => Number(value.toPrecision(3)));
  const labels = labelsOf(shown.map(({ stamp }) => stamp));
  return [
    '```mermaid',
    // Its own light bars are hardly seen on white, and its dark background is not GitHub's.
    '%%{init: {"xyChart": {"width": 900, "height": 300}, "themeVariables": {"xyChart": {"plotColorPalette": "#218bff", "backgroundColor": "transparent"}}}}%%',
    'xychart-beta',
    `    x-axis [${labels.map(label => `"${label}"`).join(', ')}]`,
    // From zero, so that half the height is half the size.
    `    y-axis "${unit}" 0 --> ${roundUp(Math.max(...values))}`,
    `    bar [${values.map(plainNumber).join(', ')}]`,
    '```',
  ].join('\n');
}

/** Bars with the same label would be drawn on top of each other, so labels grow until they differ. */
function labelsOf(stamps: readonly Instant[]): readonly string[] {
  const first = stamps[0] ?? 0;
  const last = stamps.at(-1) ?? 0;
  const texts = stamps.map(formatInstant);
  const days = texts.map(text => text.slice(5, 10));
  const forms =
    last - first < DAY
      ? [texts.map(text => text.slice(11, 16)), texts.map(text => text.slice(11, 19))]
      : [days, texts.map(text => `${text.slice(8, 10)} ${text.slice(11, 13)}h`)];
  const distinct = forms.find(labels => new Set(labels).size === labels.length);
  return distinct ?? days.map((day, index) => `${day} #${index + 1}`);
}

/** A little above the highest bar, on a round number. */
function roundUp(highest: number): string {
  if (highest <= 0) return '1';
  const step = 10 ** (Math.floor(Math.log10(highest)) - 1);
  return plainNumber(Number((Math.ceil((highest * 1.05) / step) * step).toPrecision(3)));
}

/** Without an exponent, which the chart's grammar doesn't know. */
function plainNumber(value: number): string {
  return String(value).includes('e') ? value.toFixed(12).replace(/\.?0+$/, '') || '0' : String(value);
}
