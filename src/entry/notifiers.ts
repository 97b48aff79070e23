// Whom a run tells, from the addresses it was given. One that is wrong is a problem of the inputs; the others hear of it.
import type { KeyTexts } from '../inputs/key-texts.ts';
import { EmailNotifier } from '../notify/email.ts';
import { parseEmail } from '../notify/email-address.ts';
import { PingNotifier } from '../notify/ping.ts';
import type { Notifier } from '../notify/port.ts';
import { SlackNotifier } from '../notify/slack.ts';
import { parseSlackUrl } from '../notify/slack-url.ts';
import { WebhookNotifier } from '../notify/webhook.ts';
import { parsePingUrl, parseWebhook } from '../notify/webhook-address.ts';
import type { Problem } from '../problems/problem.ts';

export interface Notifiers {
  readonly notifiers: readonly Notifier[];
  readonly problems: readonly Problem[];
}

export function readNotifiers(texts: KeyTexts): Notifiers {
  const { slackWebhookUrl, emailTo: to, emailFrom: from, smtpUrl, pingUrl } = texts;
  const notifiers: Notifier[] = [];
  const problems: Problem[] = [];
  const add = <Address extends object>(
    parsed: Address | { readonly problems: readonly Problem[] } | null,
    make: (address: Address) => Notifier,
  ) => {
    if (parsed === null) return;
    if ('problems' in parsed) problems.push(...parsed.problems);
    else notifiers.push(make(parsed));
  };
  add<{ readonly url: string }>(
    slackWebhookUrl === undefined ? null : parseSlackUrl(slackWebhookUrl),
    ({ url }) => new SlackNotifier(url),
  );
  add(parseEmail({ to, from, smtpUrl }), address => new EmailNotifier(address));
  add(parseWebhook(texts.webhookUrl, texts.webhookSecret), address => new WebhookNotifier(address));
  add(pingUrl === undefined ? null : parsePingUrl(pingUrl), ({ url }) => new PingNotifier(url));
  return { notifiers, problems };
}
