// How a run goes and whom it tells.
import type { InputSpec } from './spec.ts';

export const POLICY: readonly InputSpec[] = [
  {
    name: 'timezone',
    kind: 'text',
    default: 'UTC',
    description: 'IANA time zone in which days, weeks, months and years begin.',
  },
  {
    name: 'retention',
    kind: 'lines',
    default: '',
    description:
      'How long to keep what, one line a tier: `daily: 30d`, `weekly: 12w`, `monthly: 12`, `yearly: forever`. A number counts periods, `12w` is an age; of several rules on a line any keeps. Without it nothing is pruned.',
  },
  {
    name: 'min-keep',
    kind: 'count',
    default: '3',
    description: 'Pruning never leaves fewer good backups than this.',
  },
  {
    name: 'max-delete',
    kind: 'count',
    default: '10',
    description: 'A prune plan that names more backups than this deletes nothing and says so.',
  },
];

export const SHRINK_GUARD: InputSpec = {
  name: 'shrink-guard',
  kind: 'percent',
  default: '50%',
  description: 'Warn in capitals when a backup is smaller or larger than the last ones by more than this.',
};

export const TIMEOUT: InputSpec = {
  name: 'timeout',
  kind: 'duration',
  default: '5h45m',
  description: 'Limit of the whole run; ends it cleanly, below the six hours of a job.',
};

export const DETAIL: InputSpec = {
  name: 'detail',
  kind: 'choice',
  default: 'auto',
  choices: ['auto', 'full', 'minimal'],
  description:
    'How much log, summary and artifact tell. `minimal` leaves out names, hosts and rows; `auto` is minimal in a public repository.',
};

export const JOBS: InputSpec = {
  name: 'jobs',
  kind: 'text',
  default: 'auto',
  description: 'Connections that restore and compare at once, 2 or more. `auto` takes one for each core.',
};

export const ALLOW_EVENT: InputSpec = {
  name: 'allow-event',
  kind: 'text',
  default: '',
  description:
    'Events that are refused by default and may run this after all, by name: `pull_request`, `workflow_run` and their like.',
};
