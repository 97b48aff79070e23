// `pg-backup list`: the table, or JSON.
import { list } from '../commands/list/list.ts';
import { readListInputs } from '../inputs/reading-config.ts';
import { LIST_INPUTS } from '../inputs/specs/reading.ts';
import { listToJson } from '../reports/list-json.ts';
import { renderList } from '../reports/list-table.ts';
import type { Command } from './command.ts';
import { withReading } from './with-reading.ts';

export const listCommand: Command = {
  name: 'list',
  summary: 'Show the backups at a destination, and which of them count.',
  examples: [
    'pg-backup list --destination s3://my-bucket/pg',
    'pg-backup list --destination file:///mnt/backups --name app --json',
  ],
  inputs: LIST_INPUTS,
  run: (raw, terminal) =>
    withReading(raw, LIST_INPUTS, readListInputs(raw), terminal, async (world, config) => {
      const { columns, interruption, json, lines, log } = terminal;
      const { names, warnings } = await list(world, config.name, interruption.signal);
      for (const warning of warnings) log.warn(warning);
      terminal.answer(
        json
          ? `${JSON.stringify(listToJson(world.store.place, names), null, 2)}\n`
          : lines.clean(renderList(names, { now: world.now(), columns })),
      );
      return 0;
    }),
};
