// What a command is that can run as an action as well as on a terminal: how its inputs are read, what it does, and how
// its outcome is told. One description each (jobs/), one way to run them all (run-job.ts).
import type { Document } from '../commands/backup/draft.ts';
import type { Journal } from '../commands/world.ts';
import type { RawInputs } from '../inputs/raw-inputs.ts';
import type { Outside, Read } from '../inputs/read.ts';
import type { InputSpec } from '../inputs/specs/spec.ts';
import type { ProblemCode, Warning } from '../problems/problem.ts';
import type { Annotation } from '../reports/annotation.ts';
import type { Log } from '../reports/log.ts';
import type { Detail, Notice } from '../reports/notice.ts';
import type { RunOutcome } from '../reports/run-outcome.ts';
import type { Keys } from './keys.ts';
import type { Lines } from './lines.ts';
import type { RunFacts } from './run-facts.ts';

/** What differs between the runner and a terminal. */
export interface Host {
  readonly environment: NodeJS.ProcessEnv;
  readonly run: RunFacts;
  readonly lines: Lines;
  readonly log: Log;
  readonly journal: Journal;
  /** Values that the runner itself shall mask. */
  mask(values: readonly string[]): void;
  /** The work folder, for the clean-up after a kill. */
  folderMade(folder: string): void;
  /** A report artifact is wanted, with these besides summary and outcome. */
  report(documents: readonly Document[]): void;
}

/** What a command finds where it works. */
export interface Workplace extends Host {
  readonly keys: Keys;
  /** This run's own, 0700, gone after it. */
  readonly folder: string;
  /** What every command's settings end with. */
  readonly shown: { readonly detail: 'full' | 'minimal'; readonly warnings: readonly Warning[] };
}

/** What an outcome holds of a run that never got as far as its command. */
export type Unstarted = Omit<RunOutcome, 'command'>;

export interface Job<Config, Outcome extends RunOutcome> {
  readonly specs: readonly InputSpec[];
  read(raw: RawInputs, outside: Outside): Read<Config>;
  /** What the command does, its world opened and closed again. */
  run(config: Config, workplace: Workplace, signal: AbortSignal): Promise<Outcome>;
  unstarted(frame: Unstarted): Outcome;
  /**
   * What people are told; `detail` is theirs, not the log's. A plan is told to nobody. null: this command tells nobody, and
   * pings nobody either.
   */
  notice(outcome: Outcome, detail: Detail): Notice | null;
  /** Before anything is known: each output is set from the first line on. */
  initialOutputs(): Readonly<Record<string, string>>;
  outputs(outcome: Outcome): Readonly<Record<string, string>>;
  verdict(outcome: Outcome): string;
  annotation(outcome: Outcome): Annotation | undefined;
  /** Markdown. */
  summary(outcome: Outcome): string;
  /** For `--json` and the report artifact. */
  json(outcome: Outcome): object;
  /** What a person must keep besides the verdict; whole lines, shown where detail is full. */
  afterwards(outcome: Outcome): readonly string[];
  /** What a terminal gets on standard output where JSON isn't asked for; most runs have nothing to answer there. */
  answer?(outcome: Outcome): string;
  /** Codes of what stands in that answer with its remedy, or all of it: told there, and not a second time beside it. */
  readonly answered?: readonly ProblemCode[] | 'all';
}
