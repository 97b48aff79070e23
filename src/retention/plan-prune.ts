// Decides which backups stay and which go. Pure, so that what is shown is what is done. Every rule here only adds a
// reason to keep: a backup goes if it counts, is provably ours, and nothing at all speaks for it.
import { formatInstant, type Instant } from '../backups/instant.ts';
import { isCalendarTier, type Tier } from '../backups/tier.ts';
import { outgrows } from './age.ts';
import type { Candidate, Decision, PrunePlan } from './plan.ts';
import { type Policy, printAge, printRule } from './policy.ts';
import { fillSlots } from './slots.ts';
import { findStops } from './stops.ts';

export interface PruneOptions {
  /** At best the store's clock. A stamp after it stops the prune, however little. */
  readonly now: Instant;
  readonly timezone: string;
  /** At least so many good backups of calendar tiers stay, whatever the policy says. */
  readonly minKeep: number;
  /** A plan that deletes more is only shown. */
  readonly maxDelete: number;
  /** Id of the backup that this run has just taken: of several of one second it is the newest, whatever its id. */
  readonly taken?: string | undefined;
  /** Half a sentence each, as the catalog gives them: "the last backup was of …", "the newest backup …". */
  readonly identityChanged?: string | undefined;
  readonly latestTrouble?: string | undefined;
  /**
   * For a database that is retired: ages count from here instead of from the newest good backup, and neither that one
   * nor `minKeep` is spared. Such a plan always needs to be confirmed.
   */
  readonly asOf?: Instant | undefined;
}

/** What speaks for backups whatever the policy says. */
interface Floor {
  /** Ages count from here; undefined where nothing may be deleted. */
  readonly agesFrom: Instant | undefined;
  /** Of that moment, for reasons. */
  readonly agesFromWords: string;
  readonly spared: ReadonlyMap<string, readonly string[]>;
}

export function planPrune(
  candidates: readonly Candidate[],
  policy: Policy,
  options: PruneOptions,
): PrunePlan {
  const sorted = candidates.toSorted((a, b) => b.stamp - a.stamp || compareIds(a.id, b.id, options.taken));
  const counted = sorted.filter(candidate => counts(candidate, options.now));
  const anchor = counted.find(({ tier }) => tier !== 'safety');
  const floor = options.asOf === undefined ? usualFloor(counted, anchor, options) : noFloor(options.asOf);
  const slots = fillSlots(counted, policy, options.timezone);
  const keep: Decision[] = [];
  const remove: Decision[] = [];
  for (const candidate of sorted) {
    const reasons = [
      ...unfitReasons(candidate, options.now),
      ...(floor.spared.get(candidate.id) ?? []),
      ...guardReasons(candidate, options.now),
      ...policyReasons(candidate, policy, floor, slots),
    ];
    if (reasons.length > 0) keep.push(decide(candidate, reasons));
    else remove.push(decide(candidate, goneReasons(candidate, policy, floor)));
  }
  return {
    keep,
    delete: remove,
    anchor: anchor?.id ?? null,
    ...findStops({ sorted, policy, options, deletions: remove.length }),
    notices: findNotices(sorted, policy, options),
  };
}

function compareIds(a: string, b: string, first: string | undefined): number {
  if (a === first) return -1;
  return b === first || a > b ? 1 : -1;
}

/** Only such a backup is anchor, fills a slot, or can be deleted. */
function counts({ standing, ours, stamp }: Candidate, now: Instant): boolean {
  return standing === 'good' && ours && stamp <= now;
}

function usualFloor(
  counted: readonly Candidate[],
  anchor: Candidate | undefined,
  { minKeep }: PruneOptions,
): Floor {
  const spared = new Map<string, string[]>();
  const spare = (candidate: Candidate | undefined, why: string) => {
    if (candidate) spared.set(candidate.id, [...(spared.get(candidate.id) ?? []), why]);
  };
  spare(anchor, 'the newest good backup');
  spare(
    counted.find(({ restoreTested }) => restoreTested),
    'the newest that passed a restore test',
  );
  const calendar = counted.filter(({ tier }) => isCalendarTier(tier));
  // Written so that a `minKeep` that is no number spares all of them.
  for (const candidate of calendar.filter((_, index) => !(index >= minKeep))) {
    spare(candidate, `one of the ${minKeep} newest good backups (\`min-keep\`)`);
  }
  return { agesFrom: anchor?.stamp, agesFromWords: 'the newest good backup', spared };
}

function noFloor(asOf: Instant): Floor {
  return { agesFrom: asOf, agesFromWords: formatInstant(asOf), spared: new Map() };
}

function unfitReasons({ standing, ours, stamp }: Candidate, now: Instant): string[] {
  const reasons: string[] = [];
  if (standing !== 'good') reasons.push(`not counted, so not pruned: ${standing.not}`);
  if (standing === 'good' && !ours) reasons.push('not provably a backup of this name and database');
  if (stamp > now) reasons.push('dated in the future');
  return reasons;
}

function guardReasons({ held, lockedUntil }: Candidate, now: Instant): string[] {
  const reasons = held ? ['held until it is released'] : [];
  if (lockedUntil !== undefined && lockedUntil > now) {
    const isLegalHold = lockedUntil === Number.POSITIVE_INFINITY;
    reasons.push(isLegalHold ? 'under a legal hold' : `locked until ${formatInstant(lockedUntil)}`);
  }
  return reasons;
}

function policyReasons(
  { id, tier, stamp }: Candidate,
  policy: Policy,
  { agesFrom, agesFromWords }: Floor,
  slots: ReadonlyMap<string, string>,
): string[] {
  const rules = policy[tier];
  if (rules === undefined) return [`\`retention\` has no rule for \`${tier}\``];
  if (agesFrom === undefined) return ['there is no good backup to count ages from'];
  const slot = slots.get(id);
  const reasons = slot === undefined ? [] : [slot];
  for (const rule of rules) {
    if (rule.keep === 'forever') reasons.push(`\`${tier}\` is kept for ever`);
    if (rule.keep === 'age' && outgrows(stamp, rule.age) >= agesFrom) {
      reasons.push(`within ${printAge(rule.age)} of ${agesFromWords}`);
    }
  }
  return reasons;
}

function goneReasons({ tier }: Candidate, policy: Policy, { agesFromWords }: Floor): string[] {
  return (policy[tier] ?? []).map(rule =>
    rule.keep === 'age'
      ? `more than ${printAge(rule.age)} older than ${agesFromWords}`
      : `not among the ${printRule(rule)} that \`${tier}\` keeps`,
  );
}

function decide({ id, tier, stamp, bytes }: Candidate, reasons: readonly string[]): Decision {
  return { id, tier, stamp, bytes, reasons };
}

function findNotices(sorted: readonly Candidate[], policy: Policy, { asOf }: PruneOptions): string[] {
  const unnamed = Map.groupBy(
    sorted.filter(({ tier }) => policy[tier] === undefined),
    ({ tier }) => tier,
  );
  const notices = Array.from(unnamed, ([tier, own]: [Tier, Candidate[]]) => {
    const many = own.length === 1 ? 'its 1 backup is' : `its ${own.length} backups are`;
    return `\`retention\` has no rule for \`${tier}\`: ${many} kept for ever.`;
  });
  const uncounted = sorted.filter(({ standing }) => standing !== 'good').length;
  if (uncounted > 0) notices.push(`Not counted, and therefore kept: ${uncounted}.`);
  if (asOf !== undefined)
    notices.push('With `as-of`, neither the newest good backup nor `min-keep` is spared.');
  return notices;
}
