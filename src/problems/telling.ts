// Notices that did not arrive by e-mail, webhook or ping. Codes PGB912 to PGB918. They are warnings: the result stands.
// `channel` begins the sentence ("The e-mail"); `said` is the other side's answer, already harmless and redacted.
import type { Warning } from './problem.ts';

export function notDelivered(channel: string, why: string): Warning {
  return {
    code: 'PGB912',
    summary: `${channel} did not arrive: ${why}.`,
    hint: 'The result stands. Check that this machine may reach the service, its name, its port and its certificate.',
  };
}

export function serviceInTrouble(channel: string, status: number, said: string): Warning {
  return {
    code: 'PGB913',
    summary: `${channel} was not taken: the service answered ${status}${quoted(said)}, again and again.`,
    hint: 'The result stands. Look at the service; the next run tries again.',
  };
}

export function refusedByService(channel: string, status: number, said: string): Warning {
  return {
    code: 'PGB914',
    summary: `${channel} was refused: the service answered ${status}${quoted(said)}.`,
    hint: 'The result stands. Check the address and what the service expects; a redirect (3xx) is not followed.',
  };
}

export function loginRefused(status: number, said: string): Warning {
  return {
    code: 'PGB915',
    summary: `The e-mail was not sent: the mail server refused the login of \`smtp-url\` (${status}${quoted(said)}).`,
    hint: 'The result stands. Many providers want an app password or an API key there, and allow only some senders.',
  };
}

export function notEncrypted(said: string): Warning {
  return {
    code: 'PGB916',
    summary: `The e-mail was not sent: no encrypted connection to the mail server came about${quoted(said)}.`,
    hint: 'The result stands. `smtp://` needs STARTTLS with a certificate that holds; try `smtps://` with port 465.',
  };
}

export function lastRunUnknown(why: string): Warning {
  return {
    code: 'PGB917',
    summary: `How the last run ended could not be asked of GitHub (${why}), so a notice was sent as with \`notify-on: always\`.`,
    hint: 'Give `github-token` the token of the job, and the job `permissions: actions: read`; see docs/notifications.md.',
  };
}

/** A fault of ours: notifiers must not throw. */
export function notifierFault(channel: string, why: string): Warning {
  return {
    code: 'PGB918',
    summary: `${channel} was not sent because of a fault in pg-backup-action itself: ${why}`,
    hint: 'The result stands. Open an issue with this line and the version.',
  };
}

function quoted(said: string): string {
  return said === '' ? '' : `: "${said}"`;
}
