// Everything among the inputs that may hold a secret is hidden before any of it is believed, the PG* password too.
import type { RawInputs } from '../inputs/raw-inputs.ts';
import type { InputSpec } from '../inputs/spec.ts';
import { planMasks } from '../problems/masks.ts';
import type { Lines } from './lines.ts';

/** Returns the labels of what is too common to be masked. `mask` hands values on to the runner. */
export function hideSecrets(
  raw: RawInputs,
  specs: readonly InputSpec[],
  host: {
    readonly environment: NodeJS.ProcessEnv;
    readonly lines: Lines;
    mask(values: readonly string[]): void;
  },
): readonly string[] {
  const secrets = specs
    .filter(spec => spec.secret)
    .map(spec => ({ label: `\`${spec.name}\``, value: raw.get(spec.name) ?? '' }));
  const plan = planMasks([...secrets, { label: 'PGPASSWORD', value: host.environment.PGPASSWORD ?? '' }]);
  host.mask(plan.mask);
  host.lines.hide(plan.mask);
  return plan.tooCommon;
}
