// The gate's judgement of what the bucket holds: pure, so that every way in which it may let a migration through stands in a
// table. Whatever is in doubt fails.
import type { Catalog, CatalogBackup } from '../../backups/catalog.ts';
import { levelOf } from '../../backups/choose.ts';
import { freshFrom } from '../../backups/freshness.ts';
import { isSameIdentity } from '../../backups/identity.ts';
import type { Instant } from '../../backups/instant.ts';
import type { Manifest } from '../../backups/manifest.ts';
import type { RunningDump } from '../../postgres/port.ts';
import { latestUnusable } from '../../problems/backups.ts';
import * as problems from '../../problems/gate.ts';
import type { Problem } from '../../problems/problem.ts';
import { clocksApart } from '../../problems/run.ts';
import type { FailReason, JudgedBackup } from '../../reports/gate-outcome.ts';
import { formatDuration } from '../../reports/quantities.ts';
import type { GateRules } from './settings.ts';

export interface Clocks {
  readonly machine: Instant;
  readonly store: Instant;
}

export interface GateVerdict {
  /** undefined: it passes. */
  readonly failed: { readonly reason: FailReason; readonly problem: Problem } | undefined;
  /** The one that passes, else the newest that counts. */
  readonly backup: JudgedBackup | null;
  readonly tested: { readonly backup: string; readonly at: Instant } | null;
}

type Counted = CatalogBackup & { readonly manifest: Manifest };

/** S3 itself refuses requests that are more than fifteen minutes off. */
const CLOCKS_APART_MS = 10 * 60_000;

/** The catalog may be of a part of the name's backups, if it is the newest part. */
export function judgeBackups(catalog: Catalog, rules: GateRules, clocks: Clocks): GateVerdict {
  const now = Math.max(clocks.machine, clocks.store);
  const counted = catalog.backups.filter(backup => counts(backup, catalog));
  const passing = counted
    .filter(backup => isProven(backup, rules) && freshFrom(backup) !== undefined)
    .toSorted((a, b) => (freshFrom(b) ?? 0) - (freshFrom(a) ?? 0))[0];
  const shown = passing ?? counted[0];
  const tested = lastPassed(counted, now);
  return {
    failed: findFailure(catalog, rules, clocks, { counted, passing, now }),
    backup: shown ? describe(shown, now) : null,
    tested: tested ? { backup: tested.ref.id, at: tested.tested.at } : null,
  };
}

export function judgeDumps(dumps: readonly RunningDump[]): GateVerdict['failed'] {
  const [first] = dumps;
  if (!first) return undefined;
  const who = dumps.map(({ application }) => application);
  return { reason: 'dump-running', problem: problems.dumpRunning(who, first.seconds) };
}

/** In the order of what must be mended first; each comes before those that it makes meaningless. */
function findFailure(
  catalog: Catalog,
  rules: GateRules,
  { machine, store }: Clocks,
  { counted, passing, now }: { counted: readonly Counted[]; passing: Counted | undefined; now: Instant },
): GateVerdict['failed'] {
  const { name, latestTrouble: trouble, identityChange } = catalog;
  const [newest] = counted;
  const fail = (reason: FailReason, problem: Problem) => ({ reason, problem });
  if (Math.abs(machine - store) > CLOCKS_APART_MS) return fail('clock', clocksApart(machine, store));
  if (trouble) return fail('in-doubt', latestUnusable(trouble.id, trouble.reason, trouble.words));
  if (identityChange)
    return fail(
      'identity-changed',
      problems.identityNotAccepted(identityChange.fingerprint, identityChange.words),
    );
  if (!newest) return fail('none', problems.nothingCounts(name, catalog.backups.length));
  if (!isArchiveThere(newest)) return fail('in-doubt', problems.archiveReplaced(newest.ref.id));
  if (!passing) {
    if (!isProven(newest, rules)) return fail('unproven', problems.neverRestored(name, newest.ref.id));
    return fail('stale', problems.standbyUnknown(newest.ref.id));
  }
  if (!isArchiveThere(passing)) return fail('in-doubt', problems.archiveReplaced(passing.ref.id));
  const age = now - (freshFrom(passing) ?? 0);
  if (age > rules.maxAgeMs) {
    const [old, limit] = [formatDuration(age / 1000), formatDuration(rules.maxAgeMs / 1000)];
    return fail('stale', problems.backupStale(name, passing.ref.id, old, limit));
  }
  return findTestFailure(name, rules, counted, catalog, now);
}

/** Where a test of any backup of this name will do: one that passed lately, and none that failed since. */
function findTestFailure(
  name: string,
  { restoredWithinMs: within }: GateRules,
  counted: readonly Counted[],
  catalog: Catalog,
  now: Instant,
): GateVerdict['failed'] {
  if (within === undefined) return undefined;
  const passed = lastPassed(counted, now);
  const failed = catalog.backups
    .flatMap(({ ref, tested }) => (tested?.result === 'failed' ? [{ id: ref.id, at: tested.at }] : []))
    .find(({ at }) => at >= (passed?.tested.at ?? 0));
  if (failed) return { reason: 'unproven', problem: problems.lastTestFailed(name, failed.id) };
  const age = passed ? now - passed.tested.at : null;
  if (age !== null && age <= within) return undefined;
  const last = age === null ? null : formatDuration(age / 1000);
  return {
    reason: 'unproven',
    problem: problems.notTested(name, formatDuration(within / 1000), last),
  };
}

/** Good, full, of the identity in force, and none that a restore took of what it was about to replace. */
function counts(backup: CatalogBackup, { identity }: Catalog): backup is Counted {
  const { manifest, standing, ref } = backup;
  if (standing !== 'good' || manifest === undefined || ref.tier === 'safety') return false;
  return identity !== undefined && isSameIdentity(identity, manifest.identity) && manifest.scope === 'full';
}

/** Every good backup is stored; with `restored-within` the test may be another backup's. */
function isProven(backup: Counted, { require, restoredWithinMs }: GateRules): boolean {
  return require === 'stored' || restoredWithinMs !== undefined || levelOf(backup) === 'restored';
}

/** That it is there with its size, the catalog has seen. */
function isArchiveThere({ manifest, archive }: Counted): boolean {
  return archive?.etag === manifest.archive.etag;
}

function lastPassed(counted: readonly Counted[], now: Instant) {
  return counted
    .flatMap(({ ref, tested }) => (tested?.result === 'passed' && tested.at <= now ? [{ ref, tested }] : []))
    .toSorted((a, b) => b.tested.at - a.tested.at)[0];
}

function describe(backup: Counted, now: Instant): JudgedBackup {
  const { ref, manifest } = backup;
  const from = freshFrom(backup) ?? null;
  return {
    id: ref.id,
    tier: ref.tier,
    stamp: ref.stamp,
    freshFrom: from,
    ageSeconds: from === null ? null : Math.floor((now - from) / 1000),
    standby: manifest.server.standby,
    level: levelOf(backup),
    bytes: manifest.archive.bytes,
    key: manifest.archive.key,
    signed: backup.signature === 'valid',
  };
}
