// What every action tells the runner at its end: the verdict and the problems in the log, one annotation, the summary.
import * as core from '@actions/core';
import { reportFailed } from '../problems/host.ts';
import type { Problem } from '../problems/problem.ts';
import type { Annotation } from '../reports/annotation.ts';
import type { Log } from '../reports/log.ts';
import { problemLines } from '../reports/log-lines.ts';
import type { Lines } from './lines.ts';

export interface Told {
  readonly verdict: string;
  readonly problems: readonly Problem[];
  readonly detail: 'full' | 'minimal';
  readonly annotation: Annotation | undefined;
}

export function tellRunner({ verdict, problems, detail, annotation }: Told, lines: Lines): void {
  core.info(lines.clean(verdict));
  for (const problem of problems) {
    for (const line of problemLines(problem, detail)) core.info(lines.clean(line));
  }
  if (!annotation) return;
  const annotate = annotation.level === 'error' ? core.error : core.warning;
  annotate(lines.clean(annotation.message), { title: lines.clean(annotation.title) });
}

/** A report that can't be written is a warning in the log and changes no result. */
export async function report(what: string, write: () => Promise<unknown>, log: Log): Promise<void> {
  try {
    await write();
  } catch (error) {
    log.warn(reportFailed(what, error instanceof Error ? error.message : String(error)));
  }
}

export function writeSummary(summary: string, lines: Lines, log: Log): Promise<void> {
  return report('job summary', () => core.summary.addRaw(lines.redact(summary)).write(), log);
}
