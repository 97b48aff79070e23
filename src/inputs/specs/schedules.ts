// The action that only this project's own watchdog uses: whether the workflows that should run by themselves still may.
import { NOTICES } from './notices.ts';
import { DETAIL } from './run.ts';
import type { InputSpec } from './spec.ts';

export const SCHEDULES_INPUTS: readonly InputSpec[] = [
  {
    name: 'workflows',
    kind: 'lines',
    default: '',
    description:
      'Files in `.github/workflows` whose schedules must be on, one a line: `backup.yml`. Required.',
  },
  {
    name: 'github-token',
    kind: 'text',
    secret: true,
    default: '',
    description: 'The token of the job (`github.token`), with `actions: read`. Required.',
  },
  DETAIL,
  ...NOTICES.filter(({ name }) => name !== 'github-token' && name !== 'ping-url'),
];
