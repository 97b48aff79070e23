// What every mode begins with once the plan is confirmed: the archive, verified, and what is known of both ends.
import type { ClientFacts } from '../../postgres/port.ts';
import type { RestoreOptions, TargetFacts } from '../../postgres/target-port.ts';
import type { RestorePlan } from '../../reports/restore-plan.ts';
import type { Obtained } from './obtain.ts';
import type { RestoreSettings } from './settings.ts';

export interface Filling {
  readonly plan: RestorePlan;
  readonly facts: TargetFacts;
  readonly client: ClientFacts;
  readonly archive: Obtained;
  /** Of this run: in the names beside the live one's. */
  readonly id: string;
}

export function restoreOptionsOf(settings: RestoreSettings, filling: Filling): RestoreOptions {
  const { jobs, noOwner, noAcl } = settings;
  const serial = filling.archive.foreign?.serial === true;
  return { jobs, noOwner, noAcl, serial, lcMonetary: lcMonetaryOf(filling) };
}

/** As at the source; undefined where the target has the same, or nobody knows. */
export function lcMonetaryOf({ archive, facts }: Filling): string | undefined {
  const { lc_monetary } = archive.text.settings;
  return lc_monetary === facts.lcMonetary ? undefined : lc_monetary;
}
