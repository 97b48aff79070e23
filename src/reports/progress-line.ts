// One look at work in progress: with a bar for a terminal, where the line is drawn over and over, or as a plain line
// for a log.
import type { Progress } from './log.ts';
import { clip, oneLine } from './plain-text.ts';
import { formatBytes, formatCount, formatDuration, formatPercent, formatRate } from './quantities.ts';

const BAR_CELLS = 20;

/** `Dumping: 1.2 GiB of about 1.9 GiB (63 %), 46 MiB/s, 12 of 21 tables, 27 s`. */
export function renderProgressLine(progress: Progress): string {
  return `${oneLine(progress.what, 80)}: ${figures(progress).join(', ')}`;
}

/**
 * The same with a bar where the expected size is known, never wider than the terminal: a wrapped line can't be
 * drawn over. Work that outgrows its expectation stays at 99 %.
 */
export function renderProgressBar(progress: Progress, columns: number): string {
  const share = shareOf(progress);
  const filled = share === undefined ? 0 : Math.floor(share * BAR_CELLS);
  const bar = share === undefined ? '' : `[${'#'.repeat(filled)}${'.'.repeat(BAR_CELLS - filled)}] `;
  return clip(
    `${oneLine(progress.what, 40)} ${bar}${figures(progress).join(', ')}`,
    Math.max(1, columns - 1),
  );
}

function figures(progress: Progress): readonly string[] {
  const { bytes, expectedBytes, tablesDone, tables, elapsedMs } = progress;
  const share = shareOf(progress);
  const size =
    share === undefined || expectedBytes === undefined
      ? formatBytes(bytes)
      : `${formatBytes(bytes)} of about ${formatBytes(Math.max(bytes, expectedBytes))} (${formatPercent(share)})`;
  const rate = formatRate(bytes, elapsedMs);
  const done =
    tablesDone === undefined
      ? []
      : [
          tables === undefined
            ? `${formatCount(tablesDone)} tables`
            : `${formatCount(tablesDone)} of ${formatCount(tables)} tables`,
        ];
  return [size, ...(rate === '' ? [] : [rate]), ...done, formatDuration(elapsedMs / 1_000)];
}

/** 0 to 0.99: an expectation is a guess, so only the end of the work says that it is done. */
function shareOf({ bytes, expectedBytes }: Progress): number | undefined {
  if (expectedBytes === undefined || expectedBytes <= 0) return undefined;
  return Math.min(0.99, bytes / expectedBytes);
}
