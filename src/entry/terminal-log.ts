// The log on a terminal: everything on standard error (standard output belongs to the answer), with a live line while
// bytes flow; without a terminal, a plain line now and then.

import type { Log } from '../reports/log.ts';
import { warningLine } from '../reports/log-lines.ts';
import { renderProgressBar, renderProgressLine } from '../reports/progress-line.ts';
import type { Lines } from './lines.ts';

const LIVE_EVERY_MS = 100;
const PLAIN_EVERY_MS = 30_000;
const CLEAR_LINE = '\r\u001b[2K';

export function makeTerminalLog(lines: Lines, stream: NodeJS.WriteStream): Log {
  let shownAt = performance.now();
  let live = false;
  const print = (line: string) => {
    stream.write(`${live ? CLEAR_LINE : ''}${line}\n`);
    live = false;
  };
  return {
    async stage(title, work) {
      print(stream.isTTY ? `\u001b[1m${title}\u001b[0m` : title);
      try {
        return await work();
      } finally {
        // What comes next may be a verdict, which is not written through this log.
        if (live) stream.write(CLEAR_LINE);
        live = false;
      }
    },
    info: line => print(`  ${lines.clean(line)}`),
    warn: warning => print(`  ${lines.clean(warningLine(warning, lines.detail))}`),
    progress(progress) {
      if (performance.now() - shownAt < (stream.isTTY ? LIVE_EVERY_MS : PLAIN_EVERY_MS)) return;
      shownAt = performance.now();
      if (!stream.isTTY) return print(`  ${lines.clean(renderProgressLine(progress))}`);
      stream.write(`${CLEAR_LINE}  ${lines.clean(renderProgressBar(progress, (stream.columns ?? 80) - 2))}`);
      live = true;
    },
  };
}
