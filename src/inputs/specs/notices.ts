// Whom a run tells how it ended, and when.
import { NOTIFY_ON } from '../../reports/notify-on.ts';
import type { InputSpec } from './spec.ts';

/** For every command that people want to hear of. */
export const MESSAGES: readonly InputSpec[] = [
  {
    name: 'slack-webhook-url',
    kind: 'text',
    secret: true,
    default: '',
    description: 'Incoming webhook of Slack that gets the result.',
  },
  {
    name: 'email-to',
    kind: 'text',
    default: '',
    description: 'E-mail addresses that get the result, separated by commas. Needs `smtp-url`.',
  },
  {
    name: 'email-from',
    kind: 'text',
    default: '',
    description: 'Sender of the e-mail. Default: the user of `smtp-url`, where that is an address.',
  },
  {
    name: 'smtp-url',
    kind: 'text',
    secret: true,
    default: '',
    description:
      'Mail server that the e-mail goes through: `smtp://user:password@host:587` (STARTTLS is demanded) or `smtps://user:password@host:465`.',
  },
  {
    name: 'webhook-url',
    kind: 'text',
    secret: true,
    default: '',
    description: 'Address that gets the result as JSON, see docs/notifications.md.',
  },
  {
    name: 'webhook-secret',
    kind: 'text',
    secret: true,
    default: '',
    description:
      'Signs what `webhook-url` gets (HMAC-SHA256, Standard Webhooks): base64 of 24 to 64 random bytes, as `openssl rand -base64 32` prints them.',
  },
];

/** For commands that run by the clock: messages may be rare, and a service may miss a run that never came. */
export const NOTICES: readonly InputSpec[] = [
  ...MESSAGES,
  {
    name: 'notify-on',
    kind: 'choice',
    default: 'always',
    choices: NOTIFY_ON,
    description:
      'When a message is sent: after every run; when there is something to look at; when the result is another than that of the last run; or after failures and the first success that follows them (`recovery`).',
  },
  {
    name: 'github-token',
    kind: 'text',
    secret: true,
    default: '',
    description:
      'Asks GitHub how the last run ended, for `change` and `recovery`: the token of the job, with `permissions: actions: read`. Without it a message is sent as with `always`.',
  },
  {
    name: 'ping-url',
    kind: 'text',
    secret: true,
    default: '',
    description:
      'Address of a check at healthchecks.io or its like, which raises the alarm when no ping comes: pinged after a success, with `/fail` added after a failure.',
  },
];
