// The log as the runner shows it: a folded group a stage and a progress line now and then. Warnings are plain lines
// here; the one annotation of a run is made from its outcome.
import * as core from '@actions/core';
import type { Log } from '../reports/log.ts';
import { warningLine } from '../reports/log-lines.ts';
import { renderProgressLine } from '../reports/progress-line.ts';
import type { Lines } from './lines.ts';

/** The log is kept for ever: one line every half minute shows life without filling it. */
const PROGRESS_EVERY_MS = 30_000;

export function makeActionLog(lines: Lines): Log {
  let shownAt = performance.now();
  return {
    async stage(title, work) {
      core.startGroup(title);
      try {
        return await work();
      } finally {
        core.endGroup();
      }
    },
    info: line => core.info(lines.clean(line)),
    warn: warning => core.info(lines.clean(warningLine(warning, lines.detail))),
    progress(progress) {
      if (performance.now() - shownAt < PROGRESS_EVERY_MS) return;
      shownAt = performance.now();
      core.info(lines.clean(renderProgressLine(progress)));
    },
  };
}
