// The one sentence that says how the backups stand, its heading, its annotation and its outputs.
import { type Annotation, annotationMessage } from './annotation.ts';
import { marked, oneLine, plural } from './plain-text.ts';
import { formatAge } from './quantities.ts';
import type { Check, StatusOutcome, Verdict } from './status-outcome.ts';

type Detail = StatusOutcome['detail'];

const WORDS: Readonly<Record<Verdict, string>> = { ok: 'fine', warning: 'WARNING', critical: 'CRITICAL' };

export function statusVerdict(outcome: StatusOutcome, detail: Detail = outcome.detail): string {
  const failed = outcome.checks.filter(check => check.failed);
  const [first] = [...failed].sort((a, b) => rank(a) - rank(b));
  const sentence = statusSentence(outcome).replace(/\.$/, '');
  const [problem] = outcome.problems;
  if (!first)
    return problem
      ? `${sentence}: ${detail === 'full' ? oneLine(problem.summary, 600).replace(/\.$/, '') : problem.code}.`
      : `${sentence}.`;
  const whose = first.name === null || detail === 'minimal' ? '' : `${marked(first.name)}: `;
  const words = detail === 'full' ? oneLine(first.words, 600) : `\`${first.check}\``;
  const more = failed.length > 1 ? ` (and ${failed.length - 1} more)` : '';
  return `${sentence}: ${whose}${words}${more}.`;
}

/** Names nobody. */
export function statusSentence({ verdict, names, now, result }: StatusOutcome): string {
  if (result === 'cancelled') return 'Status was cancelled.';
  const [only] = names;
  const age =
    names.length === 1 && only?.latest
      ? `, the newest good one taken ${formatAge(only.latest.stamp, now)}`
      : '';
  return `Backups of ${plural(names.length, 'name')}: ${WORDS[verdict]}${age}.`;
}

export function statusHeading({ verdict, result }: StatusOutcome): string {
  if (result === 'cancelled') return 'PostgreSQL backup status cancelled';
  return verdict === 'ok' ? 'PostgreSQL backups are fine' : `PostgreSQL backups: ${WORDS[verdict]}`;
}

export function statusAnnotation(outcome: StatusOutcome): Annotation | undefined {
  const { result } = outcome;
  if (result !== 'failed' && result !== 'degraded') return undefined;
  return {
    level: result === 'failed' ? 'error' : 'warning',
    title: statusHeading(outcome),
    message: annotationMessage(statusSentence(outcome), outcome),
  };
}

/** Critical first. */
export function rank({ severity }: Check): number {
  return severity === 'critical' ? 0 : 1;
}

/** Name → what it is, as action.yml and the docs say it. */
export const STATUS_OUTPUT_DESCRIPTIONS = {
  status: '`ok`, `warning` or `critical`: the worst of the checks.',
  'failed-checks':
    'JSON array of the checks that failed, each with check, severity and name; `[]` when none did.',
  names: 'How many names were looked at.',
  'backup-id':
    'Id of the newest good backup; empty where there is none, or more than one name, as are the next three.',
  'age-seconds': 'Seconds since its snapshot was taken.',
  'size-bytes': 'Stored bytes of its archive.',
  level: 'How far it is proven: `listed`, `decoded`, `counted`, `stored` or `restored`.',
  'duration-seconds': 'Whole seconds that the run took.',
  result: '`success`, `degraded` (something to look at that `fail-on` lets pass), `failed` or `cancelled`.',
} as const;

export type StatusOutputs = Readonly<Record<keyof typeof STATUS_OUTPUT_DESCRIPTIONS, string>>;

/** Set from the first line on: a run that was killed reads as critical. */
export function initialStatusOutputs(): StatusOutputs {
  return {
    status: 'critical',
    'failed-checks': '[]',
    names: '0',
    'backup-id': '',
    'age-seconds': '',
    'size-bytes': '',
    level: '',
    'duration-seconds': '',
    result: 'failed',
  };
}

/** An output may be handed on as an environment variable, and Linux takes no more than 128 KiB for one. */
const MOST_CHECKS = 200;

export function statusOutputsOf(outcome: StatusOutcome): StatusOutputs {
  const { names, checks, now } = outcome;
  const latest = names.length === 1 ? names[0]?.latest : undefined;
  const failed = checks
    .filter(check => check.failed)
    .sort((a, b) => rank(a) - rank(b))
    .map(({ check, severity, name }) => ({ check, severity, name }));
  return {
    ...initialStatusOutputs(),
    status: outcome.verdict,
    'failed-checks': JSON.stringify(failed.slice(0, MOST_CHECKS)),
    names: String(names.length),
    ...(latest && {
      'backup-id': latest.id,
      'age-seconds': String(Math.round((now - latest.stamp) / 1000)),
      'size-bytes': String(latest.bytes),
      level: latest.level,
    }),
    'duration-seconds': String(Math.round(outcome.durationSeconds)),
    result: outcome.result,
  };
}
