// What can be wrong with the inputs that say where to send e-mail, webhooks and pings. Codes PGB154 to PGB159. Secret
// inputs are named, never quoted.
import { Problem, type ProblemCode } from './problem.ts';

function configuration(code: ProblemCode, summary: string, hint: string): Problem {
  return new Problem({ kind: 'configuration', code, summary, hint });
}

export function outboundUrlUnusable(input: string): Problem {
  return configuration(
    'PGB154',
    `\`${input}\` is no plain https address: it begins otherwise, or carries a user, a password or a \`#\` part.`,
    'Give the whole address, as in `https://example.com/hooks/…`. Whoever knows it can write there: keep it in a secret.',
  );
}

export function badWebhookSecret(): Problem {
  return configuration(
    'PGB155',
    '`webhook-secret` is not the base64 form of 24 to 64 random bytes.',
    'Make one with `openssl rand -base64 32` and give the same to the receiver; a leading `whsec_` may stay.',
  );
}

export function outboundHostForbidden(input: string): Problem {
  return configuration(
    'PGB156',
    `\`${input}\` points to a link-local address or to a cloud's metadata service.`,
    'Nothing is sent there, because such addresses hand out credentials. Give the address of the service itself.',
  );
}

/** `why` says which part, without its value. */
export function badSmtpUrl(why: string): Problem {
  return configuration(
    'PGB157',
    `\`smtp-url\` ${why}.`,
    'Write `smtp://user:password@host:587` (STARTTLS) or `smtps://user:password@host:465`; a password with `@`, `/`, `:`, `#` or `%` is percent-encoded.',
  );
}

export function badEmailAddress(input: string, value: string): Problem {
  return configuration(
    'PGB158',
    `\`${input}\` holds "${value}", which is no e-mail address.`,
    'Write addresses alone, as in `ops@example.com`, several of them separated by commas.',
  );
}

/** `given` needs `missing`. */
export function noticeInputMissing(given: string, missing: string, hint: string): Problem {
  return configuration('PGB159', `\`${given}\` is set, but \`${missing}\` is not.`, hint);
}
