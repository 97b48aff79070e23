// What every command that reads backups does first and last: hides secrets, shows all input problems at once, opens the
// store, and closes it whatever happens.
import type { OpeningWorld } from '../commands/world.ts';
import type { Destination } from '../inputs/destination.ts';
import type { KeyTexts } from '../inputs/key-texts.ts';
import type { RawInputs } from '../inputs/raw-inputs.ts';
import type { InputSpec } from '../inputs/specs/spec.ts';
import { secretsNotMasked } from '../problems/keys.ts';
import { type Problem, throwAll } from '../problems/problem.ts';
import type { Terminal } from './command.ts';
import { hideSecrets } from './hide-secrets.ts';
import { readKeys } from './keys.ts';
import { openingWorld } from './world.ts';

export async function withReading<T>(
  raw: RawInputs,
  specs: readonly InputSpec[],
  inputs: {
    readonly destination: Destination | undefined;
    readonly keyTexts: KeyTexts;
    readonly problems: readonly Problem[];
  },
  terminal: Terminal,
  work: (world: OpeningWorld) => Promise<T>,
): Promise<T> {
  const { tooCommon } = hideSecrets(raw, specs, terminal.environment, terminal.lines);
  const keys = readKeys(inputs.keyTexts);
  throwAll([...inputs.problems, ...keys.problems]);
  if (!inputs.destination) throw new Error('the inputs have no problem and no destination');
  if (tooCommon.length > 0) terminal.log.warn(secretsNotMasked(tooCommon));
  const world = openingWorld(inputs.destination, { ...terminal, keys, mask() {} });
  try {
    return await work(world);
  } finally {
    world.store.close();
  }
}
