// What a status finds fault with, and why what it saw could not be handed on. Codes PGB555 to PGB569.
import { Problem, type ProblemCode, type Warning } from './problem.ts';

export function notASize(input: string, text: string): Problem {
  return new Problem({
    kind: 'configuration',
    code: 'PGB555',
    summary: `\`${input}\` is ${JSON.stringify(text.slice(0, 60))}, which is no size.`,
    hint: 'Give a number with its unit, as in `64MiB`, `2GiB` or `500MB`; `off` leaves the check out.',
  });
}

export function notAPrice(text: string): Problem {
  return new Problem({
    kind: 'configuration',
    code: 'PGB569',
    summary: `\`storage-price\` is ${JSON.stringify(text.slice(0, 60))}, which is no price.`,
    hint: 'Write what a GB costs a month, as in `0.023 USD`; `off` leaves costs out.',
  });
}

export function notFreeSpace(text: string): Problem {
  return new Problem({
    kind: 'configuration',
    code: 'PGB556',
    summary: `\`min-free\` is ${JSON.stringify(text.slice(0, 60))}, which is neither a share nor a size.`,
    hint: 'Write a share of the disk, as in `10%`, or a size, as in `50GiB`; `off` leaves the check out.',
  });
}

export function statusInsideBackups(place: string): Problem {
  return new Problem({
    kind: 'configuration',
    code: 'PGB557',
    summary: `\`status-destination\` ${place} lies at \`destination\` or below it.`,
    hint: 'Give it a bucket, a prefix or a folder of its own: what others may read and we overwrite never lies among backups.',
  });
}

export function badStatusDestination(text: string): Problem {
  return new Problem({
    kind: 'configuration',
    code: 'PGB558',
    summary: `\`status-destination\` is ${JSON.stringify(text.slice(0, 100))}, which is no destination.`,
    hint: 'Write `s3://bucket/prefix` or `file:///path`, as for `destination`.',
  });
}

/** No text holds any of the URL: it may carry a password. */
export function badPushgatewayUrl(why: string): Problem {
  return new Problem({
    kind: 'configuration',
    code: 'PGB559',
    summary: `\`pushgateway-url\` ${why}.`,
    hint: 'Write the address of the Pushgateway, as in `https://push.example.org`; plain http is taken on loopback alone.',
  });
}

const WHOSE = (name: string | null) => (name === null ? '' : `${JSON.stringify(name.slice(0, 60))}: `);

const CHECK_FAILED: ProblemCode = 'PGB560';
const CHECK_WARNS: ProblemCode = 'PGB561';
/** What checks found. */
export const CHECK_CODES: readonly ProblemCode[] = [CHECK_FAILED, CHECK_WARNS];

/** One that `fail-on` lets fail the run. `words`: a sentence without its end. */
export function checkFailed(name: string | null, words: string): Problem {
  return new Problem({
    kind: 'stale',
    code: CHECK_FAILED,
    summary: `${WHOSE(name)}${words}.`,
    hint: 'docs/status.md says of each check what it means; its threshold is an input.',
  });
}

/** One that `fail-on` doesn't. */
export function checkWarns(name: string | null, words: string): Warning {
  return {
    code: CHECK_WARNS,
    summary: `${WHOSE(name)}${words}.`,
    hint: 'docs/status.md says of each check what it means; its threshold is an input.',
    loud: true,
  };
}

export function storeLost(problem: Problem): Warning {
  return {
    code: 'PGB562',
    summary: `The store could not be looked at: ${problem.code} ${problem.summary}`,
    hint: problem.hint,
    loud: true,
  };
}

/** `what`: `status.json at s3://…`, `metrics-file`. */
export function statusNotWritten(what: string, why: string): Warning {
  return {
    code: 'PGB563',
    summary: `What was seen could not be written (${what}): ${why}`,
    hint: 'Whoever reads it sees the state of an earlier run. The status itself stands.',
  };
}

/** `said`: without any of the URL. */
export function metricsNotPushed(said: string): Warning {
  return {
    code: 'PGB564',
    summary: `The Pushgateway did not take the metrics: ${said}.`,
    hint: 'Check `pushgateway-url`, and that this machine may reach it. The status itself stands.',
  };
}
