// `pg-backup completion bash|zsh|fish`: a script on standard output.
import { InputReader } from '../inputs/raw-inputs.ts';
import { COMPLETION_INPUTS } from '../inputs/specs/completion.ts';
import { throwAll } from '../problems/problem.ts';
import type { Command } from './command.ts';
import { completionFor } from './completion.ts';

/** `all` are the commands to complete, this one among them. */
export const completionCommand = (all: () => readonly Command[]): Command => ({
  name: 'completion',
  summary: 'Write completions for bash, zsh or fish.',
  examples: ['source <(pg-backup completion bash)'],
  inputs: COMPLETION_INPUTS,
  operand: 'shell',
  async run(raw, terminal) {
    const inputs = new InputReader(raw, COMPLETION_INPUTS);
    const shell = inputs.choice('shell', ['bash', 'zsh', 'fish']);
    throwAll(inputs.problems);
    const script = completionFor(shell, all());
    terminal.answer(terminal.json ? `${JSON.stringify({ command: 'completion', shell, script })}\n` : script);
    return 0;
  },
});
