// Why a plan may not be carried out as it stands. A stop leaves the plan as it is, for people to look at.
import { formatInstant } from '../backups/instant.ts';
import type { Candidate, PrunePlan } from './plan.ts';
import type { PruneOptions } from './plan-prune.ts';
import type { Policy } from './policy.ts';

interface Plan {
  readonly sorted: readonly Candidate[];
  readonly policy: Policy;
  readonly options: PruneOptions;
  readonly deletions: number;
}

/** A plan that can be confirmed has no other stop than those that `confirm` is there for. */
export function findStops(plan: Plan): Pick<PrunePlan, 'stopped' | 'confirmable'> {
  const final = findFinalStops(plan);
  const stops = [...final, ...findConfirmableStops(plan)];
  return {
    stopped: stops.length === 0 ? null : stops.join(' '),
    confirmable: stops.length > 0 && final.length === 0,
  };
}

function findFinalStops({ sorted, policy, options }: Plan): string[] {
  const { now, identityChanged, latestTrouble, asOf } = options;
  const stops: string[] = [];
  if (Object.keys(policy).length === 0) stops.push('`retention` names no tier.');
  const future = sorted.filter(({ stamp }) => stamp > now);
  if (future[0]) {
    const which = future.length === 1 ? `Backup ${future[0].id} is` : `${future.length} backups are`;
    stops.push(`${which} dated in the future (${formatInstant(future[0].stamp)}).`);
  }
  if (identityChanged !== undefined) {
    stops.push(`The last backup was of ${identityChanged}, and \`accept-identity\` does not name it.`);
  }
  if (latestTrouble !== undefined) stops.push(`The newest backup is in doubt: ${latestTrouble}.`);
  if (asOf !== undefined && asOf > now) stops.push(`\`as-of\` ${formatInstant(asOf)} lies in the future.`);
  return stops;
}

function findConfirmableStops({ options: { maxDelete, asOf }, deletions }: Plan): string[] {
  const stops: string[] = [];
  // Written so that a `maxDelete` that is no number stops as well.
  if (!(deletions <= maxDelete))
    stops.push(`${deletions} backups would go, and \`max-delete\` is ${maxDelete}.`);
  if (deletions > 0 && asOf !== undefined) stops.push('`as-of` needs to be confirmed.');
  return stops;
}
