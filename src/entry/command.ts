// What a command of the command line is: its name, its inputs, and what it does. Help, completion and the docs are made
// from these, so nothing is said of a command twice.
import type { RawInputs } from '../inputs/raw-inputs.ts';
import type { InputSpec } from '../inputs/specs/spec.ts';
import type { Log } from '../reports/log.ts';
import type { Interruption } from './interruption.ts';
import type { Lines } from './lines.ts';

/** What a command is given by whoever started it. */
export interface Terminal {
  readonly environment: NodeJS.ProcessEnv;
  readonly lines: Lines;
  readonly log: Log;
  readonly interruption: Interruption;
  /** The answer is wanted as JSON. */
  readonly json: boolean;
  /** Width of standard output; Infinity where that is no terminal. */
  readonly columns: number;
  /** To standard output, where nothing but answers goes. */
  answer(text: string): void;
  /** To standard error. */
  tell(line: string): void;
}

export interface Command {
  readonly name: string;
  /** One sentence. */
  readonly summary: string;
  /** What --help says below it; whole lines. */
  readonly notes?: string;
  readonly examples: readonly string[];
  readonly inputs: readonly InputSpec[];
  /** The input that may be given without its flag, as in `pg-backup verify 3f9k2m7q`. */
  readonly operand?: string;
  /** Resolves with the exit status. Throws Problems for what keeps it from its answer. */
  run(raw: RawInputs, terminal: Terminal): Promise<number>;
}
