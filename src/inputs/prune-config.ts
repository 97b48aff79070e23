// Everything that a prune of its own needs to know, complete and valid.
import { parseMoment } from '../backups/selector.ts';
import type { PruneJobSettings } from '../commands/prune/settings.ts';
import { asOfNeedsName, asOfUnreadable, retentionMissing } from '../problems/prune.ts';
import { readBackupName } from './backup-name.ts';
import { type Destination, readDestination } from './destination.ts';
import { refuseEvent } from './events.ts';
import { readPolicySettings } from './policy-config.ts';
import type { InputReader, RawInputs } from './raw-inputs.ts';
import { type Outside, type Read, readAll } from './read.ts';
import { PRUNE_INPUTS } from './specs/prune.ts';

/** What the command is told, and what the entry makes its world of. */
export interface PruneConfig extends Omit<PruneJobSettings, 'detail' | 'warnings'> {
  readonly destination: Destination;
}

export function readPruneInputs(raw: RawInputs, { event }: Outside): Read<PruneConfig> {
  return readAll(raw, PRUNE_INPUTS, inputs => {
    refuseEvent(inputs, event, 'A prune');
    const destination = readDestination(inputs);
    const { policy, ...pruning } = readPolicySettings(inputs);
    if (inputs.optional('retention') === undefined) inputs.problems.push(retentionMissing());
    const name = readBackupName(inputs);
    const config = {
      ...pruning,
      name,
      asOf: readAsOf(inputs, name),
      shrinkGuardPercent: inputs.percent('shrink-guard'),
      graceMs: inputs.duration('grace'),
      confirm: inputs
        .text('confirm')
        .split(/[\s,]+/)
        .filter(hash => hash !== ''),
      dryRun: inputs.boolean('dry-run'),
    };
    return destination && policy ? { ...config, policy, destination } : undefined;
  });
}

function readAsOf(inputs: InputReader, name: string | undefined): PruneConfig['asOf'] {
  const text = inputs.optional('as-of');
  if (text === undefined) return undefined;
  if (name === undefined) inputs.problems.push(asOfNeedsName());
  if (text === 'now') return text;
  const moment = parseMoment(text);
  if (moment === undefined) inputs.problems.push(asOfUnreadable(text));
  return moment;
}
