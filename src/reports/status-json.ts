// A status as data, for `--json` and `status.json`: keys may be added to it, none are renamed or removed.
import { formatInstant, type Instant } from '../backups/instant.ts';
import { backupToJson } from './list-json.ts';
import { decisionToJson, problemToJson, warningToJson } from './outcome-json.ts';
import type { NameStatus } from './status.ts';
import type { StatusOutcome } from './status-outcome.ts';

export function statusToJson(outcome: StatusOutcome) {
  const { now, names, problems, warnings, place, result, verdict, checks, space, durationSeconds } = outcome;
  return {
    command: 'status',
    result,
    place,
    at: formatInstant(now),
    verdict,
    names: names.map(name => nameToJson(name, now)),
    checks,
    space,
    problems: problems.map(problemToJson),
    warnings: warnings.map(warningToJson),
    durationSeconds,
  };
}

function nameToJson(status: NameStatus, now: Instant) {
  const { latest, why, lastTest: test, trend: comparison, prune: plan } = status;
  return {
    name: status.name,
    latest: latest && { ...backupToJson(latest), ageSeconds: Math.round((now - latest.stamp) / 1000) },
    why: why && warningToJson(why),
    tiers: status.tiers.map(({ newest, due, ...tier }) => ({
      ...tier,
      newest: newest === null ? null : formatInstant(newest),
      due: due === null ? null : formatInstant(due),
      isDue: due !== null && due <= now,
    })),
    lastTest: test && { ...test, at: formatInstant(test.at) },
    trend: comparison,
    sizes: status.sizes.map(({ stamp, ...size }) => ({ ...size, taken: formatInstant(stamp) })),
    held: status.held,
    prune: plan && {
      stopped: plan.stopped,
      delete: plan.delete.map(decisionToJson),
      keep: plan.keep.map(decisionToJson),
      notices: plan.notices,
    },
    alarms: status.alarms.map(warningToJson),
    good: status.good,
    lastPassed: status.lastPassed && { ...status.lastPassed, at: formatInstant(status.lastPassed.at) },
    lastWrite: status.lastWrite === null ? null : formatInstant(status.lastWrite),
  };
}
