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
    'dry-run': 'Taken as the backup has it, and without effect: the doctor changes nothing either way.',
    'report-artifact': 'Taken as the backup has it, and without effect.',
    'slack-webhook-url': 'As the backup has it; its form is checked, and nothing is sent.',
    'email-to': 'As the backup has it; its form is checked, and nothing is sent.',
    'webhook-url': 'As the backup has it; its form is checked, and nothing is sent.',
    'ping-url': 'As the backup has it; its form is checked, and nothing is pinged.',
    'notify-on': 'Taken as the backup has it, and without effect: the doctor tells nobody.',
  }),
];
