// Hands what a status found on to those who read it: a place for pages and badges, Prometheus by a file or a Pushgateway.
// Like a notice it never changes the result; what can't be written is a warning.
import { Problem, type Warning } from '../../problems/problem.ts';
import { statusNotWritten } from '../../problems/status.ts';
import { PAGE_TYPE, statusFiles } from '../../reports/status-files.ts';
import { METRICS_TYPE, renderMetrics } from '../../reports/status-metrics.ts';
import type { StatusOutcome } from '../../reports/status-outcome.ts';
import { type PageLook, statusPageOf } from '../../reports/status-page/of-outcome.ts';
import { renderStatusPage } from '../../reports/status-page/page.ts';
import type { Shelf } from '../../storage/shelf-port.ts';

export interface OneFile {
  readonly shelf: Shelf;
  readonly file: string;
}

/** Each is null where nobody asked for it. */
export interface Readers {
  /** `status-destination`. */
  readonly shelf: Shelf | null;
  /** `metrics-file`. */
  readonly metricsFile: OneFile | null;
  /** `html`. */
  readonly page: OneFile | null;
  /** Resolves with a warning where it can't be shown to have arrived. */
  readonly push:
    | ((metrics: string, name: string | undefined, signal: AbortSignal) => Promise<Warning | undefined>)
    | null;
}

/** `name`: where only one was asked for, so that others' metrics stay in place. */
export async function publish(
  { shelf, metricsFile, page, push }: Readers,
  outcome: StatusOutcome,
  look: PageLook,
  name: string | undefined,
  signal: AbortSignal,
): Promise<readonly Warning[]> {
  const metrics = renderMetrics(outcome);
  const warnings: Warning[] = [];
  const put = async (to: Shelf, file: string, text: string, contentType: string) => {
    try {
      await to.put(file, text, { contentType, signal });
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof Problem)) throw error;
      warnings.push(statusNotWritten(`${file} at ${to.place}`, error.summary));
    }
  };
  for (const { file, text, contentType } of shelf ? statusFiles(outcome, look) : [])
    if (shelf) await put(shelf, file, text, contentType);
  if (metricsFile) await put(metricsFile.shelf, metricsFile.file, metrics, METRICS_TYPE);
  if (page) await put(page.shelf, page.file, renderStatusPage(statusPageOf(outcome, look)), PAGE_TYPE);
  const refused = await push?.(metrics, name, signal);
  return refused ? [...warnings, refused] : warnings;
}
