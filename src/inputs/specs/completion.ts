// `pg-backup completion`.
import type { InputSpec } from './spec.ts';

export const COMPLETION_INPUTS: readonly InputSpec[] = [
  {
    name: 'shell',
    kind: 'choice',
    default: 'bash',
    choices: ['bash', 'zsh', 'fish'],
    description: 'The shell to write completions for.',
  },
];
