// What every mode begins with once the plan is confirmed: the archive, verified, and what is known of both ends.
import type { ChosenBackup } from '../../backups/choose-backup.ts';
import type { ClientFacts } from '../../postgres/port.ts';
import type { RestoreOptions, TargetFacts, TextSettings } from '../../postgres/target-port.ts';
import type { RestorePlan } from '../../reports/restore-plan.ts';
import type { Obtained } from './obtain.ts';
import type { RestoreSettings } from './settings.ts';

export interface Filling {
  readonly plan: RestorePlan;
  readonly facts: TargetFacts;
  readonly chosen: ChosenBackup;
  readonly client: ClientFacts;
  readonly archive: Obtained;
  /** Of this run: in the names beside the live one's. */
  readonly id: string;
}

/** How the source wrote what its tables hold. */
export function textOf({ chosen, archive }: Filling): TextSettings {
  const { encoding, textSettings } = chosen.manifest.server;
  return { encoding: archive.locale.get('ENCODING') ?? encoding, settings: textSettings };
}

export function restoreOptionsOf(settings: RestoreSettings, { chosen, facts }: Filling): RestoreOptions {
  const lcMonetary = chosen.manifest.server.textSettings.lc_monetary;
  const { jobs, noOwner, noAcl } = settings;
  return { jobs, noOwner, noAcl, lcMonetary: lcMonetary === facts.lcMonetary ? undefined : lcMonetary };
}
