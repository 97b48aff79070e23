// How the backups of one name stand: the newest good one, what each tier holds and when it is due, how it was proven, how
// sizes go, what a prune would do, and what somebody must look at. Pure.
import type { Catalog, CatalogBackup } from '../../backups/catalog.ts';
import { toBackupLine, toCandidates } from '../../backups/choose.ts';
import { chooseBackup } from '../../backups/choose-backup.ts';
import { freshFrom } from '../../backups/freshness.ts';
import type { Instant } from '../../backups/instant.ts';
import { TIERS, type Tier } from '../../backups/tier.ts';
import type { Warning } from '../../problems/problem.ts';
import type { BackupLine } from '../../reports/outcome.ts';
import { compareWithLast, shrinkWarnings } from '../../reports/shrink.ts';
import type { NameStatus, TierStatus } from '../../reports/status.ts';
import { whenDue } from '../../retention/due.ts';
import { findVanished } from '../../retention/expiry.ts';
import type { PrunePlan } from '../../retention/plan.ts';
import { planPrune } from '../../retention/plan-prune.ts';
import type { Policy } from '../../retention/policy.ts';
import { pruneOptions } from '../prune/plan.ts';

export interface DescribeSettings {
  /** null: what a prune would do isn't asked. */
  readonly policy: Policy | null;
  readonly timezone: string;
  readonly minKeep: number;
  readonly maxDelete: number;
  /** null: sizes are not judged. */
  readonly shrinkGuardPercent: number | null;
}

const SIZES_SHOWN = 10;

export function describe(catalog: Catalog, settings: DescribeSettings, now: Instant): NameStatus {
  const good = catalog.backups.filter(({ standing, ref }) => standing === 'good' && ref.tier !== 'safety');
  const choice = chooseBackup(catalog, { selector: { by: 'latest' } });
  const latest = 'ok' in choice ? toBackupLine(choice.ok) : null;
  const before = good.filter(({ ref }) => latest !== null && ref.stamp < latest.stamp);
  const { plan, vanished } = planOf(catalog, settings, now);
  return {
    name: catalog.name,
    latest,
    freshFrom: ('ok' in choice ? freshFrom(choice.ok) : undefined) ?? null,
    why: 'not' in choice ? { ...choice.not, code: choice.not.code, loud: true } : null,
    tiers: tiersOf(catalog, settings, now),
    lastTest: lastTestOf(catalog.backups),
    sizeWarnings: sizeWarningsOf(latest, before.map(toBackupLine).toReversed(), settings),
    trend: (latest && compareWithLast(latest, before.map(toBackupLine).toReversed())) ?? null,
    sizes: good
      .slice(0, SIZES_SHOWN)
      .map(({ ref, archive }) => ({ id: ref.id, stamp: ref.stamp, bytes: archive?.bytes ?? 0 }))
      .toReversed(),
    held: [...catalog.backups, ...catalog.orphans].filter(({ held }) => held).map(({ ref }) => ref.id),
    prune: plan,
    alarms: [...catalog.alarms, ...vanished],
    good: good.length,
    lastPassed: lastPassedOf(catalog.backups),
    lastWrite: lastWriteOf(catalog),
    backups: catalog.backups.map(toBackupLine).toReversed(),
    tests: catalog.tests.map(({ at, result, recoverySeconds }) => ({
      at,
      result,
      recovery: recoverySeconds,
    })),
  };
}

function sizeWarningsOf(
  latest: BackupLine | null,
  history: readonly BackupLine[],
  { shrinkGuardPercent }: DescribeSettings,
): NameStatus['sizeWarnings'] {
  if (latest === null || history.length === 0 || shrinkGuardPercent === null) return null;
  return shrinkWarnings(latest, history, shrinkGuardPercent);
}

function planOf(
  catalog: Catalog,
  { policy, ...settings }: DescribeSettings,
  now: Instant,
): { plan: PrunePlan | null; vanished: readonly Warning[] } {
  if (policy === null) return { plan: null, vanished: [] };
  const options = pruneOptions(catalog, { ...settings, policy, now });
  const candidates = toCandidates(catalog);
  return {
    plan: planPrune(candidates, policy, options),
    vanished: findVanished(candidates, catalog.missingLinks, policy, options),
  };
}

function tiersOf(catalog: Catalog, { policy, timezone }: DescribeSettings, now: Instant): TierStatus[] {
  const history = catalog.backups
    .filter(({ standing }) => standing === 'good')
    .map(({ ref }) => ({ tier: ref.tier, stamp: ref.stamp }));
  const policyTiers = Object.keys(policy ?? {}) as Tier[];
  const due = new Map<Tier, Instant>(
    whenDue({ policyTiers, history, now, timezone }).map(one => [one.tier, one.due]),
  );
  return TIERS.flatMap(tier => {
    const own = catalog.backups.filter(({ ref }) => ref.tier === tier);
    if (own.length === 0 && !due.has(tier)) return [];
    const bytes = own.reduce((sum, { archive }) => sum + (archive?.bytes ?? 0), 0);
    const newest = own.find(({ standing }) => standing === 'good')?.ref.stamp ?? null;
    return [{ tier, count: own.length, bytes, newest, due: due.get(tier) ?? null }];
  });
}

function lastTestOf(backups: readonly CatalogBackup[]): NameStatus['lastTest'] {
  const tests = backups.flatMap(({ ref, tested }) => (tested ? [{ backup: ref.id, ...tested }] : []));
  return tests.toSorted((a, b) => b.at - a.at)[0] ?? null;
}

function lastPassedOf(backups: readonly CatalogBackup[]): NameStatus['lastPassed'] {
  const passed = backups.flatMap(({ ref, tested }) =>
    tested?.result === 'passed' ? [{ backup: ref.id, at: tested.at }] : [],
  );
  return passed.toSorted((a, b) => b.at - a.at)[0] ?? null;
}

function lastWriteOf({ backups, orphans }: Catalog): Instant | null {
  const all = [...backups, ...orphans].flatMap(({ objects }) => objects);
  return all.reduce<Instant | null>((last, { modifiedAt }) => Math.max(last ?? modifiedAt, modifiedAt), null);
}
