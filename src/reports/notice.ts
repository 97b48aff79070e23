// What people are told of a run, as plain data: Slack, e-mail and webhook are rendered from this one thing, so that none
// of them knows a command and no command knows one of them.
import type { Instant } from '../backups/instant.ts';
import type { Redact } from '../problems/redact.ts';
import { oneLine } from './plain-text.ts';
import type { Result, RunOutcome } from './run-outcome.ts';
import { type Shown, shownProblem, shownWarning } from './shown-problem.ts';

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

/** What only the command itself can say of its outcome; the rest has a sensible nothing. */
export interface OwnWords {
  readonly name?: string;
  readonly title: string;
  verdict(detail: Detail): string;
  sentence(detail: Detail): string;
  readonly facts: readonly Fact[];
  readonly commands?: Notice['commands'];
  readonly footnotes?: readonly string[];
  readonly outputs: Readonly<Record<string, string>>;
  readonly before?: Standing | null;
}

export type Detail = RunOutcome['detail'];

/** With minimal detail, what is left of the outputs: nothing that names the database. */
const BARE_OUTPUTS = ['backup-id', 'tier', 'level', 'verdict', 'duration-seconds', 'result'];

/** `detail` is that of the people who are told, not of those who may read the run's log. */
export function makeNotice(outcome: RunOutcome, detail: Detail, own: OwnWords): Notice {
  const outputs = Object.entries(own.outputs);
  return {
    command: outcome.command,
    result: outcome.result,
    name: detail === 'full' ? oneLine(own.name ?? '', 200) : '',
    title: own.title,
    verdict: own.verdict(detail),
    sentence: own.sentence(detail),
    bareVerdict: own.verdict('minimal'),
    problems: outcome.problems.map(problem => shownProblem(problem, detail)),
    warnings: outcome.warnings.map(warning => shownWarning(warning, detail)),
    facts: own.facts,
    commands: own.commands ?? [],
    footnotes: own.footnotes ?? [],
    outputs: Object.fromEntries(outputs.filter(([name]) => detail === 'full' || BARE_OUTPUTS.includes(name))),
    startedAt: outcome.startedAt,
    durationSeconds: outcome.durationSeconds,
    runUrl: outcome.runUrl,
    before: own.before ?? null,
  };
}

/** `bad` is all that a person should look at, a degraded run and a loud warning as well. */
export type Standing = 'good' | 'bad';

export function standingOf({ result, problems, warnings }: Notice): Standing {
  const fine = result === 'success' || result === 'planned';
  return fine && problems.length === 0 && !warnings.some(warning => warning.loud) ? 'good' : 'bad';
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
