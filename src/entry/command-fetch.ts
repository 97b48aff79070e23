// `pg-backup fetch`: brings a file of a backup to this machine, decrypted and checked.
import { fetchFile } from '../commands/fetch/fetch.ts';
import { readFetchInputs } from '../inputs/reading-config.ts';
import { FETCH_INPUTS } from '../inputs/specs/reading.ts';
import { fetchedLine, fetchToJson } from '../reports/fetch-outcome.ts';
import type { Command } from './command.ts';
import { openFileSink, openStreamSink } from './output-file.ts';
import { withReading } from './with-reading.ts';

export const fetchCommand: Command = {
  name: 'fetch',
  summary: 'Bring a backup to this machine, decrypted and checked.',
  notes:
    'The file appears under its name only when it is whole and its SHA-256 is the one in the manifest; it is readable by\nyou alone, and no file is ever overwritten. With -o - the bytes go to standard output while they are still being\nchecked: they count only if the exit status is 0 (in a shell: set -o pipefail).',
  examples: [
    'pg-backup fetch --destination s3://my-bucket/pg --age-identity @key.txt -o app.dump',
    'pg-backup fetch 3f9k2m7q --destination file:///mnt/backups --what globals -o roles.sql',
    'pg-backup fetch --destination s3://my-bucket/pg --age-identity env:KEY -o - | pg_restore -f app.sql',
  ],
  inputs: FETCH_INPUTS,
  operand: 'backup',
  run(raw, terminal) {
    const { interruption, json, lines } = terminal;
    return withReading(raw, FETCH_INPUTS, readFetchInputs(raw, json), terminal, async (world, config) => {
      const toStream = config.output === '-';
      const openSink = async () => (toStream ? openStreamSink(process.stdout) : openFileSink(config.output));
      const outcome = await fetchFile(world, config, openSink, interruption.signal);
      terminal.tell(fetchedLine(outcome));
      if (json)
        terminal.answer(lines.redact(`${JSON.stringify(fetchToJson(outcome, config.output), null, 2)}\n`));
      return 0;
    });
  },
};
