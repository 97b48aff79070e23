// `pg-backup verify`: looks at one backup as it lies in the store.
import { verify } from '../commands/verify/verify.ts';
import { readVerifyInputs } from '../inputs/reading-config.ts';
import { VERIFY_INPUTS } from '../inputs/specs/reading.ts';
import { renderVerify, verifyToJson } from '../reports/verify-text.ts';
import { clientsSetting } from './clients-setting.ts';
import type { Command } from './command.ts';
import { exitStatus } from './exit-status.ts';
import { tellProblems } from './tell-problems.ts';
import { withReading } from './with-reading.ts';
import { makeWorkFolder, removeWorkFolder } from './work-folder.ts';
import { decodingWorld } from './world.ts';

export const verifyCommand: Command = {
  name: 'verify',
  summary: 'Look at a stored backup: every byte, its signature, every row. Needs no server.',
  notes:
    'Reads the whole backup from the store, decrypts and decodes it, and compares the rows and SHA-256 of every table\nwith its proof. Nothing is written to disk. Exit status: 0 good, 1 failed, 3 unproven (nothing is wrong, but the\ncontents could not be looked at: no age-identity, no pg_restore of that version).',
  examples: [
    'pg-backup verify --destination s3://my-bucket/pg --age-identity @key.txt',
    'pg-backup verify 3f9k2m7q --destination file:///mnt/backups --verify-keys @verify.pem --json',
  ],
  inputs: VERIFY_INPUTS,
  operand: 'backup',
  run(raw, terminal) {
    const { environment, interruption, json, lines, log } = terminal;
    return withReading(raw, VERIFY_INPUTS, readVerifyInputs(raw), terminal, async (world, config) => {
      const folder = await makeWorkFolder(environment);
      try {
        const clients = clientsSetting({ ...config, compression: 'none' }, { environment, folder, log });
        const decoding = decodingWorld(world, clients, folder);
        const outcome = await verify(decoding, config, interruption.signal);
        for (const warning of outcome.warnings) log.warn(warning);
        terminal.answer(
          json
            ? lines.redact(`${JSON.stringify(verifyToJson(outcome), null, 2)}\n`)
            : lines.clean(renderVerify(outcome, world.now())),
        );
        tellProblems(outcome.problems, terminal);
        return outcome.result === 'good'
          ? 0
          : exitStatus({ result: 'failed', problems: outcome.problems }, null);
      } finally {
        await removeWorkFolder(folder);
      }
    });
  },
};
