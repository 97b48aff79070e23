// Everything that a prune is about to do for one name, in one piece: what policy lets go, what crashed runs left, whether
// that may be carried out, and the hash by which a person confirms exactly this.
import { canonicalJson, sha256Hex } from '../backups/canonical-json.ts';
import { plural } from '../reports/plain-text.ts';
import type { PrunePlan } from './plan.ts';
import type { SweepPlan } from './sweep.ts';

export interface NamePlan {
  readonly name: string;
  readonly prune: PrunePlan;
  readonly sweep: SweepPlan;
  /** Why nothing of it may go, in whole sentences; null: it may. */
  readonly stopped: string | null;
  /** The stop can be lifted by `confirm` with this plan's hash; every other one cannot. */
  readonly confirmable: boolean;
  /** Twelve hex digits over what would go, down to each object's version: the same as long as that is the same. */
  readonly hash: string;
}

/** An object that would go, as it was listed. */
export interface PlannedObject {
  readonly key: string;
  readonly etag: string;
}

export interface PlanFacts {
  readonly name: string;
  readonly place: string;
  readonly prune: PrunePlan;
  readonly sweep: SweepPlan;
  /** Of everything in `prune.delete` and `sweep.delete`. */
  readonly objects: readonly PlannedObject[];
  /** Backups and leftovers together. */
  readonly maxDelete: number;
  /** The policy counted from a moment of its own: such a plan is always confirmed. */
  readonly asOf: boolean;
}

export function makeNamePlan({ name, place, prune, sweep, objects, maxDelete, asOf }: PlanFacts): NamePlan {
  const all = prune.delete.length + sweep.delete.length;
  // What the prune plan says alone can't know of leftovers: together they may be too many.
  const tooMany =
    prune.stopped === null && sweep.delete.length > 0 && !(all <= maxDelete)
      ? `${plural(prune.delete.length, 'backup')} and ${plural(sweep.delete.length, 'leftover')} would go, and \`max-delete\` is ${maxDelete}.`
      : null;
  return {
    name,
    prune,
    sweep,
    stopped: prune.stopped ?? tooMany,
    confirmable: prune.stopped === null ? tooMany !== null : prune.confirmable === true,
    hash: hashOf({
      place,
      name,
      asOf,
      objects: objects.map(({ key, etag }) => [key, etag]),
    }),
  };
}

function hashOf(what: object): string {
  return sha256Hex(canonicalJson(what)).slice(0, 12);
}
