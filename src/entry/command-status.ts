// `pg-backup status`: how the backups stand, and whether there is a good one at all.
import { status } from '../commands/status/status.ts';
import { readStatusInputs } from '../inputs/reading-config.ts';
import { STATUS_INPUTS } from '../inputs/specs/reading.ts';
import { renderStatus, statusToJson } from '../reports/status-text.ts';
import type { Command } from './command.ts';
import { withReading } from './with-reading.ts';

/** Stale or unproven. */
const NO_GOOD_BACKUP = 3;

export const statusCommand: Command = {
  name: 'status',
  summary: 'Show how the backups stand: age, tiers, last proof, sizes, what is due.',
  notes: 'Exit status 3 where a name has no good backup, or none is there at all.',
  examples: [
    'pg-backup status --destination s3://my-bucket/pg',
    'pg-backup status --destination s3://my-bucket/pg --name app --retention "daily: 30d; weekly: 12w" --json',
  ],
  inputs: STATUS_INPUTS,
  run(raw, terminal) {
    return withReading(raw, STATUS_INPUTS, readStatusInputs(raw), terminal, async (world, config) => {
      const { interruption, json, lines } = terminal;
      const { names, now } = await status(world, config, interruption.signal);
      terminal.answer(
        json
          ? `${JSON.stringify(statusToJson(world.store.place, names, now), null, 2)}\n`
          : lines.clean(renderStatus(names, now)),
      );
      const allGood = names.length > 0 && names.every(({ latest }) => latest !== null);
      return allGood ? 0 : NO_GOOD_BACKUP;
    });
  },
};
