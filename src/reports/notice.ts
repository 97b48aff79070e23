// What people are told of a run, as plain data: Slack, e-mail and webhook are rendered from this one thing, so that none
// of them knows a command and no command knows one of them.
import type { Instant } from '../backups/instant.ts';
import type { Redact } from '../problems/redact.ts';
import type { Result } from './outcome.ts';
import type { Shown } from './shown-problem.ts';

/** Values may hold code marks. */
export type Fact = readonly [label: string, value: string];

export interface Notice {
  /** As people type it: `restore-test`. */
  readonly command: string;
  readonly result: Result;
  /** What the backups are filed under; '' where that isn't known or isn't told. */
  readonly name: string;
  /** A headline, without code marks. */
  readonly title: string;
  /** One sentence; `sentence` leaves out a failure's cause, which stands right below. */
  readonly verdict: string;
  readonly sentence: string;
  /** The verdict without names, hosts and rows, for services that only count pings. */
  readonly bareVerdict: string;
  readonly problems: readonly Shown[];
  readonly warnings: readonly Shown[];
  readonly facts: readonly Fact[];
  /** What a person may want to run now. */
  readonly commands: readonly { readonly label: string; readonly text: string }[];
  /** A few words each. */
  readonly footnotes: readonly string[];
  /** The action's outputs, for programs. */
  readonly outputs: Readonly<Record<string, string>>;
  readonly startedAt: Instant;
  readonly durationSeconds: number;
  readonly runUrl: string | null;
  /** How the run before this one ended, as far as the store shows it; null: it doesn't. */
  readonly before: Standing | null;
}

/** `bad` is all that a person should look at, a degraded run and a loud warning as well. */
export type Standing = 'good' | 'bad';

export function standingOf({ result, problems, warnings }: Notice): Standing {
  const fine = result === 'success' || result === 'planned';
  return fine && problems.length === 0 && !warnings.some(warning => warning.loud) ? 'good' : 'bad';
}

/** Of what an action puts out, that which names nothing of the database. */
export function bareOutputs(outputs: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const bare = ['backup-id', 'tier', 'level', 'verdict', 'duration-seconds', 'result'];
  return Object.fromEntries(Object.entries(outputs).filter(([name]) => bare.includes(name)));
}

/** Every text in it, and nothing of its shape: a secret can look like JSON's own marks. */
export function redactNotice(notice: Notice, redact: Redact): Notice {
  return redacted(notice, redact) as Notice;
}

function redacted(value: unknown, redact: Redact): unknown {
  if (typeof value === 'string') return redact(value);
  if (Array.isArray(value)) return value.map(one => redacted(one, redact));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, redacted(one, redact)]));
}
