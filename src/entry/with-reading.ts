// What every command that reads backups does first and last: hides secrets, shows all input problems at once, opens the
// store, and closes it whatever happens.
import type { OpeningWorld } from '../commands/world.ts';
import type { Destination } from '../inputs/destination.ts';
import type { RawInputs } from '../inputs/raw-inputs.ts';
import type { Read } from '../inputs/read.ts';
import type { InputSpec } from '../inputs/specs/spec.ts';
import { secretsNotMasked } from '../problems/keys.ts';
import { throwAll } from '../problems/problem.ts';
import type { Terminal } from './command.ts';
import { hideSecrets } from './hide-secrets.ts';
import { readKeys } from './keys.ts';
import { openingWorld } from './world.ts';

export async function withReading<Config extends { readonly destination: Destination }, T>(
  raw: RawInputs,
  specs: readonly InputSpec[],
  { config, keyTexts, problems, timeoutMs, warnings }: Read<Config>,
  terminal: Terminal,
  work: (world: OpeningWorld, config: Config) => Promise<T>,
): Promise<T> {
  const { tooCommon } = hideSecrets(raw, specs, terminal.environment, terminal.lines);
  const keys = readKeys(keyTexts);
  throwAll([...problems, ...keys.problems]);
  if (!config) throw new Error('the inputs have no problem and no config');
  for (const warning of warnings) terminal.log.warn(warning);
  if (tooCommon.length > 0) terminal.log.warn(secretsNotMasked(tooCommon));
  if (timeoutMs !== undefined) terminal.interruption.limit(timeoutMs);
  // Standard output is for answers: no line there may be a command to a runner.
  const world = openingWorld(config.destination, { ...terminal, keys, mask() {} });
  try {
    return await work(world, config);
  } finally {
    world.store.close();
  }
}
