// Lines and bars over time. The drawing stretches to its place, so its labels are ordinary text around it: readable at
// any width.
import type { Instant } from '../../backups/instant.ts';
import { formatDay } from '../quantities.ts';
import { type Html, html, trusted } from './html.ts';

const WIDTH = 1_000;
const HEIGHT = 100;
/** More points than this can't be told apart; of a bucket its lowest and highest stay. */
const MOST_POINTS = 240;

export interface Point {
  readonly at: Instant;
  readonly value: number;
  /** Shown in the colour of failure, and at full height: it has no value. */
  readonly bad?: boolean;
}

interface Labels {
  /** For those who don't see it. */
  readonly inWords: string;
  /** Of a value, as the axis shows it. */
  format(value: number): string;
}

/** A filled line from zero; undefined for fewer than two points. `points` oldest first. */
export function renderLine(points: readonly Point[], labels: Labels): Html | undefined {
  if (points.length < 2) return undefined;
  const shown = thinOut(points);
  const { x, y, highest } = scalesOf(shown);
  const line = shown.map(({ at, value }) => `${x(at)} ${y(value)}`).join('L');
  const drawing = html`<path class="area" d="M0 ${HEIGHT}L${trusted(line)}L${WIDTH} ${HEIGHT}z"/><path class="line" d="M${trusted(line)}"/>`;
  return frame(drawing, shown, highest, labels);
}

/** A bar each, evenly spaced; undefined where there is none. `points` oldest first; the newest are shown. */
export function renderBars(points: readonly Point[], labels: Labels): Html | undefined {
  const shown = points.slice(-60);
  if (shown.length === 0) return undefined;
  const { y, highest } = scalesOf(shown);
  const slot = WIDTH / Math.max(shown.length, 12);
  const bars = shown.map(({ value, bad }, at) => {
    const top = bad ? y(highest) : Math.min(y(value), HEIGHT - 2);
    const left = round(at * slot + slot * 0.15);
    return html`<rect class="${bad ? 'bar bad' : 'bar'}" x="${left}" y="${top}" width="${round(slot * 0.7)}" height="${round(HEIGHT - top)}"/>`;
  });
  return frame(html`${bars}`, shown, highest, labels);
}

function frame(drawing: Html, shown: readonly Point[], highest: number, { inWords, format }: Labels): Html {
  const [first, last] = [shown[0], shown.at(-1)].map(point => formatDay(point?.at ?? 0));
  return html`<figure class="chart"><div class="axis"><span>${format(highest)}</span><span>${format(0)}</span></div>
<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label="${inWords}"><path class="grid" d="M0 0.5H${WIDTH}M0 ${HEIGHT / 2}H${WIDTH}M0 ${HEIGHT - 0.5}H${WIDTH}"/>${drawing}</svg>
<div class="days"><span>${first}</span><span>${last === first ? '' : last}</span></div></figure>`;
}

function scalesOf(points: readonly Point[]) {
  const from = points[0]?.at ?? 0;
  const span = Math.max(1, (points.at(-1)?.at ?? 0) - from);
  const highest = Math.max(1e-9, ...points.map(({ value }) => value));
  return {
    highest,
    x: (at: Instant) => round(((at - from) / span) * WIDTH),
    y: (value: number) => round(HEIGHT - (value / highest) * (HEIGHT - 4)),
  };
}

function thinOut(points: readonly Point[]): readonly Point[] {
  if (points.length <= MOST_POINTS) return points;
  const bucket = Math.ceil(points.length / (MOST_POINTS / 2));
  const buckets = Array.from({ length: Math.ceil(points.length / bucket) }, (_, at) =>
    points.slice(at * bucket, (at + 1) * bucket).toSorted((a, b) => a.value - b.value),
  );
  return buckets.flatMap(sorted => {
    const ends = [sorted[0], sorted.at(-1)].filter(point => point !== undefined);
    return [...new Set(ends)].sort((a, b) => a.at - b.at);
  });
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
