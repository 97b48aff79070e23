// What crashed runs left behind, and which of it goes. Like the prune plan, every rule only adds a reason to keep: files
// without a manifest may still be the only copy of something, or what an intruder wants us to delete.
import { formatInstant, type Instant } from '../backups/instant.ts';
import type { Tier } from '../backups/tier.ts';

/** The files of a backup whose manifest isn't there. */
export interface Leftover {
  /** What their keys begin with. */
  readonly stem: string;
  readonly id: string;
  readonly tier: Tier;
  readonly stamp: Instant;
  readonly bytes: number;
  readonly objects: number;
  /** Of the newest of them. */
  readonly modifiedAt: Instant;
  readonly held: boolean;
  /** Infinity for a legal hold. */
  readonly lockedUntil: Instant | undefined;
  /** Of its manifest: where one was there once, somebody took it away. `unknown`: that may not be asked. */
  readonly manifest: 'never' | 'once' | 'unknown';
  /** A later backup names it as the one before, and policy would have kept it. */
  readonly missed: boolean;
}

export interface SweepDecision
  extends Pick<Leftover, 'stem' | 'id' | 'tier' | 'stamp' | 'bytes' | 'objects'> {
  readonly reasons: readonly string[];
}

export interface SweepPlan {
  readonly keep: readonly SweepDecision[];
  readonly delete: readonly SweepDecision[];
}

export interface Grace {
  /** At best the store's own clock, which dated the objects. */
  readonly now: Instant;
  readonly graceMs: number;
}

export interface SweepOptions extends Grace {
  /** When the newest good backup was taken; undefined: there is none, and nothing is swept. */
  readonly anchorStamp: Instant | undefined;
  /**
   * Of the newest backup that is missed. What named those before it went with its manifest: they may have been taken away
   * by the same hand.
   */
  readonly missedStamp: Instant | undefined;
}

/** Oldest first. */
export function planSweep(leftovers: readonly Leftover[], options: SweepOptions): SweepPlan {
  const keep: SweepDecision[] = [];
  const remove: SweepDecision[] = [];
  for (const one of leftovers.toSorted((a, b) => a.stamp - b.stamp)) {
    const reasons = reasonsToKeep(one, options);
    if (reasons.length > 0) keep.push(decide(one, reasons));
    else remove.push(decide(one, [`without a manifest, untouched since ${formatInstant(one.modifiedAt)}`]));
  }
  return { keep, delete: remove };
}

/** Written so that a moment that is no number counts as young. */
export function isYoung(touchedAt: Instant, { now, graceMs }: Grace): boolean {
  return !(touchedAt < now - graceMs);
}

function reasonsToKeep(one: Leftover, options: SweepOptions): string[] {
  const { now, anchorStamp, missedStamp } = options;
  const reasons: string[] = [];
  if (isYoung(one.modifiedAt, options)) reasons.push('younger than `grace`');
  if (anchorStamp === undefined) reasons.push('there is no good backup');
  else if (!(one.stamp < anchorStamp)) reasons.push('no good backup is newer');
  if (one.held) reasons.push('held until it is released');
  if (one.lockedUntil !== undefined && one.lockedUntil > now) {
    const isLegalHold = one.lockedUntil === Number.POSITIVE_INFINITY;
    reasons.push(isLegalHold ? 'under a legal hold' : `locked until ${formatInstant(one.lockedUntil)}`);
  }
  if (one.manifest === 'once') reasons.push('its manifest was there and was deleted');
  if (one.manifest === 'unknown')
    reasons.push('whether its manifest was deleted may not be asked (`s3:ListBucketVersions`)');
  if (one.missed) reasons.push('a later backup names it, and `retention` would have kept it');
  else if (missedStamp !== undefined && !(one.stamp > missedStamp))
    reasons.push('a backup after it was taken away, and `retention` would have kept that');
  return reasons;
}

function decide(one: Leftover, reasons: readonly string[]): SweepDecision {
  const { stem, id, tier, stamp, bytes, objects } = one;
  return { stem, id, tier, stamp, bytes, objects, reasons };
}
