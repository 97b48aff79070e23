// `pg-backup prune` and prune/.
import { NOTICES } from './notices.ts';
import { ALLOW_EVENT, DETAIL, POLICY, SHRINK_GUARD, TIMEOUT } from './run.ts';
import { described, type InputSpec } from './spec.ts';
import { DESTINATION, VERIFY_KEYS } from './store.ts';

export const PRUNE_INPUTS: readonly InputSpec[] = [
  ...DESTINATION,
  {
    name: 'name',
    kind: 'text',
    default: '',
    description: 'Prune the backups of this name only. Default: all names, one after the other.',
  },
  ...described(POLICY, {
    retention:
      'How long to keep what, one line a tier: `daily: 30d`, `weekly: 12w`, `monthly: 12`, `yearly: forever`. The same lines as the backup has. Required.',
    'max-delete':
      'A plan that names more backups and leftovers than this is carried out only with `confirm`; counted name by name.',
  }),
  {
    ...SHRINK_GUARD,
    description:
      'Prune nothing of a name whose newest backup is smaller than the last ones by more than this.',
  },
  {
    name: 'grace',
    kind: 'duration',
    default: '7d',
    description:
      'How old the leftovers of crashed runs and unfinished uploads must be before they are swept: longer than any backup runs.',
  },
  {
    name: 'as-of',
    kind: 'text',
    default: '',
    description:
      'For a database that is retired: ages count from `now`, or from this time, and neither the newest backup nor `min-keep` is spared. Needs `name` and `confirm`.',
  },
  {
    name: 'confirm',
    kind: 'text',
    default: '',
    description:
      'Hash of a plan, as the plan prints it, that goes beyond `max-delete` or has `as-of`: only then is it carried out. Several are parted by blanks.',
  },
  {
    name: 'dry-run',
    kind: 'boolean',
    default: 'true',
    description: 'Print the plan with its reasons and change nothing. `false` carries it out.',
  },
  VERIFY_KEYS,
  TIMEOUT,
  DETAIL,
  ...NOTICES,
  ALLOW_EVENT,
];
