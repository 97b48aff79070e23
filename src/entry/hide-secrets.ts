// Which values of a run are secret: the inputs that say so, and what PostgreSQL, AWS and the job's identity take from the
// environment (a store's error may repeat the token that it was sent).

import { listedUrls } from '../inputs/database-urls.ts';
import type { RawInputs } from '../inputs/raw-inputs.ts';
import type { InputSpec } from '../inputs/specs/spec.ts';
import { type MaskPlan, planMasks } from '../problems/masks.ts';
import type { Lines } from './lines.ts';

const SECRET_VARIABLES = [
  'PGPASSWORD',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'ACTIONS_ID_TOKEN_REQUEST_TOKEN',
] as const;

/** From now on no line shows them. Returns what the runner is to mask, and what is too common for that. */
export function hideSecrets(
  raw: RawInputs,
  specs: readonly InputSpec[],
  environment: NodeJS.ProcessEnv,
  lines: Lines,
): MaskPlan {
  const inputs = specs
    .filter(spec => spec.secret)
    .flatMap(({ name }) =>
      valuesOf(name, raw.get(name) ?? '').map(value => ({ label: `\`${name}\``, value })),
    );
  const variables = SECRET_VARIABLES.map(name => ({ label: name, value: environment[name] ?? '' }));
  const plan = planMasks([...inputs, ...variables]);
  lines.hide(plan.mask);
  return plan;
}

/** A list of addresses is masked whole, and each address like one that is given by itself. */
function valuesOf(name: string, value: string): string[] {
  return name === 'database-urls' ? [value, ...listedUrls(value)] : [value];
}
