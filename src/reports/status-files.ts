// The files that a `status-destination` holds, each made from one outcome. Whatever else is to lie there is one more entry
// of this list.

import { formatAge } from './quantities.ts';
import { statusToJson } from './status-json.ts';
import { METRICS_TYPE, renderMetrics } from './status-metrics.ts';
import type { StatusOutcome, Verdict } from './status-outcome.ts';
import { type PageLook, statusPageOf } from './status-page/of-outcome.ts';
import { renderStatusPage } from './status-page/page.ts';

export interface StatusFile {
  readonly file: string;
  readonly text: string;
  readonly contentType: string;
}

const JSON_TYPE = 'application/json; charset=utf-8';

export const PAGE_TYPE = 'text/html; charset=utf-8';

export function statusFiles(outcome: StatusOutcome, look: PageLook): readonly StatusFile[] {
  return [
    { file: 'index.html', text: renderStatusPage(statusPageOf(outcome, look)), contentType: PAGE_TYPE },
    { file: 'status.json', text: pretty(statusToJson(outcome)), contentType: JSON_TYPE },
    { file: 'badge.json', text: pretty(badge(outcome)), contentType: JSON_TYPE },
    { file: 'metrics.prom', text: renderMetrics(outcome), contentType: METRICS_TYPE },
  ];
}

const COLORS: Readonly<Record<Verdict, string>> = { ok: 'brightgreen', warning: 'yellow', critical: 'red' };

/** What https://shields.io/badges/endpoint-badge draws. The message says nothing of names. */
function badge({ verdict, names, now }: StatusOutcome) {
  const stamps = names.map(({ latest }) => latest?.stamp);
  const oldest = stamps.every(stamp => stamp !== undefined) ? Math.min(...stamps) : undefined;
  const message =
    oldest === undefined || !Number.isFinite(oldest)
      ? 'none'
      : `${verdict === 'ok' ? '' : `${verdict}, `}${formatAge(oldest, now)}`;
  return {
    schemaVersion: 1,
    label: 'backup',
    message,
    color: COLORS[verdict],
    isError: verdict === 'critical',
  };
}

function pretty(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
