// A status in Prometheus's text format. Ages are left to Prometheus: what stands here are moments, so that an alert goes
// on counting when nobody writes any more.
import { LEVELS } from '../backups/level.ts';
import type { NameStatus } from './status.ts';
import type { StatusOutcome, Verdict } from './status-outcome.ts';

export const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

type Labels = Readonly<Record<string, string>>;
type Sample = readonly [labels: Labels, value: number];

interface Metric {
  readonly name: string;
  readonly help: string;
  samples(outcome: StatusOutcome): readonly Sample[];
}

const VERDICTS: Readonly<Record<Verdict, number>> = { ok: 0, warning: 1, critical: 2 };

/** One sample for each name; none where there is no value. */
function each(of: (status: NameStatus) => number | null | undefined): Metric['samples'] {
  return ({ names }) =>
    names.flatMap(status => {
      const value = of(status);
      return value === null || value === undefined ? [] : [[{ name: status.name }, value]];
    });
}

const METRICS: readonly Metric[] = [
  {
    name: 'backup_status',
    help: 'Worst of the checks: 0 fine, 1 a warning, 2 critical.',
    samples: ({ verdict }) => [[{}, VERDICTS[verdict]]],
  },
  {
    name: 'backup_status_timestamp_seconds',
    help: 'When the store was last looked at, in Unix time.',
    samples: ({ now }) => [[{}, seconds(now)]],
  },
  {
    name: 'backup_store_up',
    help: 'Whether the store could be looked at.',
    samples: ({ checks }) => [[{}, checks.some(({ check, failed }) => check === 'store' && !failed) ? 1 : 0]],
  },
  {
    name: 'backup_store_free_bytes',
    help: 'Free bytes of the disk that a file:// destination lies on.',
    samples: ({ space }) => (space ? [[{}, space.free]] : []),
  },
  {
    name: 'backup_store_size_bytes',
    help: 'Bytes of the disk that a file:// destination lies on.',
    samples: ({ space }) => (space ? [[{}, space.total]] : []),
  },
  {
    name: 'backup_last_success',
    help: 'When the snapshot of the newest good backup was taken, in Unix time.',
    samples: each(({ latest }) => latest && seconds(latest.stamp)),
  },
  {
    name: 'backup_size_bytes',
    help: 'Stored bytes of the newest good backup.',
    samples: each(({ latest }) => latest?.bytes),
  },
  {
    name: 'backup_rows',
    help: 'Rows in the newest good backup.',
    samples: each(({ latest }) => latest?.rows),
  },
  {
    name: 'backup_level',
    help: `How far the newest good backup is proven: ${LEVELS.map((level, index) => `${index + 1} ${level}`).join(', ')}.`,
    samples: each(({ latest }) => latest && LEVELS.indexOf(latest.level) + 1),
  },
  {
    name: 'backup_last_restore_test_success',
    help: 'When a restore test last passed, in Unix time.',
    samples: each(({ lastPassed }) => lastPassed && seconds(lastPassed.at)),
  },
  {
    name: 'backup_last_write',
    help: 'When anything of this name was last written, in Unix time.',
    samples: each(({ lastWrite }) => lastWrite && seconds(lastWrite)),
  },
  {
    name: 'backup_good_backups',
    help: 'How many backups count.',
    samples: each(({ good }) => good),
  },
  {
    name: 'backup_stored_backups',
    help: 'How many backups lie there, good ones or not.',
    samples: ({ names }) =>
      names.flatMap(({ name, tiers }) => tiers.map(({ tier, count }) => [{ name, tier }, count] as const)),
  },
  {
    name: 'backup_stored_bytes',
    help: 'Stored bytes of all archives.',
    samples: ({ names }) =>
      names.flatMap(({ name, tiers }) => tiers.map(({ tier, bytes }) => [{ name, tier }, bytes] as const)),
  },
  {
    name: 'backup_alarms',
    help: 'How many alarms the store raises: what is damaged, forged, missing or of another database.',
    samples: each(({ alarms }) => alarms.length),
  },
  {
    name: 'backup_check_failed',
    help: 'Whether a check failed, by its threshold as an input.',
    samples: ({ checks }) =>
      checks.map(({ check, severity, name, failed }) => [
        { check, severity, ...(name !== null && { name }) },
        failed ? 1 : 0,
      ]),
  },
];

export function renderMetrics(outcome: StatusOutcome): string {
  return METRICS.map(metric => renderMetric(metric, metric.samples(outcome))).join('');
}

function renderMetric({ name, help }: Metric, samples: readonly Sample[]): string {
  if (samples.length === 0) return '';
  const lines = samples.map(([labels, value]) => `${name}${renderLabels(labels)} ${value}`);
  return `# HELP ${name} ${help}\n# TYPE ${name} gauge\n${lines.join('\n')}\n`;
}

function renderLabels(labels: Labels): string {
  const pairs = Object.entries(labels).map(([label, value]) => `${label}="${escapeLabel(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

/** The three characters that end a label's value early. */
function escapeLabel(value: string): string {
  return value.toWellFormed().replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

function seconds(milliseconds: number): number {
  return Math.floor(milliseconds / 1000);
}
