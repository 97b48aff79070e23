// What is held against thresholds, and what of it fails. Two severities: critical is what leaves nothing to restore, a
// warning is what will one day. Pure.
import type { Instant } from '../../backups/instant.ts';
import { GROWN_CODE, SHRUNK_CODE } from '../../problems/reports.ts';
import { oneLine, plural } from '../../reports/plain-text.ts';
import { formatAge, formatBytes, formatDuration, formatPercent } from '../../reports/quantities.ts';
import type { NameStatus } from '../../reports/status.ts';
import { CHECKS, type Check, type CheckName } from '../../reports/status-outcome.ts';
import type { Space } from '../../storage/port.ts';
import type { Thresholds } from './settings.ts';

type Found = { readonly failed: boolean; readonly words: string } | undefined;

/** Checks that are off, or have nothing to look at, are left out: no newest backup has no age. */
export function checkName(status: NameStatus, thresholds: Thresholds, now: Instant): Check[] {
  const found: Partial<Record<CheckName, Found>> = {
    backup: checkBackup(status),
    age: checkAge(status, thresholds, now),
    activity: checkActivity(status, thresholds, now),
    count: checkCount(status, thresholds),
    size: checkSize(status, thresholds),
    'size-change': checkSizeChange(status),
    proof: checkProof(status, thresholds, now),
    alarms: checkAlarms(status),
  };
  return toChecks(found, status.name);
}

/** `names`: those at the destination. */
export function checkStore(
  names: readonly NameStatus[],
  space: Space | undefined,
  thresholds: Thresholds,
): Check[] {
  const found: Partial<Record<CheckName, Found>> = {
    store: checkRoom(names, space),
    ...(names.length === 0 && { backup: { failed: true, words: 'there is no backup at all' } }),
    space: checkSpace(space, thresholds),
  };
  return toChecks(found, null);
}

/** The store can't be looked at: missing, forbidden, out of reach. */
export function storeFailed(words: string): Check[] {
  return toChecks({ store: { failed: true, words } }, null);
}

function toChecks(found: Partial<Record<CheckName, Found>>, name: string | null): Check[] {
  return (Object.keys(CHECKS) as CheckName[]).flatMap(check => {
    const one = found[check];
    return one === undefined ? [] : [{ check, severity: CHECKS[check], name, ...one }];
  });
}

function checkBackup({ latest, why }: NameStatus): Found {
  if (latest === null)
    return {
      failed: true,
      words: oneLine(why?.summary ?? 'there is no good backup', 400).replace(/\.$/, ''),
    };
  return { failed: false, words: `the newest is ${latest.id}, proven to ${latest.level}` };
}

/** Of what was there when it was taken: a standby may have been far behind. */
function checkAge({ latest, freshFrom }: NameStatus, { maxAgeMs }: Thresholds, now: Instant): Found {
  if (latest === null || maxAgeMs === null) return undefined;
  if (freshFrom === null)
    return { failed: true, words: `${latest.id} was taken from a standby that did not tell how far it was` };
  const failed = now - freshFrom > maxAgeMs;
  const limit = failed ? `, more than ${formatDuration(maxAgeMs / 1000)} (\`max-age\`)` : '';
  const behind = freshFrom < latest.stamp ? `, and holds what was there ${formatAge(freshFrom, now)}` : '';
  return {
    failed,
    words: `the newest good backup was taken ${formatAge(latest.stamp, now)}${behind}${limit}`,
  };
}

function checkActivity({ lastWrite }: NameStatus, { maxIdleMs }: Thresholds, now: Instant): Found {
  if (lastWrite === null || maxIdleMs === null) return undefined;
  const failed = now - lastWrite > maxIdleMs;
  const limit = failed
    ? `, more than ${formatDuration(maxIdleMs / 1000)} (\`max-idle\`): no run has come that far since`
    : '';
  return { failed, words: `something was last written ${formatAge(lastWrite, now)}${limit}` };
}

function checkCount({ good }: NameStatus, { minBackups }: Thresholds): Found {
  if (minBackups === null) return undefined;
  const failed = good < minBackups;
  return {
    failed,
    words: `${plural(good, 'good backup')}${failed ? ` (\`min-backups\` is ${minBackups})` : ''}`,
  };
}

function checkSize({ latest }: NameStatus, { minBytes, maxBytes }: Thresholds): Found {
  if (latest === null || (minBytes === null && maxBytes === null)) return undefined;
  const small = minBytes !== null && latest.bytes < minBytes;
  const large = maxBytes !== null && latest.bytes > maxBytes;
  const limit = small
    ? `, less than ${formatBytes(minBytes)} (\`min-size\`)`
    : large
      ? `, more than ${formatBytes(maxBytes)} (\`max-size\`)`
      : '';
  return {
    failed: small || large,
    words: `the newest good backup takes ${formatBytes(latest.bytes)}${limit}`,
  };
}

function checkSizeChange({ sizeWarnings }: NameStatus): Found {
  if (sizeWarnings === null) return undefined;
  const told = sizeWarnings.filter(({ code }) => code === SHRUNK_CODE || code === GROWN_CODE);
  if (told.length === 0) return { failed: false, words: 'the newest good backup is of the usual size' };
  return { failed: true, words: told.map(({ summary }) => summary.replace(/\.$/, '')).join(' and ') };
}

function checkProof(
  { latest, lastPassed }: NameStatus,
  { restoredWithinMs }: Thresholds,
  now: Instant,
): Found {
  if (latest === null || restoredWithinMs === null) return undefined;
  const limit = `${formatDuration(restoredWithinMs / 1000)} (\`restored-within\`)`;
  if (lastPassed === null) return { failed: true, words: 'no restore test has passed yet' };
  const failed = now - lastPassed.at > restoredWithinMs;
  const words = `a restore test last passed ${formatAge(lastPassed.at, now)}`;
  return { failed, words: failed ? `${words}, more than ${limit}` : words };
}

function checkAlarms({ alarms }: NameStatus): Found {
  const [first, ...others] = alarms;
  if (!first) return { failed: false, words: 'no alarm' };
  const more = others.length === 0 ? '' : ` (and ${plural(others.length, 'more alarm')})`;
  return { failed: true, words: `${first.code} ${oneLine(first.summary, 400).replace(/\.$/, '')}${more}` };
}

/** A disk is full where the next backup, taken to be as large as the largest newest one, no longer fits. */
function checkRoom(names: readonly NameStatus[], space: Space | undefined): Found {
  if (!space) return { failed: false, words: 'the store answers' };
  const needed = Math.max(1, ...names.map(({ latest }) => latest?.bytes ?? 0));
  const failed = space.free < needed;
  const free = `${formatBytes(space.free)} free`;
  return failed
    ? { failed, words: `the disk is full: ${free}, and a backup takes ${formatBytes(needed)}` }
    : { failed, words: `the store answers, ${free}` };
}

function checkSpace(space: Space | undefined, { minFree }: Thresholds): Found {
  if (!space || minFree === null) return undefined;
  const least = 'share' in minFree ? space.total * minFree.share : minFree.bytes;
  const failed = space.free < least;
  const share = space.total === 0 ? '' : `, ${formatPercent(space.free / space.total)} of the disk`;
  return { failed, words: `${formatBytes(space.free)} free${share}${failed ? ' (`min-free`)' : ''}` };
}
