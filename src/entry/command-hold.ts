// `pg-backup hold` and `pg-backup release`.
import { hold, release } from '../commands/hold/hold.ts';
import { readHoldInputs, readReleaseInputs } from '../inputs/reading-config.ts';
import { HOLD_INPUTS, RELEASE_INPUTS } from '../inputs/specs/reading.ts';
import { type HoldOutcome, heldLine, holdToJson } from '../reports/hold-outcome.ts';
import type { Command, Terminal } from './command.ts';
import { readRunFacts } from './run-facts.ts';
import { withReading } from './with-reading.ts';

export const holdCommand: Command = {
  name: 'hold',
  summary: 'Keep a backup from ever being pruned, until it is released.',
  examples: [
    'pg-backup hold 3f9k2m7q --destination s3://my-bucket/pg --reason "before the ledger migration"',
    'pg-backup hold latest --name app --destination file:///mnt/backups',
  ],
  inputs: HOLD_INPUTS,
  operand: 'backup',
  run(raw, terminal) {
    return withReading(raw, HOLD_INPUTS, readHoldInputs(raw), terminal, async (world, config) => {
      const { by, reason, ...which } = config;
      const { actor } = readRunFacts(terminal.environment);
      const settings = { ...which, why: reason ?? null, by: by ?? actor };
      return tellHold(await hold(world, settings, terminal.interruption.signal), terminal);
    });
  },
};

export const releaseCommand: Command = {
  name: 'release',
  summary: 'Lift the hold of a backup: retention decides on it again.',
  examples: ['pg-backup release 3f9k2m7q --destination s3://my-bucket/pg'],
  inputs: RELEASE_INPUTS,
  operand: 'backup',
  run(raw, terminal) {
    return withReading(raw, RELEASE_INPUTS, readReleaseInputs(raw), terminal, async (world, config) =>
      tellHold(await release(world, config, terminal.interruption.signal), terminal),
    );
  },
};

function tellHold(outcome: HoldOutcome, { answer, json, lines }: Terminal): number {
  answer(
    json
      ? lines.redact(`${JSON.stringify(holdToJson(outcome), null, 2)}\n`)
      : `${lines.clean(heldLine(outcome))}\n`,
  );
  return 0;
}
