// What can go wrong with telling people: the webhook's URL as given, and a notice that didn't arrive. No text holds
// any of the URL's path: whoever knows it can post. `said` is Slack's answer, already harmless and redacted.
import { Problem, type ProblemCode, type Warning } from './problem.ts';

function urlProblem(code: ProblemCode, summary: string, hint: string): Problem {
  return new Problem({ kind: 'configuration', code, summary: `\`slack-webhook-url\` ${summary}`, hint });
}

const WHERE =
  'Copy it from the Slack app\'s page "Incoming Webhooks": https://hooks.slack.com/services/T…/B…/….';

export function slackUrlUnreadable(): Problem {
  return urlProblem('PGB700', 'is not a URL.', WHERE);
}

export function slackUrlNotHttps(): Problem {
  return urlProblem(
    'PGB701',
    'does not start with `https://`, so that others on the way could read it.',
    WHERE,
  );
}

/** `host` only where it is plainly a host's name. */
export function slackUrlOtherHost(host: string | undefined): Problem {
  return urlProblem('PGB702', `points to ${host ?? 'a host'}, which is not Slack.`, WHERE);
}

export function slackUrlHasExtras(): Problem {
  return urlProblem('PGB703', 'carries a user, a password, a port, parameters or a `#` part.', WHERE);
}

export function slackUrlNotIncoming(): Problem {
  return urlProblem(
    'PGB704',
    "is not an incoming webhook's: its path is not `/services/T…/B…/…`.",
    'Workflow triggers take no formatted messages: add "Incoming Webhooks" to a Slack app and use the URL that it shows.',
  );
}

export function slackUnreachable(why: string): Warning {
  return {
    code: 'PGB710',
    summary: `Slack did not get the notice: ${why}.`,
    hint: 'The result stands. Check that this machine may reach hooks.slack.com over https, and any proxy between.',
  };
}

export function slackTrouble(status: number, said: string): Warning {
  return {
    code: 'PGB711',
    summary: `Slack did not take the notice: it answered ${status}${quoted(said)}, again and again.`,
    hint: 'The result stands. See https://slack-status.com; the next run writes again.',
  };
}

export function slackLimited(seconds: number): Warning {
  return {
    code: 'PGB712',
    summary: `Slack did not take the notice: too many were sent, and it asks to wait ${seconds} s.`,
    hint: 'The result stands. Give busy jobs a webhook of their own, or set `notify-on: failure`.',
  };
}

export function slackWebhookGone(status: number, said: string): Warning {
  return {
    code: 'PGB713',
    summary: `Slack did not take the notice: the webhook is switched off or its channel is gone (${status}${quoted(said)}).`,
    hint: 'Make a new incoming webhook in the Slack app and store its URL in the secret behind `slack-webhook-url`.',
  };
}

export function slackRefused(status: number, said: string): Warning {
  return {
    code: 'PGB714',
    summary: `Slack refused the notice: it answered ${status}${quoted(said)}.`,
    hint: 'The result stands. If it speaks of blocks, text or payload, report it as a fault of this action; else ask who runs the Slack workspace.',
  };
}

export function slackAnsweredStrangely(said: string): Warning {
  return {
    code: 'PGB715',
    summary: `Slack's answer to the notice was not \`ok\`${said === '' ? ', but empty' : quoted(said)}.`,
    hint: 'The notice may be missing. Look for a proxy or filter that answers in the place of hooks.slack.com.',
  };
}

function quoted(said: string): string {
  return said === '' ? '' : `: "${said}"`;
}
