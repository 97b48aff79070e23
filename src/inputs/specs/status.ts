// `pg-backup status` and status/. Every threshold of a check is an input.
import { NOTICES } from './notices.ts';
import { DETAIL, POLICY, SHRINK_GUARD, TIMEOUT } from './run.ts';
import { described, type InputSpec } from './spec.ts';
import { DESTINATION, VERIFY_KEYS } from './store.ts';

const THRESHOLDS: readonly InputSpec[] = [
  {
    name: 'max-age',
    kind: 'duration',
    default: '26h',
    description:
      'Warn when the newest good backup is older. `off` leaves this check out, and so for all below.',
  },
  {
    name: 'max-idle',
    kind: 'duration',
    default: '2d',
    description: 'Warn when nothing at all was written for so long: no run came as far as an upload.',
  },
  {
    name: 'min-backups',
    kind: 'count',
    default: '2',
    description: 'Warn when there are fewer good backups.',
  },
  {
    name: 'min-size',
    kind: 'text',
    default: 'off',
    description: 'Warn when the newest good backup is smaller than this, as in `64MiB`.',
  },
  {
    name: 'max-size',
    kind: 'text',
    default: 'off',
    description: 'Warn when the newest good backup is larger than this, as in `50GiB`.',
  },
  {
    ...SHRINK_GUARD,
    description:
      'Warn when the newest good backup is smaller or larger than the last ones by more than this.',
  },
  {
    name: 'restored-within',
    kind: 'duration',
    default: '35d',
    description: 'Warn when no restore test has passed for so long.',
  },
  {
    name: 'min-free',
    kind: 'text',
    default: '10%',
    description: 'Warn when the disk below a `file://` destination has less free than this share or size.',
  },
];

export const STATUS_INPUTS: readonly InputSpec[] = [
  ...DESTINATION,
  {
    name: 'name',
    kind: 'text',
    default: '',
    description: 'Look at the backups of this name only. Default: all names.',
  },
  ...described(POLICY, {
    retention:
      'The same lines as the backup has: then it is told what a prune would do, and what is gone that should be there.',
  }),
  VERIFY_KEYS,
  ...THRESHOLDS,
  {
    name: 'fail-on',
    kind: 'choice',
    default: 'critical',
    choices: ['critical', 'warning', 'never'],
    description: 'Which severity makes the run fail.',
  },
  {
    name: 'status-destination',
    kind: 'text',
    default: '',
    description:
      'Where the status page (`index.html`), `status.json`, `badge.json` (shields.io) and `metrics.prom` are written, over those of the last time: `s3://bucket/prefix` or `file:///path`, outside of `destination`. They tell names, sizes and times to whoever may read there. Default: nowhere.',
  },
  {
    name: 'html',
    kind: 'text',
    default: '',
    description: 'Path of a file to write the status page to: one page that needs nothing else.',
  },
  {
    name: 'storage-price',
    kind: 'text',
    default: '0.023 USD',
    description:
      'What a GB costs a month where the backups lie, for the status page: an amount and a currency, or `off`.',
  },
  {
    name: 'metrics-file',
    kind: 'text',
    default: '',
    description: "Path of a file to write the metrics to, for Prometheus's node exporter.",
  },
  {
    name: 'pushgateway-url',
    kind: 'text',
    secret: true,
    default: '',
    description: 'A Prometheus Pushgateway to hand the metrics to. https, or http on loopback.',
  },
  TIMEOUT,
  DETAIL,
  ...NOTICES,
];
