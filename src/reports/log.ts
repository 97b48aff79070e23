// What commands say while they work. Lines are plain text: the entry escapes and redacts what it prints.
import type { Warning } from '../problems/problem.ts';

export interface Progress {
  readonly what: string;
  readonly bytes: number;
  /** Expected bytes, where something like it is known. */
  readonly expectedBytes?: number;
  readonly tablesDone?: number;
  readonly tables?: number;
  readonly elapsedMs: number;
}

export interface Log {
  /** A stage with its own group in the runner's log; its lines are folded away there. */
  stage<T>(title: string, work: () => Promise<T>): Promise<T>;
  /** One line with numbers. */
  info(line: string): void;
  warn(warning: Warning): void;
  /** Called as often as the work likes; the log decides how often to show it. */
  progress(progress: Progress): void;
}
