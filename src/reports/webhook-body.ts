// A notice as the JSON that a webhook gets, in the envelope of Standard Webhooks (`type`, `timestamp`, `data`). Within
// one `version` keys may be added, none are renamed or removed.
import { formatInstant } from '../backups/instant.ts';
import { type Notice, standingOf } from './notice.ts';
import { clip, oneLine } from './plain-text.ts';
import type { Shown } from './shown-problem.ts';

export interface WebhookPoint {
  readonly code: string;
  readonly summary: string;
  /** '' where it is left out. */
  readonly hint: string;
}

export interface WebhookBody {
  /** e.g. `backup.failed`. */
  readonly type: string;
  /** When the run ended, ISO 8601 in UTC. */
  readonly timestamp: string;
  readonly version: 1;
  readonly data: {
    readonly command: string;
    readonly result: Notice['result'];
    /** false: a person should look at it. */
    readonly good: boolean;
    readonly name: string;
    readonly title: string;
    readonly text: string;
    readonly problems: readonly WebhookPoint[];
    readonly warnings: readonly (WebhookPoint & { readonly loud: boolean })[];
    readonly outputs: Readonly<Record<string, string>>;
    readonly startedAt: string;
    readonly durationSeconds: number;
    readonly runUrl: string | null;
  };
}

/** Receivers take a body of limited size; the log has all of them. */
const MOST_POINTS = 20;

export function renderWebhook(notice: Notice): WebhookBody {
  const { command, result, startedAt, durationSeconds } = notice;
  return {
    type: `${command}.${result}`,
    timestamp: formatInstant(startedAt + Math.round(durationSeconds * 1000)),
    version: 1,
    data: {
      command,
      result,
      good: standingOf(notice) === 'good',
      name: notice.name,
      title: oneLine(notice.title, 200),
      text: oneLine(notice.verdict, 1_500),
      problems: notice.problems.slice(0, MOST_POINTS).map(pointOf),
      warnings: notice.warnings.slice(0, MOST_POINTS).map(one => ({ ...pointOf(one), loud: one.loud })),
      outputs: Object.fromEntries(
        Object.entries(notice.outputs).map(([name, value]) => [name, clip(value.toWellFormed(), 4_000)]),
      ),
      startedAt: formatInstant(startedAt),
      durationSeconds,
      runUrl: notice.runUrl,
    },
  };
}

function pointOf({ code, summary, hint }: Shown): WebhookPoint {
  return { code, summary: oneLine(summary, 1_000), hint: oneLine(hint ?? '', 1_000) };
}
