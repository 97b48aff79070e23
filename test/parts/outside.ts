// What inputs are judged against in tests: an environment and an event of their own, and the files of this machine.
import { readFileSync } from 'node:fs';
import type { Outside } from '../../src/inputs/read.ts';

export function outside(wishes: Partial<Pick<Outside, 'environment' | 'event'>> = {}): Outside {
  return { environment: {}, event: null, readText: path => readFileSync(path, 'utf8'), ...wishes };
}
