// `pg-backup doctor` and doctor/: the backup's inputs, so that a workflow's `with:` can be copied as it stands.
import { BACKUP_INPUTS } from './backup.ts';
import { described, type InputSpec } from './spec.ts';

export const DOCTOR_INPUTS: readonly InputSpec[] = [
  {
    name: 'probe',
    kind: 'boolean',
    default: 'false',
    description:
      'Write one small object below `pg-backup-doctor/`, look at it, try to overwrite it, and remove it again. Without it nothing is written anywhere.',
  },
  ...described(BACKUP_INPUTS, {
    'slack-webhook-url': 'As the backup has it: checked for its form. The doctor sends nothing.',
    'ping-url': 'As the backup has it: checked for its form. The doctor pings nobody.',
  }),
];
